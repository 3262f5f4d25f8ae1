"""Apache Spark, asked as the other databases are in the tests of rules and of moves."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import ibis
import pyarrow
import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("rules", "engine")]

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.default.parallelism": "1",
    "spark.sql.shuffle.partitions": "1",
    # A Java that starts quickly: the tests end before a better compiler would pay.
    "spark.driver.memory": "512m",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@dataclass(frozen=True)
class Spark:
    """What the tests of other databases ask of Ibis' connections, for a session of Spark."""

    session: SparkSession
    zoned: bool
    """Whether times are of Spark's type TIMESTAMP, or of TIMESTAMP_NTZ."""
    name: str = "pyspark"

    def create_table(self, name: str, *, obj: ibis.Table, temp: bool) -> ibis.Table:
        """A view of the rows: Ibis makes no temporary tables there, and no decimals from nulls."""
        assert temp
        rows = obj.to_pyarrow()
        if self.zoned:
            zoned = pyarrow.timestamp("us", "UTC")
            kinds = [
                (each.name, zoned if pyarrow.types.is_timestamp(each.type) else each.type)
                for each in rows.schema
            ]
            rows = rows.cast(pyarrow.schema(kinds))
        self.session.createDataFrame(rows).createOrReplaceTempView(name)
        return self.table(name)

    def table(self, name: str) -> ibis.Table:
        return ibis.pyspark.connect(self.session).table(name)

    def raw_sql(self, text: str) -> SimpleNamespace:
        """The rows, for a cursor."""
        return SimpleNamespace(fetchall=self.session.sql(text).collect)


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    """A session of Spark, which takes seconds to start: one for the tests of a file."""
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Java is not installed here: no java on the PATH, and no JAVA_HOME")
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[1]")
        session = builder.config(map=SETTINGS).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(scope="module", params=["ansi", "lenient"])
def spark(request: pytest.FixtureRequest, session: SparkSession) -> Spark:
    """Spark that ends a query where a number overflows, as Spark 4 does, and one that does not.

    The second one runs what it compiled, and the first one interprets: both are ways of Spark.
    """
    own = session.newSession()
    ansi = request.param == "ansi"
    own.conf.set("spark.sql.ansi.enabled", str(ansi).lower())
    if ansi:
        own.conf.set("spark.sql.codegen.wholeStage", "false")
        own.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    return Spark(own, zoned=ansi)

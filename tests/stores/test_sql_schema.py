"""Opening databases: their tables are made once, upgraded, and refused where they are newer."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import salesfsm as sf
from salesfsm.errors import StoreVersionError
from salesfsm.stores import MemoryStore, open_store
from salesfsm.stores.sql.migrating import SCRIPTS
from salesfsm.stores.sql.store import SqlStore
from salesfsm.stores.sql.tables import REVISION, VERSION_TABLE, metadata
from stores.deals import begun, found
from stores.raw import run

OPEN = "import sys; from salesfsm.stores import open_store; open_store(sys.argv[1]).close()"


def test_what_was_kept_is_there_when_the_store_is_opened_again(sql_url: str) -> None:
    for number in range(3):
        store = open_store(sql_url)
        store.append([begun(f"D-{number}")])
        store.close()
    store = open_store(sql_url)
    assert found(store) == ["D-0", "D-1", "D-2"]
    store.close()


def test_the_code_reads_the_revision_of_the_last_script() -> None:
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_the_scripts_make_the_tables_that_the_code_reads(sql_url: str) -> None:
    open_store(sql_url).close()
    url = sa.make_url(sql_url)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
        url = url.update_query_dict({"options": "-csearch_path=salesfsm"})
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection, warnings.catch_warnings():
            warnings.simplefilter("ignore", sa.exc.SAWarning)  # it has no xid8
            context = MigrationContext.configure(
                connection, opts={"version_table": VERSION_TABLE, "compare_type": False}
            )
            differences = compare_metadata(context, metadata)
    finally:
        engine.dispose()
    of_postgresql_alone = {"transaction_id", "events_commit"}
    assert [
        each for each in differences if getattr(each[-1], "name", None) not in of_postgresql_alone
    ] == []


def test_many_processes_that_open_a_fresh_database_make_its_tables_once(
    request: pytest.FixtureRequest, sqlite_file: Path, postgresql: str
) -> None:
    for url in (str(sqlite_file), postgresql):
        command = [sys.executable, "-c", OPEN, url]
        started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
        assert [each.communicate()[1] for each in started] == [""] * 3
        store = SqlStore(url)
        assert store.upgraded == (REVISION, REVISION)
        store.append([begun("D-1")])
        store.close()


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(sql_url: str) -> None:
    open_store(sql_url).close()
    run(sql_url, f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreVersionError, match="9999"):
        open_store(sql_url)
    assert run(sql_url, f"SELECT version_num FROM {VERSION_TABLE}") == [("9999",)]


def test_tables_can_stand_in_a_schema_beside_those_of_others(postgresql: str) -> None:
    run(postgresql, "CREATE TABLE public.opportunities (of_the_crm integer)")
    one, two = SqlStore(postgresql, schema="One sale"), SqlStore(postgresql)
    one.append([begun("D-1")])
    assert (found(one), found(two)) == (["D-1"], [])
    one.close()
    two.close()
    assert run(postgresql, "SELECT * FROM public.opportunities") == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://crm/deals", "mysql"),
        ("http://crm", "http"),
        ("sqlite://", "a file"),
        ("sqlite:///:memory:", "a file"),
        ("postgresql://crm:port/deals", "no URL"),
        ("://", "no URL"),
    ],
)
def test_a_url_of_something_else_is_an_error_that_tells_what_to_write(url: str, told: str) -> None:
    with pytest.raises(sf.CommandError, match=told) as raised:
        open_store(url)
    assert "sqlite:///FILE" in str(raised.value)


def test_memory_is_a_store_that_forgets() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)


def test_a_database_that_has_to_be_there_is_not_made(sqlite_file: Path) -> None:
    with pytest.raises(sf.StoreUnavailableError, match="there is no database"):
        open_store(str(sqlite_file), existing=True)
    assert not sqlite_file.exists()
    open_store(str(sqlite_file)).close()
    open_store(f"sqlite:///{sqlite_file}", existing=True).close()


def test_salesfsm_imports_no_database_before_one_is_opened(sqlite_file: Path) -> None:
    script = (
        "import sys, salesfsm, salesfsm.stores\n"
        "salesfsm.stores.open_store('memory:')\n"
        "assert not {'sqlalchemy', 'alembic', 'psycopg'} & set(sys.modules)\n"
        "salesfsm.stores.open_store(sys.argv[1]).close()\n"
        "salesfsm.stores.open_store(sys.argv[1]).close()\n"
        "assert 'psycopg' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script, str(sqlite_file)], check=True)


def test_without_the_extra_a_database_tells_how_to_get_it(sqlite_file: Path) -> None:
    script = (
        "import sys\n"
        "sys.modules['sqlalchemy'] = None\n"
        "from salesfsm import MissingExtraError\n"
        "from salesfsm.stores import open_store\n"
        "try: open_store(sys.argv[1])\n"
        "except MissingExtraError as error: print(error)\n"
    )
    command = [sys.executable, "-c", script, str(sqlite_file)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert 'pip install "salesfsm[sql]"' in told

"""Rules and moves as SQL of Spark, with its ANSI mode on and off: the answers are the engine's.

All that starts a Spark stands in this file, so that few processes of a test run start one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from moves_in_sql import (
    ABOUT_NARROW_NUMBERS,
    asking_numbers,
    fetched,
    narrow_numbers,
    pipelines,
    told_by,
    told_in_sql,
)
from rule_strategies import PREDICATES, VOCABULARY, Opportunity, opportunities, rules, times
from rules_in_sql import AS_BOOLEAN, in_sql

import salesfsm as sf
from salesfsm.engine.querying.exporting import opaque
from salesfsm.rules import core
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.syntax import Node
from salesfsm.rules.types import LARGEST
from salesfsm.rules.values import Money

if TYPE_CHECKING:
    from conftest import Spark

# PySpark leaves sockets to the garbage collector, and calls pandas 3 as it called pandas 2.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pandas.errors.Pandas4Warning",
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning",
    "ignore:unclosed <socket:ResourceWarning",
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
QUICK = settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def agree(
    spark: Spark, asked: list[core.Condition], found: list[Opportunity], at: datetime
) -> None:
    """Fail where Spark gives another verdict than the closure does."""
    verdicts = [compile_verdict(condition, PREDICATES) for condition in asked]
    expected = [[AS_BOOLEAN.get(verdict(deal, at)) for verdict in verdicts] for deal in found]
    assert in_sql(spark, asked, found, at) == expected


@QUICK
@given(
    nodes=st.lists(rules, min_size=2, max_size=4),
    found=st.lists(opportunities, min_size=5, max_size=20),
    at=times,
)
def test_a_rule_has_the_same_verdict_on_spark_as_in_python(
    spark: Spark, nodes: list[Node], found: list[Opportunity], at: datetime
) -> None:
    resolved = [resolve(node, VOCABULARY) for node in nodes]
    agree(spark, [rule for rule in resolved if not any(opaque(rule, at))], found, at)


ARITHMETIC = [
    "budget * 0.5 == money(0.000000000002, EUR)",  # of 0.0000000000030 and ..50, halves
    "budget / 8 >= money(1, EUR)",
    "-budget * 0.15 < -100",
    "known(budget * 9999999)",
    "budget * 0.9999999 > spend * 0.0000001",
    "ratio * 0.0000001 == 0.000000000001",
    "known(ratio + ratio)",
    "not known(ratio * 1.5)",
    "known(budget / 0)",
    "known(count * count * count)",
    "count * count - 1 > count",
    "count > ratio",
    "known(effort * count)",
    "effort * 3 > days(5)",
    "decide_by + effort > today",
    "known(called_at - effort * count)",
    "called_at - now < effort",
    "days_in_stage == 9 or days_in_stage == -1",
    "need in ['a\\\\b', \"it's\", '%']",
]


def test_numbers_and_times_are_as_exact_on_spark_as_in_python(spark: Spark) -> None:
    largest = LARGEST - 1
    amounts = [
        *("8", "7.999999999999", "666.666666666667", "666.666666666666", "10000000000"),
        *("0.000000000003", "0.000000000005", "-0.000000000003", "-0.000000000005"),
        *("0.000005", "0.000005000001", "0.000015", "-0.000014999999"),
        *("10000000100.000000000001", "10000000099.999999999999", "99999999999.999999999999"),
        *("999999999999999999.999999999999", "499999999999999999.999999999999"),
        *("666666666666666666.666666666666", "666666666666666666.666666666667"),
    ]
    wholes = [0, 3, -3, 10**9, largest, -largest, 10**6]
    lengths = [timedelta(days=4, microseconds=1), timedelta(days=-36_500), timedelta(hours=1)]
    texts = ["a\\b", "a\\\\b", "it's", "%", "Ż"]
    days = [date(1900, 1, 1), date(2199, 12, 31), date(2026, 3, 1)]
    shifts = [timedelta(days=10) - timedelta(microseconds=1), timedelta(microseconds=-1)]
    found = [
        Opportunity(
            facts={
                "budget": Money(Decimal(amount), "EUR"),
                "spend": Money(Decimal(-n), "EUR"),
                "ratio": Decimal(amount),
                "count": wholes[n % len(wholes)],
                "effort": lengths[n % len(lengths)],
                "need": texts[n % len(texts)],
                "decide_by": days[n % len(days)],
                "called_at": datetime(1900 + 16 * n, 1, 31, 23, 59, 59, 999_999, UTC),
            },
            entered_at=NOW - shifts[n % len(shifts)],
        )
        for n, amount in enumerate(amounts)
    ]
    conditions = [resolve(parse(rule), VOCABULARY) for rule in ARITHMETIC]
    assert not [told for each in conditions for told in opaque(each, NOW)]
    agree(spark, conditions, [*found, Opportunity()], NOW)


@QUICK
@given(pipeline=pipelines())
def test_spark_answers_as_the_engine_does(
    spark: Spark, pipeline: tuple[sf.Engine, list[sf.Opportunity]]
) -> None:
    engine, deals = pipeline
    answers = told_in_sql(spark, engine, deals)
    assert len(answers) == len(set(answers))
    assert set(answers) == {answer for deal in deals for answer in told_by(engine, deal)}


def test_spark_widens_narrow_numbers_and_takes_floats_for_the_decimals_that_they_stand_for(
    spark: Spark,
) -> None:
    table = spark.create_table("numbers", obj=ibis.memtable(narrow_numbers()), temp=True)
    for rule, met in ABOUT_NARROW_NUMBERS:
        answers = asking_numbers(rule).movable(table, at=NOW)
        assert [row["movable"] for row in fetched(answers)] == met, rule

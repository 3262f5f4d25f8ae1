"""Rules as SQL: random rules about random opportunities, in three databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import ibis
import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from rule_strategies import PREDICATES, VOCABULARY, Opportunity, opportunities, rules, times
from rules_in_sql import AS_BOOLEAN, in_sql

from salesfsm.engine.querying.columns import PLAIN
from salesfsm.engine.querying.exporting import opaque
from salesfsm.rules import core
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.syntax import Node
from salesfsm.rules.values import Money
from salesfsm.rules.verdict import UNKNOWN

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # by Ibis

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@settings(
    suppress_health_check=list(HealthCheck), max_examples=25, deadline=None, phases=[Phase.generate]
)
@given(
    nodes=st.lists(rules, min_size=1, max_size=4),
    found=st.lists(opportunities, min_size=1, max_size=4),
    at=times,
)
def test_a_rule_has_the_same_verdict_in_sql_as_in_python(
    database: ibis.BaseBackend, nodes: list[Node], found: list[Opportunity], at: datetime
) -> None:
    resolved = [resolve(node, VOCABULARY) for node in nodes]
    asked = [rule for rule in resolved if not any(opaque(rule, at))]
    if database.name in PLAIN:  # its floats tell fifteen digits
        asked = [rule for rule in asked if not any(map(is_long, core.walk(rule)))]
        found = [deal for deal in found if not any(map(is_long, deal.facts.values()))]
    answers = in_sql(database, asked, found, at)
    for n, rule in enumerate(asked):
        verdict = compile_verdict(rule, PREDICATES)
        for deal, answer in zip(found, answers, strict=True):
            assert answer[n] is AS_BOOLEAN.get(verdict(deal, at))


def is_long(value: object) -> bool:
    """Whether a value, or the constant that a node of a rule is, has more than fifteen digits."""
    match value:
        case core.Constant(value=held):
            return is_long(held)
        case Money(amount=amount):
            return is_long(amount)
        case int() | Decimal():
            return len(Decimal(value).normalize().as_tuple().digits) > 15
    return False


def money(amount: str) -> Opportunity:
    return Opportunity(facts={"budget": Money(amount, "EUR"), "ratio": Decimal(amount)})


@pytest.mark.parametrize(
    "rule",
    [
        "budget * 0.5 == money(0.000000000002, EUR)",  # of 0.0000000000030 and ..50, halves
        "budget / 8 >= money(1, EUR)",
        "-budget * 0.15 < -100",
        "known(budget * 9999999)",
        "known(ratio + ratio)",
        "not known(ratio * 1.5)",
        "known(budget / 0)",
    ],
)
def test_products_round_half_to_even_and_end_where_facts_do(
    database: ibis.BaseBackend, rule: str
) -> None:
    amounts = ["8", "7.999999999999", "666.666666666667", "666.666666666666", "10000000000"]
    if database.name not in PLAIN:  # floats do not tell these apart
        amounts += ["0.000000000003", "0.000000000005", "-0.000000000003", "-0.000000000005"]
        amounts += ["10000000100.000000000001", "10000000099.999999999999"]
        amounts += ["999999999999999999.999999999999", "499999999999999999.999999999999"]
        amounts += ["666666666666666666.666666666666", "666666666666666666.666666666667"]
    found = [money(amount) for amount in amounts]
    condition = resolve(parse(rule), VOCABULARY)
    assert not any(opaque(condition, NOW))
    verdict = compile_verdict(condition)
    expected = [[AS_BOOLEAN.get(verdict(deal, NOW))] for deal in found]
    assert in_sql(database, [condition], found, NOW) == expected


def test_days_are_full_ones_and_counted_down_before_the_beginning(
    database: ibis.BaseBackend,
) -> None:
    instant, hour = timedelta(microseconds=1), timedelta(hours=1)
    shifts = [timedelta(0), timedelta(days=10), timedelta(days=10) - instant, -hour, -instant]
    found = [Opportunity(entered_at=NOW - shift) for shift in shifts]
    counted = [0, 10, 9, -1, -1]
    rules = [resolve(parse(f"days_in_stage == {days}"), VOCABULARY) for days in counted]
    expected = [[days == other for other in counted] for days in counted]
    assert in_sql(database, rules, found, NOW) == expected


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("is_friendly() or flag", ["is_friendly()"]),
        ("budget * ratio > money(1, EUR)", ["budget * ratio"]),
        ("budget / 3 > money(1, EUR)", ["budget / 3"]),
        ("ratio * 1.23456789 > 1", ["ratio * 1.23456789"]),
        ("3 / ratio > 1", ["3 / ratio"]),
        ("count * count > 4 and budget / 100 > money(1, EUR) and ratio * 0.15 < 7", []),
    ],
)
def test_what_sql_cannot_answer_is_told(rule: str, told: list[str]) -> None:
    assert list(opaque(resolve(parse(rule), VOCABULARY), NOW)) == told


@pytest.mark.parametrize(
    "rule",
    [
        "not (money(999999999999999999, EUR) + money(1, EUR) in [13.19, 8.11])",
        "not (budget / 0 == money(1, EUR))",
        "budget / 0 != money(1, EUR)",
        "today + days(36500) * 100 == met_on",
    ],
)
def test_what_no_number_or_date_can_hold_is_unknown_however_it_is_compared(
    database: ibis.BaseBackend, rule: str
) -> None:
    condition = resolve(parse(rule), VOCABULARY)
    assert compile_verdict(condition)(money("1"), NOW) is UNKNOWN
    assert in_sql(database, [condition], [money("1")], NOW) == [[None]]


@pytest.mark.parametrize("rule", ["not known(budget * ratio)", "not is_friendly()"])
def test_what_sql_cannot_answer_is_neither_met_nor_unmet(
    database: ibis.BaseBackend, rule: str
) -> None:
    condition = resolve(parse(rule), VOCABULARY)
    assert in_sql(database, [condition], [Opportunity()], NOW) == [[None]]

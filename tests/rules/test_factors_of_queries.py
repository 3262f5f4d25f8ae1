"""Products and quotients in SQL: exact by a constant of seven digits, refused by any other."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Context, Decimal, localcontext

import ibis
import pytest
from rule_strategies import VOCABULARY, Opportunity
from rules_in_sql import answer

from salesfsm.engine.querying.exporting import opaque
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.values import Money

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # by Ibis

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def refused(rule: str) -> list[str]:
    return list(opaque(resolve(parse(rule), VOCABULARY), NOW))


@pytest.mark.parametrize(
    "rule",
    [
        "2 * budget == money(20, EUR)",
        "budget * (2 * 3) == money(60, EUR)",
        "ratio * money(10, EUR) == money(25, EUR)",
        "money(10, EUR) * ratio == money(25, EUR)",
        "budget / money(4, EUR) == 2.5",
        "budget / (10 - 2) == money(1.25, EUR)",
        "-budget == money(-10, EUR)",
        "budget * 9999999 == money(99999990, EUR)",
        "budget * 1234.567 == money(12345.67, EUR)",
        "ratio * 0.0001234 == 0.0003085",
        "budget > money(20, EUR) / 3",
        "money(20, EUR) / 3 < budget",
    ],
)
def test_a_factor_of_seven_digits_or_a_constant_of_any_is_exact(
    database: ibis.BaseBackend, rule: str
) -> None:
    assert refused(rule) == []
    deal = Opportunity(facts={"budget": Money(10, "EUR"), "ratio": Decimal("2.5")})
    assert answer(database, rule, deal, NOW) is True


@pytest.mark.parametrize(
    "product",
    [
        "ratio * 1234.5678",
        "ratio * 10000000",
        "ratio * 0.00000001",
        "ratio / 3",
        "8 / ratio",
        "spend / budget",
        "budget * count",
    ],
)
def test_eight_digits_and_what_each_opportunity_has_are_no_factors(product: str) -> None:
    assert refused(f"known({product})") == [product]


def test_the_context_of_whoever_asks_does_not_shorten_a_factor() -> None:
    with localcontext(Context(prec=3)):
        assert refused("ratio * 1.2345678 > 1") == ["ratio * 1.2345678"]


@pytest.mark.parametrize(
    ("ratio", "rule", "told"),
    [
        ("-0.000000000005", "ratio * 0.5 == -0.000000000002", True),
        ("-0.000000000003", "ratio * 0.5 == -0.000000000002", True),
        ("0.000000000005", "ratio * 0.5 == 0.000000000002", True),
        ("999999999999999999.999999999998", "ratio * 0.5 == 499999999999999999.999999999999", True),
        ("999999999999999999.999999999998", "ratio == 999999999999999999.999999999999", False),
        ("1.2344", "ratio < 1.2345", True),
    ],
)
def test_halves_go_to_the_even_neighbour_and_no_digit_is_lost(
    exact_database: ibis.BaseBackend, ratio: str, rule: str, told: bool
) -> None:
    assert answer(exact_database, rule, Opportunity(facts={"ratio": Decimal(ratio)}), NOW) is told


@pytest.mark.parametrize(
    ("ratio", "rule"),
    [
        ("999999999999999999", "ratio + 1"),
        ("500000000000000000", "ratio * 2"),
        ("-500000000000000000", "ratio * 2"),
        ("833333333333333333.333333333333", "ratio * 1.2"),  # rounds to 10**18
    ],
)
def test_ten_to_the_eighteenth_is_no_number(
    database: ibis.BaseBackend, ratio: str, rule: str
) -> None:
    deal = Opportunity(facts={"ratio": Decimal(ratio)})
    assert answer(database, f"known({rule})", deal, NOW) is False


@pytest.mark.parametrize("rule", ["count + 1", "count * count", "-1 - count"])
def test_whole_numbers_end_there_too(exact_database: ibis.BaseBackend, rule: str) -> None:
    deal = Opportunity(facts={"count": 10**18 - 1})
    assert answer(exact_database, f"known({rule})", deal, NOW) is False
    assert answer(exact_database, "known(count + 0)", deal, NOW) is True


def test_an_amount_of_many_digits_is_compared_with_all_of_them(
    exact_database: ibis.BaseBackend,
) -> None:
    deal = Opportunity(facts={"budget": Money("123456789012345.678901", "EUR")})
    for rule, told in (
        ("budget > money(123456789012345.678900, EUR)", True),
        ("budget > money(123456789012345.678901, EUR)", False),
    ):
        assert answer(exact_database, rule, deal, NOW) is told

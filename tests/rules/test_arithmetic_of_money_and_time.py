"""Money stays in its currency, days may stand on either side, and numbers end where facts do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from rule_strategies import EUR

from salesfsm.rules.operators import operation
from salesfsm.rules.types import DATE, DECIMAL, DURATION, INTEGER
from salesfsm.rules.values import Money

LARGEST = 10**18


@pytest.mark.parametrize(
    ("one", "sign", "other", "wanted"),
    [
        (Money(5, "EUR"), "+", Money(2, "EUR"), Money(7, "EUR")),
        (Money(5, "EUR"), "-", Money(2, "EUR"), Money(3, "EUR")),
        (Money(5, "EUR"), "*", 2, Money(10, "EUR")),
        (3, "*", Money(5, "EUR"), Money(15, "EUR")),
        (Money(5, "EUR"), "/", 2, Money("2.5", "EUR")),
        (Money(5, "EUR"), "/", Money(2, "EUR"), Decimal("2.5")),
        (date(2026, 1, 31), "+", timedelta(days=1), date(2026, 2, 1)),
        (timedelta(days=1), "+", date(2026, 1, 31), date(2026, 2, 1)),
        (date(2026, 1, 31), "-", timedelta(days=1), date(2026, 1, 30)),
        (timedelta(days=3), "-", timedelta(days=1), timedelta(days=2)),
        (timedelta(days=3), "*", 2, timedelta(days=6)),
        (2, "*", timedelta(days=3), timedelta(days=6)),
        (7, "-", 2, 5),
        (7, "*", 2, 14),
    ],
)
def test_the_result_of(one, sign, other, wanted):
    types = {Money: EUR, date: DATE, timedelta: DURATION, int: INTEGER}
    found = operation(sign, types[type(one)], types[type(other)])
    assert found is not None
    assert found.compute(one, other) == wanted


@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize("kind", [INTEGER, DECIMAL])
def test_numbers_end_before_ten_to_the_eighteenth_on_both_sides(kind, side):
    add, convert = operation("+", kind, kind), int if kind is INTEGER else Decimal
    assert add is not None
    last = convert(side * (LARGEST - 1))
    assert add.compute(last, convert(0)) == last
    assert add.compute(last, convert(side)) is None
    assert add.compute(last, convert(2 * side)) is None

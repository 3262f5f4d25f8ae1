"""Arithmetic of rules is total and exact, and what comes out is what a fact could hold."""

from __future__ import annotations

import decimal
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, strategies as st
from rule_strategies import EUR, USD, decimals, values, wholes

from salesfsm.rules import types
from salesfsm.rules.operators import operation
from salesfsm.rules.types import DATE, DATETIME, DECIMAL, DURATION, INTEGER, Kind, Type, accept
from salesfsm.rules.values import Money

TYPES = [Type(kind, ("a", "b"), "EUR" if kind is Kind.MONEY else "") for kind in Kind]
SENSIBLE = [
    (sign, left, right)
    for sign, left, right in product("+-*/", TYPES, TYPES)
    if operation(sign, left, right) is not None
]
MEANINGS = {
    **{(sign, a, b): DECIMAL for sign in "+-*/" for a in ("integer", "decimal")
       for b in ("integer", "decimal")},
    **{(sign, "integer", "integer"): INTEGER for sign in "+-*"},
    **{(sign, "money", "money"): EUR for sign in "+-"},
    **{("*", "money", b): EUR for b in ("integer", "decimal")},
    **{("*", a, "money"): EUR for a in ("integer", "decimal")},
    **{("/", "money", b): EUR for b in ("integer", "decimal")},
    ("/", "money", "money"): DECIMAL,
    **{(sign, "date", "duration"): DATE for sign in "+-"},
    **{(sign, "datetime", "duration"): DATETIME for sign in "+-"},
    ("+", "duration", "date"): DATE,
    ("+", "duration", "datetime"): DATETIME,
    ("-", "date", "date"): DURATION,
    ("-", "datetime", "datetime"): DURATION,
    ("+", "duration", "duration"): DURATION,
    ("-", "duration", "duration"): DURATION,
    ("*", "duration", "integer"): DURATION,
    ("*", "integer", "duration"): DURATION,
}  # fmt: skip


def compute(sign: str, left: Type, right: Type, one: object, other: object) -> object:
    found = operation(sign, left, right)
    assert found is not None
    return found.compute(one, other)


def test_the_operations_that_mean_something_are_these_and_no_others():
    found = {
        (sign, left.kind.value, right.kind.value): operation(sign, left, right).type
        for sign, left, right in SENSIBLE
    }
    assert found == MEANINGS


@pytest.mark.parametrize("sign", list("+-*/"))
def test_two_currencies_do_not_meet(sign):
    assert operation(sign, EUR, USD) is None


@given(st.sampled_from(SENSIBLE), st.data())
def test_arithmetic_always_has_an_answer_of_its_type(case, data):
    sign, left, right = case
    one, other = data.draw(values(left)), data.draw(values(right))
    hostile = decimal.Context(prec=1, Emax=1, Emin=-1, traps=list(decimal.getcontext().traps))
    with decimal.localcontext(hostile):
        under_duress = compute(sign, left, right, one, other)
    answer = compute(sign, left, right, one, other)
    assert under_duress == answer
    assert compute(sign, left, right, None, other) is None
    assert compute(sign, left, right, one, None) is None
    if answer is None:
        return
    expected = operation(sign, left, right).type
    if expected.kind in (Kind.DATE, Kind.DATETIME, Kind.DURATION):
        # times may pass the bounds of facts, up to the end of Python's calendar
        wanted = {Kind.DATE: date, Kind.DATETIME: datetime, Kind.DURATION: timedelta}
        assert type(answer) is wanted[expected.kind]
    else:
        assert accept(expected, answer) == answer


@given(wholes | decimals, wholes | decimals, st.sampled_from("+-*/"))
def test_numbers_are_exact_to_twelve_places(one, other, sign):
    left, right = (INTEGER if isinstance(side, int) else DECIMAL for side in (one, other))
    answer = compute(sign, left, right, one, other)
    if sign == "/" and not other:
        assert answer is None
        return
    exact = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
    }[sign](Fraction(one), Fraction(other))
    rounded = Fraction(round(exact * 10**12), 10**12)
    assert (answer is None) is (abs(rounded) >= types.LARGEST)
    if answer is not None:
        assert Fraction(answer) == rounded


@pytest.mark.parametrize(
    ("sign", "left", "right", "one", "other", "wanted"),
    [
        ("/", INTEGER, INTEGER, 10, 4, "2.5"),
        ("/", INTEGER, INTEGER, 10, 5, "2"),
        ("/", INTEGER, INTEGER, 2, 3, "0.666666666667"),
        ("/", INTEGER, INTEGER, 1, 0, "None"),
        ("/", EUR, INTEGER, Money(Decimal(1), "EUR"), 0, "None"),
        ("/", EUR, EUR, Money(Decimal(1), "EUR"), Money(Decimal(0), "EUR"), "None"),
        ("/", EUR, EUR, Money(Decimal(1), "EUR"), Money(Decimal(8), "EUR"), "0.125"),
        ("*", EUR, DECIMAL, Money(Decimal("0.10"), "EUR"), Decimal("0.2"), "0.020 EUR"),
        ("*", INTEGER, INTEGER, 10**9, 10**9, "None"),
        ("+", INTEGER, INTEGER, 10**18 - 1, 1, "None"),
        ("*", DECIMAL, DECIMAL, Decimal("1e-12"), Decimal("0.5"), "0E-12"),
        ("*", DECIMAL, DECIMAL, Decimal("3e-12"), Decimal("0.5"), "2E-12"),
        ("+", DATE, DURATION, date(2026, 1, 31), timedelta(hours=47), "2026-02-01"),
        ("-", DATE, DURATION, date(2026, 1, 31), timedelta(hours=47), "2026-01-30"),
        ("+", DATE, DURATION, date(2026, 1, 31), timedelta(hours=-47), "2026-01-30"),
        ("+", DATE, DURATION, date(2026, 1, 31), timedelta.max, "None"),
        ("-", DATE, DURATION, date(2026, 1, 31), timedelta.min, "None"),
        ("+", DATE, DURATION, date(2026, 1, 31), timedelta.min, "None"),
        ("-", DATE, DATE, date(2026, 3, 1), date(2026, 2, 1), "28 days, 0:00:00"),
        (
            "+",
            DATETIME,
            DURATION,
            datetime(2026, 1, 1, tzinfo=UTC),
            timedelta(hours=36),
            "2026-01-02 12:00:00+00:00",
        ),
        ("*", DURATION, INTEGER, timedelta(days=1), 10**17, "None"),
        ("*", INTEGER, DURATION, 3, timedelta(hours=12), "1 day, 12:00:00"),
    ],
)
def test_arithmetic_by_example(sign, left, right, one, other, wanted):
    assert str(compute(sign, left, right, one, other)) == wanted

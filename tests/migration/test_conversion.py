"""The values of facts whose type has changed: converted where the way back gives the same value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

import salesfsm as sf
from salesfsm.migration.conversion import converted
from salesfsm.rules.types import (
    BOOL,
    DATE,
    DATETIME,
    DECIMAL,
    DURATION,
    INTEGER,
    TEXT,
    Type,
    accept,
)
from salesfsm.rules.values import FactValue

EUR, PLN = Type(sf.Kind.MONEY, currency="EUR"), Type(sf.Kind.MONEY, currency="PLN")
ROLE = Type(sf.Kind.CHOICE, ("user", "buyer"))
OTHER_ROLE = Type(sf.Kind.CHOICE, ("user", "boss"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "old", "new", "wanted"),
    [
        (3, INTEGER, DECIMAL, Decimal(3)),
        (Decimal("3.00"), DECIMAL, INTEGER, 3),
        (Decimal("2.5"), DECIMAL, INTEGER, None),
        (Decimal("2.50"), DECIMAL, TEXT, "2.5"),
        ("12", TEXT, INTEGER, 12),
        ("012", TEXT, INTEGER, None),
        ("yes", TEXT, BOOL, None),
        ("true", TEXT, BOOL, True),
        (True, BOOL, TEXT, "true"),
        (True, BOOL, INTEGER, None),
        (1, INTEGER, BOOL, None),
        (500, INTEGER, EUR, None),
        (sf.Money(500, "EUR"), EUR, DECIMAL, None),
        (sf.Money(500, "EUR"), EUR, PLN, None),
        (sf.Money(500, "EUR"), EUR, TEXT, "500 EUR"),
        ("user", ROLE, OTHER_ROLE, "user"),
        ("buyer", ROLE, OTHER_ROLE, None),
        ("buyer", ROLE, TEXT, "buyer"),
        ("boss", TEXT, ROLE, None),
        (date(2026, 3, 2), DATE, TEXT, "2026-03-02"),
        ("2026-03-02", TEXT, DATE, date(2026, 3, 2)),
        (date(2026, 3, 2), DATE, DATETIME, None),
        (NOON, DATETIME, DATE, None),
        (NOON, DATETIME, TEXT, "2026-03-02T12:00:00+00:00"),
        (timedelta(days=2, hours=12), DURATION, TEXT, "2d 12h"),
        (timedelta(microseconds=5), DURATION, TEXT, None),
    ],
)
def test_nothing_is_lost_or_guessed(
    value: FactValue, old: Type, new: Type, wanted: FactValue | None
) -> None:
    found = converted(value, old, new)
    assert found == wanted
    assert type(found) is type(wanted)


@given(st.text(max_size=12) | st.integers().map(str) | st.decimals(allow_nan=False).map(str))
def test_a_text_that_becomes_something_comes_back_from_it(text: str) -> None:
    for kind in (INTEGER, DECIMAL, DATE, BOOL, DURATION, EUR):
        found = converted(text, TEXT, kind)
        if found is not None:
            assert accept(kind, found) == found
            assert converted(found, kind, TEXT) == text

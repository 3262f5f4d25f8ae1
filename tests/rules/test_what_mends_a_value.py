"""A value that is refused is told as it was given, and the hint fits what was meant."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

import pytest
from rule_strategies import VOCABULARY

from salesfsm.errors import RuleError, TimeError, ValueTypeError
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.types import BOOL, DATE, LONGEST_TEXT, TEXT, accept, decimal, read
from salesfsm.rules.values import (
    EARLIEST,
    LATEST,
    Duration,
    Money,
    aware,
    bounded,
    parse_duration,
)


class Nowhere(tzinfo):
    """A zone that does not say how far from UTC it is, as Python allows."""

    def utcoffset(self, _: datetime | None) -> timedelta | None:
        return None


def test_a_text_that_is_no_truth_value_is_quoted():
    with pytest.raises(ValueTypeError, match="'perhaps'"):
        read(BOOL, "perhaps")


def test_hours_beyond_the_calendar_are_longer_than_a_hundred_years():
    with pytest.raises(ValueTypeError, match="longer than a hundred years"):
        parse_duration("999999999h " * 30)


@pytest.mark.parametrize("text", ["26001 business days", "40000d", "P40000D"])
def test_a_length_of_ages_is_quoted_as_it_was_written(text):
    with pytest.raises(ValueTypeError, match=f"^'{text}' is longer than a hundred years$"):
        parse_duration(text)


def test_a_length_that_was_computed_is_shown_as_it_is():
    with pytest.raises(ValueTypeError, match=r"^'Duration\(.*days=40000.*' is longer"):
        bounded(Duration(days=40_000))


@pytest.mark.parametrize(
    "length", [Duration(timedelta(-1)), Duration(days=-1), Duration(business_days=-1)]
)
def test_a_length_that_counts_backward_is_shown_as_it_is(length):
    with pytest.raises(ValueTypeError, match=f"^{re.escape(repr(length))} is negative"):
        bounded(length)


def test_a_unit_that_comes_twice_counts_twice():
    assert parse_duration("2h 3h 1d") == Duration(timedelta(hours=5), 1)


def test_only_years_and_months_are_told_why_they_are_no_length():
    with pytest.raises(ValueTypeError, match="'soon' is not a length of time; write 90d"):
        parse_duration("soon")
    with pytest.raises(ValueTypeError, match=r"not a length of time \(years and months have no"):
        parse_duration("P1Y")


def test_the_longest_text_and_the_first_day_are_taken():
    assert accept(TEXT, "x" * LONGEST_TEXT)
    assert accept(DATE, EARLIEST.date()) == EARLIEST.date()
    with pytest.raises(ValueTypeError, match="longer than"):
        accept(TEXT, "x" * (LONGEST_TEXT + 1))
    with pytest.raises(ValueTypeError, match="outside of the years"):
        accept(DATE, LATEST.date())


def test_what_is_no_number_and_no_text_is_quoted():
    with pytest.raises(ValueTypeError, match="Infinity"):
        decimal(Decimal("Infinity"))
    with pytest.raises(ValueTypeError, match=r"ud800.*text that is valid Unicode"):
        accept(TEXT, "\ud800")


def test_a_time_whose_zone_does_not_know_its_offset_is_naive():
    with pytest.raises(TimeError, match="is naive; give it a zone"):
        aware(datetime(2026, 1, 1, tzinfo=Nowhere()))


def test_a_time_is_called_what_the_caller_calls_it():
    with pytest.raises(TimeError, match=r"^time must be an aware datetime, not 'noon'"):
        aware("noon")  # type: ignore[arg-type]
    with pytest.raises(TimeError, match=r"^at must be an aware datetime, not 5"):
        aware(5, "at")  # type: ignore[arg-type]
    assert aware(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2026, 1, 1, tzinfo=UTC)


def test_money_is_written_to_a_width():
    assert f"{Money(5, 'EUR'):>8}|{Money(5, 'EUR'):<7}|" == "   5 EUR|5 EUR  |"


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("count > 50 000", "write a number without blanks: 50_000"),
        ("budget > 5 EUR", "write money(5, EUR)"),
        ("count > 5 pieces", ""),
        ("need == big_one now", 'put a text in quotes: "..."; join conditions with'),
        ("won", "stage == won"),
        ("signature", "proven(signature)"),
        ("offer", "done(offer)"),
        ("defining", "buyer_at(defining)"),
        ("call", "attempts(call)"),
    ],
)
def test_a_slip_has_the_hint_that_fits_it(rule, hint):
    with pytest.raises(RuleError) as caught:
        resolve(parse(rule), VOCABULARY)
    assert (hint in str(caught.value)) if hint else ("hint" not in str(caught.value))


@pytest.mark.parametrize("amount", [10**18, -(10**18)])
def test_an_amount_ends_before_ten_to_the_eighteenth(amount):
    with pytest.raises(ValueTypeError, match="is not an amount of money"):
        Money(amount, "EUR")
    assert Money(amount - (1 if amount > 0 else -1), "EUR")

"""Values take one form, lengths of time are read in all of theirs, and money keeps its currency."""

from __future__ import annotations

import decimal
import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum

import pytest
from hypothesis import given, strategies as st
from rule_strategies import AUTHORITY, EUR, FACTS, decimals, times, values

from salesfsm.errors import TimeError, ValueTypeError
from salesfsm.rules import types
from salesfsm.rules.types import Kind, Type, accept, read
from salesfsm.rules.values import Duration, Money, aware, format_span, parse_duration
from salesfsm.rules.wording import AS_WRITTEN

kinds = st.sampled_from(sorted(set(FACTS.values()), key=str))
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


class Level(IntEnum):
    HIGH = 3


class Odd(float):
    """A float that writes itself in its own way, as NumPy's does."""

    def __repr__(self) -> str:
        return f"np.float64({super().__repr__()})"


# facts


@given(kinds.flatmap(lambda kind: st.tuples(st.just(kind), values(kind))))
def test_a_value_in_its_form_is_taken_as_it_is(case):
    kind, value = case
    assert accept(kind, value) == value
    assert type(accept(kind, value)) is type(value)


_anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(max_size=20),
    st.sampled_from(["2026-12-31", "2026-12-31T12:00+01:00", "90d", "5 EUR", " 7 ", "user"]),
    st.dates(),
    st.datetimes(timezones=st.none() | st.just(UTC)),
    st.timedeltas(),
    decimals.map(lambda amount: Money(amount, "EUR")),
    st.just([1]),
)


@given(kinds, _anything)
def test_accepting_twice_is_accepting_once(kind, value):
    try:
        found = accept(kind, value)
    except ValueTypeError:
        return
    assert accept(kind, found) == found


@given(kinds, st.text(max_size=12))
def test_text_from_a_file_is_a_value_or_is_refused(kind, text):
    try:
        found = read(kind, text)
    except ValueTypeError:
        return
    assert accept(kind, found) == found


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (types.BOOL, True, True),
        (types.INTEGER, 10**18 - 1, 10**18 - 1),
        (types.INTEGER, Level.HIGH, 3),
        (types.DECIMAL, 0.1, Decimal("0.1")),
        (types.DECIMAL, 0.1 + 0.2, Decimal("0.3")),
        (types.DECIMAL, 1e17, Decimal(10) ** 17),
        (types.DECIMAL, 1e-13, Decimal(0)),
        (types.DECIMAL, Odd(1.5), Decimal("1.5")),
        (types.DECIMAL, " -1.50 ", Decimal("-1.5")),
        (types.DECIMAL, 7, Decimal(7)),
        (EUR, 5, Money(Decimal(5), "EUR")),
        (EUR, 0.1, Money(Decimal("0.1"), "EUR")),
        (EUR, "5.00 EUR", Money(Decimal(5), "EUR")),
        (EUR, "5", Money(Decimal(5), "EUR")),
        (types.TEXT, "a", "a"),
        (AUTHORITY, "user", "user"),
        (types.DATE, "2026-12-31", date(2026, 12, 31)),
        (types.DATETIME, "2026-12-31T01:00+02:00", datetime(2026, 12, 30, 23, tzinfo=UTC)),
        (
            types.DATETIME,
            datetime(2026, 1, 1, 5, tzinfo=timezone(timedelta(hours=5))),
            datetime(2026, 1, 1, tzinfo=UTC),
        ),
        (types.DURATION, "P1DT12H", timedelta(hours=36)),
        (types.DURATION, timedelta(days=-36_500), timedelta(days=-36_500)),
    ],
)
def test_a_value_takes_the_form_of_its_type(kind, value, wanted):
    assert accept(kind, value) == wanted


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        (types.BOOL, 1, "1 is not a bool; give true or false"),
        (types.BOOL, "true", "give true or false"),
        (types.INTEGER, True, "give a whole number"),
        (types.INTEGER, 1.0, "give a whole number"),
        (types.INTEGER, 10**18, "below 10\\*\\*18"),
        (types.INTEGER, -(10**18), "below 10\\*\\*18"),
        (types.DECIMAL, True, "at most 12 decimal places"),
        (types.DECIMAL, float("nan"), "at most 12 decimal places"),
        (types.DECIMAL, float("inf"), "at most 12 decimal places"),
        (types.DECIMAL, Decimal("sNaN"), "at most 12 decimal places"),
        (types.DECIMAL, Decimal("-Infinity"), "at most 12 decimal places"),
        (types.DECIMAL, Decimal("1e999999"), "at most 12 decimal places"),
        (types.DECIMAL, Decimal("1e-13"), "at most 12 decimal places"),
        (types.DECIMAL, 1e18, "at most 12 decimal places"),
        (types.DECIMAL, "1e5", "at most 12 decimal places"),
        (types.DECIMAL, "1,5", "at most 12 decimal places"),
        (types.DECIMAL, "", "at most 12 decimal places"),
        (EUR, "5 USD", "convert it first"),
        (EUR, Money(Decimal(5), "USD"), "convert it first"),
        (EUR, "5 eur", "give an amount such as 50000 or '50000 EUR'"),
        (EUR, Decimal("NaN"), "give an amount"),
        (EUR, None, "give an amount"),
        (types.TEXT, 5, "5 is not text"),
        (types.TEXT, "\ud800", "valid Unicode"),
        (types.TEXT, "x" * 10_001, "longer than 10000"),
        (AUTHORITY, "usr", "unknown option 'usr'; did you mean 'user'"),
        (AUTHORITY, 5, "unknown option '5'"),
        (types.DATE, datetime(2026, 1, 1, tzinfo=UTC), "is not a date"),
        (types.DATE, "2026-13-01", "is not a date"),
        (types.DATE, date(1899, 12, 31), "1900 to 2199"),
        (types.DATE, date(2200, 1, 1), "1900 to 2199"),
        (types.DATETIME, datetime(2026, 1, 1), "is naive; give it a zone"),  # noqa: DTZ001
        (types.DATETIME, "2026-01-01T12:00", "a time with its zone"),
        (types.DATETIME, "yesterday", "a time with its zone"),
        (types.DATETIME, date(2026, 1, 1), "must be an aware datetime"),
        (types.DATETIME, datetime(2200, 1, 1, tzinfo=UTC), "1900 to 2199"),
        (types.DURATION, 90, "is not a duration"),
        (types.DURATION, "10 business days", "elapsed time"),
        (types.DURATION, "soon", "is not a length of time"),
        (types.DURATION, timedelta(days=36_501), "hundred years"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(kind, value, says):
    with pytest.raises(ValueTypeError, match=says):
        accept(kind, value)


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        (types.BOOL, " Yes ", True),
        (types.BOOL, "0", False),
        (types.INTEGER, " +7 ", 7),
        (types.DECIMAL, "7.50", Decimal("7.5")),
        (EUR, "7", Money(Decimal(7), "EUR")),
        (types.TEXT, "7", "7"),
    ],
)
def test_text_from_a_file_is_read_by_its_type(kind, text, wanted):
    assert read(kind, text) == wanted


@pytest.mark.parametrize(
    ("kind", "text"), [(types.BOOL, "maybe"), (types.INTEGER, "7.0"), (types.INTEGER, "9" * 30)]
)
def test_text_of_another_type_is_refused(kind, text):
    with pytest.raises(ValueTypeError):
        read(kind, text)


@given(decimals)
def test_the_callers_decimal_context_plays_no_part(number):
    hostile = decimal.Context(prec=1, Emax=1, Emin=-1, traps=list(decimal.getcontext().traps))
    with decimal.localcontext(hostile):
        assert accept(types.DECIMAL, number) is number
        assert accept(EUR, f"{number:f} EUR") == Money(number, "EUR")
        total = Money(number, "EUR") + Money(Decimal("0.000000000001"), "EUR")
        assert total - Money(Decimal("0.000000000001"), "EUR") == Money(number, "EUR")


def test_types_name_themselves():
    assert str(EUR) == "money in EUR"
    assert str(types.DURATION) == "duration"


# money


@given(decimals, decimals)
def test_money_of_one_currency_compares_and_adds_as_its_amounts(one, other):
    left, right = Money(one, "EUR"), Money(other, "EUR")
    assert (left < right) is (one < other)
    assert (left <= right) is (one <= other)
    assert (left > right) is (one > other)
    assert (left >= right) is (one >= other)
    assert (left == right) is (one == other)
    if left == right:
        assert hash(left) == hash(right)


@pytest.mark.parametrize("other", [Money(Decimal(1), "USD"), 1, Decimal(1), "1 EUR", None])
def test_money_is_never_compared_or_added_with_anything_else(other):
    euro = Money(Decimal(1), "EUR")
    for attempt in (
        lambda: euro < other,
        lambda: euro <= other,
        lambda: euro > other,
        lambda: euro >= other,
        lambda: euro + other,
        lambda: euro - other,
    ):
        with pytest.raises(ValueTypeError, match="cannot compare or add 1 EUR"):
            attempt()
    assert euro != other


@pytest.mark.parametrize("amount", [5, "5", Decimal(5), Decimal("5.000")])
def test_money_keeps_its_amount_as_a_decimal(amount):
    money = Money(amount, "EUR")
    assert money == Money(Decimal(5), "EUR")
    assert isinstance(money.amount, Decimal)
    assert str(money) == f"{amount} EUR"
    assert pickle.loads(pickle.dumps(money)) == money


@pytest.mark.parametrize(
    "amount",
    [
        *(5.5, True, None, "five", "5,50", "1e5", b"5", 10**18, Money(5, "EUR")),
        *map(Decimal, ("NaN", "sNaN", "Infinity", "1e-13", "1e999999")),
    ],
)
def test_what_is_no_exact_amount_makes_no_money(amount):
    with pytest.raises(ValueTypeError, match="is not an amount of money: give a whole number"):
        Money(amount, "EUR")


@pytest.mark.parametrize("currency", ["zł", "eur", "EURO", "", "EUR\n", b"EUR", None, 978])
def test_what_is_no_currency_makes_no_money(currency):
    with pytest.raises(ValueTypeError, match="is not a currency: write three capital letters"):
        Money(5, currency)


def test_money_is_written_without_an_exponent():
    assert str(Money(Decimal("1E+5"), "EUR")) == "100000 EUR"


# lengths of time


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("90d", Duration(days=90)),
        (" 36h ", Duration(timedelta(hours=36))),
        ("2w 3d", Duration(days=17)),
        ("1d12h", Duration(timedelta(hours=12), 1)),
        ("1 d 30 min 5s", Duration(timedelta(minutes=30, seconds=5), 1)),
        ("5m", Duration(timedelta(minutes=5))),
        ("0d", Duration()),
        ("P90D", Duration(days=90)),
        ("P2W", Duration(days=14)),
        ("PT36H", Duration(timedelta(hours=36))),
        ("P1DT2H3M4S", Duration(timedelta(hours=2, minutes=3, seconds=4), 1)),
        ("10 business days", Duration(business_days=10)),
        ("36500d", Duration(days=36_500)),
        ("26000 business days", Duration(business_days=26_000)),
    ],
)
def test_a_length_of_time_is_read_in_each_form(text, wanted):
    assert parse_duration(text) == wanted


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a length of time"),
        ("90", "is not a length of time"),
        ("d", "is not a length of time"),
        ("-5d", "is not a length of time"),
        ("1.5d", "is not a length of time"),
        ("90 years", "is not a length of time"),
        ("P", "is not a length of time"),
        ("PT", "is not a length of time"),
        ("P1Y", "years and months have no fixed length: write days"),
        ("P3M", "years and months have no fixed length: write days"),
        ("1 month", "years and months have no fixed length: write days"),
        ("2 Years", "years and months have no fixed length: write days"),
        ("business days", "is not a length of time"),
        ("36501d", "longer than a hundred years"),
        ("26001 business days", "longer than a hundred years"),
        ("99999 business days", "longer than a hundred years"),
        ("999999999w 999999999d", "longer than a hundred years"),
        ("P999999999D", "longer than a hundred years"),
        ("999999999d " * 50, "longer than a hundred years"),
        ("1d " * 10_000 + "x", "is not a length of time"),
    ],
)
def test_what_is_no_length_of_time_is_refused(text, says):
    with pytest.raises(ValueTypeError, match=says):
        parse_duration(text)


spans = st.timedeltas(timedelta(0), 18_250 * DAY).map(lambda span: timedelta(0, int(span / SECOND)))


@given(spans, st.integers(0, 18_250))
def test_a_length_of_time_reads_back_as_it_is_written(span, days):
    length = Duration(span, days)
    assert parse_duration(str(length)) == length
    assert length.elapsed == span + timedelta(days)


@given(spans)
def test_a_span_reads_back_as_it_is_written(span):
    assert parse_duration(format_span(span)).elapsed == span
    assert format_span(-span) == (f"-{format_span(span)}" if span else "0d")


@given(st.integers(1, 26_000))
def test_business_days_read_back_as_they_are_written(count):
    duration = Duration(business_days=count)
    assert parse_duration(str(duration)) == duration


def test_hours_are_not_gathered_into_days():
    assert str(parse_duration("36h")) == "36h"
    assert str(parse_duration("1d 36h 5s")) == "1d 36h 5s"


@given(times)
def test_a_time_is_kept_in_utc(moment):
    abroad = moment.astimezone(timezone(timedelta(hours=-11)))
    assert aware(abroad) == moment
    assert aware(abroad).tzinfo is UTC


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (datetime(2026, 1, 1), "naive"),  # noqa: DTZ001
        ("2026-01-01", "must be an aware datetime"),
        (datetime.max.replace(tzinfo=timezone(timedelta(hours=-5))), "1900 to 2199"),
        (datetime.min.replace(tzinfo=UTC), "1900 to 2199"),
    ],
)
def test_a_time_without_zone_or_reason_is_refused(value, says):
    with pytest.raises(TimeError, match=says):
        aware(value, "at")


# words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (5, "5"),
        (Decimal("1E+3"), "1000"),
        (Money(Decimal("5.50"), "EUR"), "5.50 EUR"),
        (date(2026, 12, 31), "2026-12-31"),
        (datetime(2026, 12, 31, 8, tzinfo=UTC), "2026-12-31T08:00+00:00"),
        (timedelta(hours=36), "1 day 12 hours"),
        ("user", "user"),
    ],
)
def test_a_value_is_told_as_people_write_it(value, text):
    assert AS_WRITTEN.value(value) == text


def test_every_kind_of_fact_takes_values_in():
    for kind in Kind:
        with pytest.raises(ValueTypeError):
            accept(Type(kind, ("a",), "EUR"), object())

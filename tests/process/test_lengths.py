"""Which of two lengths of time is surely over first, held against the calendar itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, strategies as st

from salesfsm.process.calendar import (
    CLOCK_CHANGE,
    Calendar,
    surely_over_before,
    surely_over_by,
)
from salesfsm.rules.values import Duration, parse_duration

ZONES = (
    "UTC",
    "Europe/Warsaw",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Antarctica/Casey",
)
CALENDARS = [
    Calendar(timezone=zone, weekend=weekend, holidays=["2026-10-26", "2026-03-30"])
    for zone in ZONES
    for weekend in (None, (), ("friday",))
]
lengths = st.builds(
    Duration,
    span=st.integers(0, 60 * 2).map(lambda halves: timedelta(minutes=30 * halves)),
    days=st.integers(0, 4),
    business_days=st.just(0) | st.integers(0, 4),
)
NIGHTS = [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)]
starts = st.builds(
    lambda night, halves: night + timedelta(minutes=30 * halves),
    st.sampled_from([*NIGHTS, datetime(2023, 3, 9, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC)]),
    st.integers(-250, 50),
)


@given(lengths, lengths, starts, st.sampled_from(CALENDARS))
@example(
    Duration(days=1),
    Duration(timedelta(hours=24, minutes=30)),
    datetime(2026, 10, 24, 20, tzinfo=UTC),
    Calendar(timezone="Europe/Warsaw"),
)
def test_what_is_surely_over_first_is_so_in_every_calendar_and_at_any_time(
    one: Duration, other: Duration, start: datetime, calendar: Calendar
) -> None:
    ends = calendar.after(start, one), calendar.after(start, other)
    if surely_over_by(one, other):
        assert ends[0] <= ends[1]
    if surely_over_before(one, other):
        assert ends[0] < ends[1]


@given(lengths, lengths)
def test_a_length_is_over_by_itself_and_before_what_is_longer(
    one: Duration, more: Duration
) -> None:
    assert surely_over_by(one, one)
    assert not surely_over_before(one, one)
    longer = Duration(
        one.span + more.span, one.days + more.days, one.business_days + more.business_days
    )
    assert surely_over_by(one, longer)


@pytest.mark.parametrize(
    ("one", "other", "by", "before"),
    [
        ("1d", "24h", False, False),
        ("24h", "1d", False, False),
        ("1d", "24h30m", False, False),
        ("20h", "1d", True, True),
        ("1d", "30h", True, True),
        ("30d", "31d", True, True),
        ("36h", "36h", True, False),
        ("2d", "2 business days", True, False),
        ("2d", "3 business days", True, True),
        ("2 business days", "30d", False, False),
        ("2 business days", "3 business days", True, True),
        ("3 business days", "2 business days", False, False),
    ],
)
def test_days_hours_and_business_days_are_told_apart(
    one: str, other: str, by: bool, before: bool
) -> None:
    pair = parse_duration(one), parse_duration(other)
    assert (surely_over_by(*pair), surely_over_before(*pair)) == (by, before)


def test_no_clock_is_put_on_or_back_by_more_than_is_allowed_for() -> None:
    days = [datetime(1995, 1, 3, tzinfo=UTC) + timedelta(weeks=4 * step) for step in range(430)]
    changes = {
        abs(later - earlier)
        for zone in map(ZoneInfo, sorted(available_timezones()))
        for earlier, later in pairwise([_offset(day, zone) for day in days])
    }
    across_the_date_line = timedelta(days=1)
    assert max(changes - {across_the_date_line}) == CLOCK_CHANGE


def _offset(day: datetime, zone: ZoneInfo) -> timedelta:
    return day.astimezone(zone).utcoffset() or timedelta(0)

"""The calendar of a process: clocks that are changed, holidays, and what files say of them."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import assume, example, given, strategies as st
from pydantic import ValidationError

import salesfsm as sf
from salesfsm.process.calendar import Calendar, Weekday
from salesfsm.process.countries import free_days
from salesfsm.process.definitions import Stage
from salesfsm.rules.values import Duration, parse_duration

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONES = ("Europe/Warsaw", "America/New_York", "Africa/Casablanca")
LARGEST_CHANGE = HOUR
"""In these zones, since 1970, the clock was never put on or back by more."""

starts = st.datetimes(
    datetime(1970, 1, 2),  # noqa: DTZ001  # hypothesis adds the zone
    datetime(2090, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
near_changes = st.builds(
    lambda year, month, hours: datetime(year, month, 20, tzinfo=UTC) + timedelta(hours=hours),
    st.integers(2000, 2037),
    st.sampled_from([2, 3, 4, 5, 6, 10, 11]),
    st.integers(0, 24 * 20) | st.floats(0, 24 * 20),
)
moments = starts | near_changes
calendars = st.builds(
    Calendar,
    timezone=st.sampled_from(["UTC", *ZONES]),
    weekend=st.none() | st.lists(st.sampled_from(list(Weekday)), max_size=5, unique=True),
    holidays=st.lists(st.dates(date(2025, 1, 1), date(2025, 3, 1)), max_size=9),
)
spans_and_days = st.builds(Duration, st.timedeltas(timedelta(0), 3 * DAY), st.integers(0, 400))
business_days = st.builds(lambda count: Duration(business_days=count), st.integers(1, 60))
lengths = spans_and_days | business_days


def local(moment: datetime, calendar: Calendar) -> datetime:
    return moment.astimezone(ZoneInfo(calendar.timezone))


def clock(moment: datetime, calendar: Calendar) -> datetime:
    """What calendar and clock show, without their zone."""
    return local(moment, calendar).replace(tzinfo=None, fold=0)


def exists(shown: datetime, zone: str) -> bool:
    """Whether a clock in the zone ever shows this."""
    there = shown.replace(tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == shown


# clocks that are changed


@given(st.sampled_from(ZONES), moments, st.integers(1, 400))
@example("Europe/Warsaw", datetime(2026, 3, 28, 1, 30, tzinfo=UTC), 1)  # 02:30 is skipped
@example("Africa/Casablanca", datetime(2026, 2, 14, 12, tzinfo=UTC), 1)  # put back for Ramadan
def test_days_keep_the_time_of_the_clock_wherever_there_is_that_time(zone, start, days):
    calendar = Calendar(timezone=zone)
    wanted = clock(start, calendar) + days * DAY
    found = calendar.after(start, Duration(days=days))
    if exists(wanted, zone):
        assert clock(found, calendar) == wanted
        assert local(found, calendar).fold == 0
    else:  # as much later as the clock is put on
        assert clock(found, calendar) == wanted + LARGEST_CHANGE


@given(calendars, moments, st.timedeltas(timedelta(0), 400 * DAY))
def test_hours_are_elapsed_time_whatever_the_clock_does(calendar, start, span):
    assert calendar.after(start, Duration(span)) == start + span


@given(calendars, moments, lengths)
def test_what_is_some_time_after_is_later_and_in_utc(calendar, start, length):
    found = calendar.after(start, length)
    assert found.tzinfo is UTC
    assert found > start if length != Duration() else found == start


apart = st.timedeltas(timedelta(0), 3 * DAY)


@given(calendars, moments, apart, spans_and_days)
def test_a_later_start_leads_to_an_earlier_moment_by_no_more_than_the_clock_is_changed(
    calendar, start, later, length
):
    assert calendar.after(start + later, length) >= calendar.after(start, length) - LARGEST_CHANGE


@given(calendars, moments, apart, business_days)
def test_a_later_day_never_leads_to_an_earlier_business_day(calendar, start, later, length):
    assume(clock(start, calendar).date() <= clock(start + later, calendar).date())
    one, other = calendar.after(start, length), calendar.after(start + later, length)
    assert clock(one, calendar).date() <= clock(other, calendar).date()


@pytest.mark.parametrize(
    ("zone", "start", "length", "end"),
    [
        # in Warsaw the clock was put on at 02:00 on 29 March 2026, and back at 03:00 on 25 October
        ("Europe/Warsaw", "2026-03-28T12:00+01:00", "1d", "2026-03-29T12:00+02:00"),
        ("Europe/Warsaw", "2026-03-28T12:00+01:00", "24h", "2026-03-29T13:00+02:00"),
        ("Europe/Warsaw", "2026-03-28T02:30+01:00", "1d", "2026-03-29T03:30+02:00"),
        ("Europe/Warsaw", "2026-10-24T02:30+02:00", "1d", "2026-10-25T02:30+02:00"),
        ("Europe/Warsaw", "2026-10-25T02:30+01:00", "1d", "2026-10-26T02:30+01:00"),
        ("Europe/Warsaw", "2026-10-24T12:00+02:00", "1d 1h", "2026-10-25T13:00+01:00"),
        ("Europe/Warsaw", "2026-03-27T02:30+01:00", "1 business days", "2026-03-30T02:30+02:00"),
        ("America/New_York", "2026-03-07T02:30-05:00", "1d", "2026-03-08T03:30-04:00"),
        ("America/New_York", "2026-10-31T01:30-04:00", "1d", "2026-11-01T01:30-04:00"),
        # Morocco puts the clock back for Ramadan: on 15 February 2026
        ("Africa/Casablanca", "2026-02-14T12:00+01:00", "1d", "2026-02-15T12:00+00:00"),
        ("UTC", "2026-03-28T12:00+00:00", "1d", "2026-03-29T12:00+00:00"),
    ],
)
def test_days_and_hours_across_a_change_of_the_clock(zone, start, length, end):
    found = Calendar(timezone=zone).after(datetime.fromisoformat(start), parse_duration(length))
    assert found == datetime.fromisoformat(end)


def test_the_day_of_the_zone_decides_and_not_that_of_the_world():
    late_on_sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday, 00:30, in Warsaw
    one = Duration(business_days=1)
    assert Calendar().after(late_on_sunday, one) == late_on_sunday + DAY
    there = Calendar(timezone="Europe/Warsaw")
    assert there.after(late_on_sunday, one) == late_on_sunday + DAY
    late_on_friday = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # Saturday, 00:30, in Warsaw
    assert Calendar().after(late_on_friday, one) == late_on_friday + 3 * DAY
    assert there.after(late_on_friday, one) == late_on_friday + 2 * DAY


# business days


@given(calendars, moments, st.integers(1, 60))
def test_business_days_are_those_that_a_slow_count_finds(calendar, start, count):
    weekend = ("saturday", "sunday") if calendar.weekend is None else calendar.weekend
    free = {list(Weekday).index(day) for day in weekend}
    first, end = (
        clock(moment, calendar).date()
        for moment in (start, calendar.after(start, Duration(business_days=count)))
    )
    passed = [first + step * DAY for step in range(1, (end - first).days + 1)]
    worked = [d for d in passed if d.weekday() not in free and d not in calendar.holidays]
    assert len(worked) == count
    assert worked[-1] == end


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-16", 10, "2026-11-30"),
    ],
)
def test_business_days_pass_over_weekends(start, count, end):
    moment = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = Calendar().after(moment, Duration(business_days=count))
    assert found.date().isoformat() == end


@given(
    st.sampled_from(["PL", "US", "BG", "DE", "CN", "IL"]),
    st.dates(date(2001, 1, 1), date(2030, 1, 1)),
    st.integers(1, 15),
)
def test_the_business_days_of_a_country_are_those_that_the_package_counts(country, day, count):
    known = holidays.country_holidays(country)
    start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    found = Calendar(country=country).after(start, Duration(business_days=count))
    assert found.date() == known.get_nth_working_day(day, count)


@pytest.mark.parametrize(
    ("calendar", "day", "worked"),
    [
        ({"country": "PL"}, "2026-11-11", False),
        ({"country": "US"}, "2026-11-11", False),
        ({"country": "DE"}, "2026-11-11", True),
        ({"country": "DE"}, "2026-08-15", False),  # a Saturday
        ({"country": "DE"}, "2027-11-01", True),
        ({"country": "DE", "subdivision": "BY"}, "2027-11-01", False),
        ({"country": "PL", "holidays": ["2026-12-31"]}, "2026-12-31", False),
        ({"holidays": ["2026-12-31"]}, "2026-12-31", False),
        ({"country": "EG"}, "2026-11-20", False),  # a Friday: the weekend there
        ({"country": "EG"}, "2026-11-22", True),  # a Sunday
        ({"country": "EG", "weekend": ["sunday"]}, "2026-11-20", True),
        ({"country": "PL", "weekend": []}, "2026-11-22", True),
        ({"country": "PL", "weekend": ["sunday"]}, "2026-11-11", False),
        ({"country": "CN"}, "2024-02-18", True),  # a Sunday that is worked, before a long holiday
        ({"country": "PL"}, "2150-11-11", True),  # a Wednesday in a year that is not covered
        ({"country": "PL"}, "2150-11-14", False),  # a Saturday of it
    ],
)
def test_a_day_is_worked_or_not(calendar, day, worked):
    assert Calendar.model_validate(calendar).is_business_day(date.fromisoformat(day)) is worked


def test_many_threads_see_the_same_holidays():
    free_days.cache_clear()
    calendar, day = Calendar(country="PL"), date(2026, 11, 11)
    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(lambda _: calendar.is_business_day(day), range(64)))


def test_a_time_without_a_zone_has_no_moment_after_it():
    with pytest.raises(sf.TimeError, match="naive"):
        Calendar().after(datetime(2026, 11, 23), Duration(days=1))  # noqa: DTZ001  # the point


ENDLESS = [Duration(timedelta.max), Duration(days=10**7), Duration(business_days=26_001)]


@pytest.mark.parametrize("length", [*ENDLESS, Duration(days=-1), Duration(timedelta(-1))])
def test_a_length_that_is_negative_or_of_ages_is_refused_however_it_is_given(length):
    with pytest.raises(sf.ValueTypeError, match=r"hundred years|negative"):
        Calendar().after(datetime(2026, 11, 23, tzinfo=UTC), length)
    with pytest.raises(ValidationError, match=r"hundred years|negative"):
        Stage(name="a", expected=length)


# files

FILE = """\
salesfsm: 1
process: sale
calendar: {country: PL, subdivision: "14", timezone: Europe/Warsaw, weekend: [sunday, saturday],
  holidays: [2026-12-31, 2026-12-24, 2026-12-31]}
stages: [{name: talk, cadence: 5 business days}, {name: chase, cadence: [2d, 3d, 36h]}]
"""


def test_a_calendar_and_a_cadence_read_back_as_they_are_written():
    process = sf.loads(FILE)
    assert sf.loads(sf.dump(process)) == process
    assert process.calendar.holidays == (date(2026, 12, 24), date(2026, 12, 31))
    assert process.calendar.weekend == (Weekday.SATURDAY, Weekday.SUNDAY)
    assert process.stages[0].cadence == Duration(business_days=5)
    assert process.stages[1].cadence == tuple(map(parse_duration, ("2d", "3d", "36h")))


def test_a_cadence_of_one_attempt_stays_a_list():
    process = sf.loads("salesfsm: 1\nprocess: p\nstages: [{name: a, cadence: [2d]}]\n")
    assert sf.loads(sf.dump(process)) == process
    assert process.stages[0].cadence == (Duration(days=2),)


def test_a_process_without_a_calendar_works_from_monday_to_friday_in_utc():
    process = sf.loads("salesfsm: 1\nprocess: p\nstages: [a]\n")
    assert process.calendar == Calendar()
    assert "calendar" not in sf.dump(process)


@pytest.mark.parametrize(
    ("calendar", "column", "says"),
    [
        ("country: PLL", 21, "unknown country 'PLL'; did you mean 'PL'?"),
        ("country: 5", 21, "unknown country '5'"),
        ('country: PL, subdivision: "3"', 38, "unknown subdivision of PL '3'"),
        ("subdivision: BY", 25, "add country:, such as country: DE"),
        ("timezone: Europe/Warszawa", 22, "did you mean 'Europe/Warsaw'?"),
        ("timezone: ../secret", 22, "unknown time zone '../secret'"),
        ("timezone: Europe", 22, "unknown time zone 'Europe'"),
        ('timezone: ""', 22, "unknown time zone ''"),
        ("timezone: localtime", 22, "unknown time zone 'localtime'"),
        ("timezone: posixrules", 22, "unknown time zone 'posixrules'"),
        ("timezone: Factory", 22, "unknown time zone 'Factory'"),
        ("timezone: right/Europe/Warsaw", 22, "unknown time zone 'right/Europe/Warsaw'"),
        ("timezone: 1", 22, "unknown time zone '1'"),
        ("weekend: [sonday]", 22, "did you mean 'sunday'?"),
        (f"weekend: [{', '.join(Weekday)}]", 21, "no day of the week is left to work on"),
        ("holidays: [tomorrow]", 23, "'tomorrow' is not a date"),
        ("holidays: [5]", 23, "'5' is not a date"),
        ("holiday: []", 12, "did you mean 'holidays'?"),
    ],
)
def test_what_is_no_calendar_is_told_at_its_place(calendar, column, says):
    text = f"salesfsm: 1\nprocess: p\ncalendar: {{{calendar}}}\nstages: [a]\n"
    with pytest.raises(sf.DefinitionError) as caught:
        sf.loads(text)
    (problem,) = caught.value.problems
    assert says in f"{problem.message} {problem.hint}"
    assert (problem.place.line, problem.place.column) == (3, column)


@pytest.mark.parametrize(
    ("cadence", "column", "says"),
    [
        ("0d", 29, "this is no time at all"),
        ("[]", 29, "at least one is needed here"),
        ("[2d, 0h]", 34, "this is no time at all"),
        ("[2d, soon]", 34, "'soon' is not a length of time"),
        ("weekly", 29, "'weekly' is not a length of time"),
    ],
)
def test_what_is_no_cadence_is_told_at_its_place(cadence, column, says):
    with pytest.raises(sf.DefinitionError) as caught:
        sf.loads(f"salesfsm: 1\nprocess: p\nstages: [{{name: a, cadence: {cadence}}}]\n")
    (problem,) = caught.value.problems
    assert says in problem.message
    assert (problem.place.line, problem.place.column) == (3, column)


def test_no_time_at_all_is_expected_in_no_stage():
    with pytest.raises(sf.DefinitionError, match="this is no time at all"):
        sf.loads("salesfsm: 1\nprocess: p\nstages: [{name: a, expected: 0d}]\n")


@pytest.mark.parametrize("length", ["0d", "PT0S", "0 business days"])
def test_evidence_that_is_never_in_force_is_refused_at_its_place(length):
    with pytest.raises(sf.DefinitionError) as caught:
        sf.loads(
            f"salesfsm: 1\nprocess: p\nbuyer: {{milestones: [{{name: m, valid_for: {length}}}]}}\n"
            "stages: [a]\n"
        )
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (
        "this is no time at all",
        "write a length such as 7d",
    )
    assert (problem.place.line, problem.place.column) == (3, 43)


def test_a_calendar_that_has_been_asked_is_equal_to_one_that_has_not():
    asked = Calendar(holidays=[date(2026, 11, 23)], weekend=["sunday"])
    assert not asked.is_business_day(date(2026, 11, 23))
    assert asked == Calendar(holidays=[date(2026, 11, 23)], weekend=["sunday"])
    assert asked.model_copy(update={"holidays": ()}).is_business_day(date(2026, 11, 23))


def test_a_country_asks_for_the_extra_that_knows_its_holidays(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(sf.MissingExtraError, match=r'pip install "salesfsm\[calendar\]"'):
        Calendar(country="PL")
    assert Calendar(timezone="Europe/Warsaw").is_business_day(date(2026, 11, 11))


def test_holidays_are_imported_only_where_a_country_is_named():
    code = "import sys, salesfsm as sf; sf.load('library:sales'); print('holidays' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"

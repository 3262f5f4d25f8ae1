"""The calendar of a process: which days are worked, and what time it is where they are.

It says which moment is a length of time after another one, and which of two lengths is over first
in every calendar. Not here: what comes due then
(``engine.timing``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from salesfsm.errors import unknown_name
from salesfsm.process.base import Definition
from salesfsm.process.countries import countries, free_days
from salesfsm.process.fields import Day, refusal
from salesfsm.rules.values import Duration, aware, bounded


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEK = tuple(Weekday)
_USUAL_WEEKEND = (5, 6)
_ONE_DAY = timedelta(days=1)
_NO_PLACES = frozenset({"localtime", "posixrules", "posix", "right", "Factory"})
"""What lies among the time zones, and is none: that of the machine, templates, other countings."""


def _country(value: object) -> str:
    known = countries()
    if isinstance(value, str) and value in known:
        return value
    raise refusal(
        unknown_name("country", value, sorted(known)), "write the two letters of ISO 3166"
    )


Country = Annotated[
    str,
    PlainValidator(_country),
    WithJsonSchema({"type": "string", "pattern": "^[A-Z]{2}$"}),
]


def _zone(value: object) -> str:
    if isinstance(value, str) and value.partition("/")[0] not in _NO_PLACES:
        try:
            return ZoneInfo(value).key
        except (
            KeyError,
            OSError,
            ValueError,
        ):
            pass  # it is not there, a folder of zones, or no name of a zone at all
    known = sorted(available_timezones() - _NO_PLACES)
    raise refusal(unknown_name("time zone", value, known), "" if known else "pip install tzdata")


Zone = Annotated[
    str, PlainValidator(_zone), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_+/-]+$"})
]


def _in_order(weekend: tuple[Weekday, ...]) -> tuple[Weekday, ...]:
    if len(set(weekend)) == len(_WEEK):
        raise refusal("no day of the week is left to work on", "leave out the days that are worked")
    return tuple(day for day in _WEEK if day in weekend)


def _each_once(days: tuple[date, ...]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


class Calendar(Definition):
    """Which days are business days, and where the clock hangs that whole days are read from.

    As it stands: Monday to Friday, in UTC. What ``country`` says of its public holidays is known
    for the years that the package ``holidays`` covers; in others, the weekend and ``holidays`` are
    free.
    """

    country: Country | None = Field(
        default=None, description="Whose public holidays are free: two letters of ISO 3166."
    )
    subdivision: str | None = Field(
        default=None, description="The part of the country, where its holidays are others."
    )
    timezone: Zone = Field(
        default="UTC", description="Where days begin, such as Europe/Warsaw; UTC if left out."
    )
    weekend: Annotated[tuple[Weekday, ...], AfterValidator(_in_order)] | None = Field(
        default=None,
        description="The days that are free each week: those of the country if left out, "
        "else Saturday and Sunday.",
    )
    holidays: Annotated[tuple[Day, ...], AfterValidator(_each_once)] = Field(
        default=(), description="Further free days, such as those of the company."
    )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of ``timezone``."""
        return ZoneInfo(self.timezone)

    def after(self, start: datetime, length: Duration) -> datetime:
        """The moment, in UTC, that is ``length`` after ``start`` (aware).

        Business days and days lead to the same time of the clock on a later day, and business days
        to a day that is one. Hours, minutes and seconds are elapsed time, and come after the days.
        Where the clock is changed, as RFC 5545 has it: a time that is skipped is read by the offset
        before the change, so it is as much later as the clock is put on; of one that is there
        twice, the first is meant. So the later of two starts may lead to a moment that is earlier,
        but by no more than the change; and of two starts on free days in a row, the one at the
        earlier time of the day leads to the earlier moment of the same business day.

        Raises :class:`~salesfsm.errors.TimeError` for a naive start, and
        :class:`~salesfsm.errors.ValueTypeError` for a length of more than a hundred years.
        """
        moment = aware(start)
        bounded(length)
        if length.business_days or length.days:
            local = start.astimezone(self.zone)
            day = local.date() + timedelta(days=length.days)
            if length.business_days:
                day = self._worked(day, length.business_days)
            clock = local.time().replace(fold=0)
            moment = datetime.combine(day, clock, local.tzinfo).astimezone(UTC)
        return moment + length.span

    def is_business_day(self, day: date) -> bool:
        """Whether people work on this day."""
        if day in self._holidays:
            return False
        weekend = self._weekend
        if self.country is None:
            return day.weekday() not in (_USUAL_WEEKEND if weekend is None else weekend)
        return day not in free_days(self.country, self.subdivision, day.year, weekend)

    @cached_property
    def _holidays(self) -> frozenset[date]:
        return frozenset(self.holidays)

    @cached_property
    def _weekend(self) -> tuple[int, ...] | None:
        """The numbers of the free days of each week, if they are told."""
        return None if self.weekend is None else tuple(map(_WEEK.index, self.weekend))

    def _worked(self, day: date, count: int) -> date:
        """The business day that is the ``count``-th after ``day``."""
        while count:
            day += _ONE_DAY
            count -= self.is_business_day(day)
        return day


CLOCK_CHANGE = timedelta(hours=3)
"""No clock was put on or back by more since 1995, so that days differ from 24 hours each by no more
together.

Most are changed by one hour, some in the Arctic and Antarctic by three. Not counted: a country that
moved across the date line.
"""


def surely_over_by(one: Duration, other: Duration) -> bool:
    """Whether ``one`` is over when ``other`` is, in every calendar, if both begin at one time."""
    least = _least_between(one, other)
    return least is not None and least >= timedelta(0)


def surely_over_before(one: Duration, other: Duration) -> bool:
    """Whether ``one`` is over before ``other``, in every calendar, if both begin at one time."""
    least = _least_between(one, other)
    return least is not None and least > timedelta(0)


def _least_between(one: Duration, other: Duration) -> timedelta | None:
    """How much longer ``other`` lasts at least; None where free days may make that anything."""
    if one.business_days:
        if one.days > other.days or one.business_days > other.business_days:
            return None
        days = other.business_days - one.business_days
    else:  # a business day more is a day more, or several
        days = other.days + other.business_days - one.days
    changed = CLOCK_CHANGE if days else timedelta(0)
    return timedelta(days) - changed + other.span - one.span

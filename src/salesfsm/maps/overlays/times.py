"""How long an opportunity has been somewhere, in words: in the unit of what is expected there."""

from __future__ import annotations

from datetime import datetime, timedelta

from salesfsm.messages import counted
from salesfsm.process.calendar import Calendar
from salesfsm.rules.values import Duration
from salesfsm.rules.wording import Wording

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def length(spent: timedelta, wording: Wording) -> str:
    """A time that was spent: in whole days, or in hours where it is less than one."""
    return wording.value(spent // _DAY * _DAY if spent >= _DAY else spent // _HOUR * _HOUR)


def length_like(
    expected: Duration, since: datetime, until: datetime, calendar: Calendar, wording: Wording
) -> str:
    """The time from ``since`` to ``until`` (both aware), to be read beside ``expected``.

    In whole business days, hours or minutes where that is in these; else as :func:`length` has it.
    """
    if expected.business_days:
        days = _business_days(since, until, calendar)
        return counted("value.business_days", days, wording.language)
    if expected.days:
        return length(until - since, wording)
    unit, name = (_HOUR, "hours") if expected.span >= _HOUR else (_MINUTE, "minutes")
    return counted(f"value.{name}", (until - since) // unit, wording.language)


def _business_days(since: datetime, until: datetime, calendar: Calendar) -> int:
    """The most business days that are over at ``until``, counted as the calendar counts them."""
    first, last = (each.astimezone(calendar.zone).date() for each in (since, until))
    days = (first + number * _DAY for number in range(1, (last - first).days + 1))
    count = sum(map(calendar.is_business_day, days))
    while count and calendar.after(since, Duration(business_days=count)) > until:
        count -= 1
    return count

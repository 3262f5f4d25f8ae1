"""Fields that hold lengths of time, rhythms of several, and which of two is surely over first.

Which moment is so long after another one, the calendar says (``calendar``).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    WithJsonSchema,
)

from salesfsm.errors import ValueTypeError
from salesfsm.process.fields import AT_LEAST_ONE, refusal
from salesfsm.rules.values import DURATION_FORMS, Duration, bounded, parse_duration


def _duration(value: object) -> Duration:
    try:
        if isinstance(value, Duration):
            return bounded(value)
        return parse_duration(value if isinstance(value, str) else repr(value))
    except ValueTypeError as error:
        raise refusal(str(error)) from None


_FORMS = r"\s*(\d+\s*business\s+days?|(\d+\s*(w|d|h|m|min|s)\s*)+|P[\dWDTHMS]+)\s*$"
_SCHEMA = {"type": "string", "description": f"A length of time: {DURATION_FORMS}."}

Length = Annotated[
    Duration,
    PlainValidator(_duration),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({**_SCHEMA, "pattern": f"^{_FORMS}"}),
]
"""A length of time, as ``90d`` or ``10 business days``."""


def _some_time(length: Duration) -> Duration:
    if length == Duration():
        raise refusal("this is no time at all", "write a length such as 7d")
    return length


Wait = Annotated[
    Length,
    AfterValidator(_some_time),
    WithJsonSchema({**_SCHEMA, "pattern": f"^(?=.*[1-9]){_FORMS}"}),
]
"""A length of time that is not nothing."""


def _waits(value: object) -> str:
    return "many" if isinstance(value, list | tuple) else "one"


_Waits = Annotated[tuple[Wait, ...], AT_LEAST_ONE, Field(json_schema_extra={"minItems": 1})]

Cadence = Annotated[
    Annotated[Wait, Tag("one")] | Annotated[_Waits, Tag("many")],
    Discriminator(_waits),
]
"""The rhythm of contacts: one length of time for all, or one after each unanswered attempt."""


CLOCK_CHANGE = timedelta(hours=3)
"""No clock is put on or back by more, so that days differ from 24 hours each by no more together.

Most are changed by one hour, one in Antarctica by three. Not counted: a country that moved across
the date line.
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

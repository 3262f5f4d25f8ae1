"""Fields that hold lengths of time, and rhythms of several.

Which moment is so long after another one, the calendar says (``calendar``).
"""

from __future__ import annotations

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

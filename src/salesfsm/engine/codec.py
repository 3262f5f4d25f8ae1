"""Events and opportunities as JSON, with the version of the schema, and back without loss.

The JSON explains itself: a value of a fact that JSON has no type for is an object with one key,
such as ``{"money": "50000 EUR"}`` or ``{"date": "2026-12-31"}``, so no process is needed to read
it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from operator import is_not
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import fields, replace

from salesfsm.engine.events import AnyEvent, BuyerMove, DueKind, Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import EventError, SalesFsmError, TimeError, ValueTypeError, shorten
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.arcs import MoveKind
from salesfsm.rules.types import DATE, DATETIME, DURATION, accept, decimal
from salesfsm.rules.values import EARLIEST, LATEST, FactValue, Money, aware

SCHEMA = 1
"""The version of the JSON that this module writes. It reads no other."""

Kept = TypeVar("Kept", bound=msgspec.Struct)


def event_to_json(event: Event) -> str:
    """One event as JSON on one line."""
    if not isinstance(event, Event):
        raise ValueTypeError(f"event_to_json takes an event, not {type(event).__name__}")
    return _to_json(event)


def event_from_json(text: str | bytes) -> Event:
    """The event that :func:`event_to_json` wrote; raises :class:`~salesfsm.errors.EventError`."""
    return _from_json(text, AnyEvent, "event")


def opportunity_to_json(opportunity: Opportunity) -> str:
    """An opportunity as JSON on one line."""
    if not isinstance(opportunity, Opportunity):
        given = type(opportunity).__name__
        raise ValueTypeError(f"opportunity_to_json takes an Opportunity, not {given}")
    return _to_json(opportunity)


def opportunity_from_json(text: str | bytes) -> Opportunity:
    """The opportunity that :func:`opportunity_to_json` wrote; raises ``EventError``."""
    return _from_json(text, Opportunity, "opportunity")


def _to_json(kept: Event | Opportunity) -> str:
    facts: Mapping[str, FactValue | None] | None = getattr(kept, "facts", None)
    if facts:
        told = {name: value_to_json(value) for name, value in facts.items()}
        kept = replace(kept, facts=told)
    return _HEAD + msgspec.json.encode(kept)[1:].decode()


def _from_json(text: str | bytes, kind: type[Kept] | UnionType, what: str) -> Kept:
    if not isinstance(text, str | bytes):
        raise ValueTypeError(f"the JSON of an {what} is a text, not {type(text).__name__}")
    # What this module wrote begins like this, and is read at once; all else, and whatever is wrong
    # with it, goes the longer way, which tells what is wrong.
    if isinstance(text, str) and text.startswith(_HEAD):
        try:
            kept: Kept = _DECODERS[what].decode("{" + text[len(_HEAD) :])
            return _in_utc(kept)
        except (msgspec.DecodeError, UnicodeError, RecursionError, TimeError):
            pass
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise EventError(f"this is no JSON of an {what}: {error}") from None
    if not isinstance(data, dict):
        raise EventError(f"this JSON is no {what}: it holds a {type(data).__name__}, not an object")
    schema = data.pop("schema", None)
    if isinstance(schema, bool) or schema != SCHEMA:
        raise EventError(
            f"this JSON of an {what} has the schema {shorten(repr(schema))}, and {SCHEMA} is read "
            "here: read it with the version of salesfsm that wrote it"
        )
    try:
        return _in_utc(msgspec.convert(data, kind, dec_hook=_read))
    except (msgspec.ValidationError, TimeError) as error:
        raise EventError(f"this JSON is no {what}: {error}") from None


def _in_utc(kept: Kept) -> Kept:
    """Times are UTC everywhere inside; the same object as ``datetime.UTC`` makes them fast.

    What is in UTC already, as nearly all is, stays the object that it is.
    """
    changed = {}
    for name in _timed(kept.__class__):
        value = getattr(kept, name)
        if value.__class__ is datetime and value.tzinfo is UTC and EARLIEST <= value <= LATEST:
            continue
        if value.__class__ not in _TIMELESS and (found := _utc_value(value)) is not value:
            changed[name] = found
    return replace(kept, **changed) if changed else kept


@cache
def _timed(kind: type[msgspec.Struct]) -> tuple[str, ...]:
    """The fields that may hold times which are not in UTC yet: those of facts are read as such."""
    return tuple(
        field.name
        for field in fields(kind)
        if _held(field.type) not in (_FACT, _MAYBE_FACT)
        and not _TIMELESS.issuperset(get_args(field.type) or (field.type,))
    )


def _utc_value(value: object) -> object:
    match value:
        case datetime():
            return LATEST if value == LATEST else aware(value).replace(tzinfo=UTC)
        case msgspec.Struct() if not isinstance(value, Money):
            return _in_utc(value)
        case tuple():
            found = tuple(map(_utc_value, value))
            return found if any(map(is_not, found, value)) else value
        case FrozenDict() if not _TIMELESS.issuperset(map(type, value.values())):
            held = {name: _utc_value(each) for name, each in value.items()}
            return frozen(held) if any(map(is_not, held.values(), value.values())) else value
    return value


def _read(kind: type, value: object) -> object:
    """Fill what msgspec does not know: our frozen dictionaries, and the values of facts in them."""
    held = _held(kind)
    if held is None or not isinstance(value, dict):
        raise ValueError(f"unexpected {type(value).__name__}")
    if held is not _FACT and held is not _MAYBE_FACT:
        plain = dict[str, held]  # type: ignore[valid-type]
        return frozen(msgspec.convert(value, plain)) if value else _EMPTY
    facts = {name: value_from_json(each) for name, each in value.items()}
    if held is _FACT and None in facts.values():
        raise ValueError("a fact that is not known is left out")
    return frozen(facts)


def _held(kind: type) -> object:
    """What a frozen dictionary of this kind holds; None where it is no such dictionary."""
    # Comparing unions, or only hashing them, takes longer than reading a fact: kinds are told by
    # their identity, which is kept beside them so that no other object can come to have it.
    known = _HELD.get(id(kind))
    if known is None:
        held = get_args(kind)[1] if get_origin(kind) is FrozenDict else None
        told = {FactValue: _FACT, FactValue | None: _MAYBE_FACT}.get(held, held)
        known = _HELD[id(kind)] = (kind, told)
    return known[1]


def value_to_json(value: FactValue | None) -> object:
    """The value of a fact as JSON that tells its type."""
    match value:
        case Money():
            return {"money": str(value)}
        case Decimal():
            return {"decimal": f"{value:f}"}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case timedelta():
            return {"duration": f"{value.days}d {value.seconds}s {value.microseconds}us"}
    return value


def _money(text: str) -> Money:
    amount, _, currency = text.partition(" ")
    return Money(amount, currency)


def _span(text: str) -> FactValue:
    days, seconds, microseconds = text.split()
    span = timedelta(
        int(days.removesuffix("d")),
        int(seconds.removesuffix("s")),
        int(microseconds.removesuffix("us")),
    )
    return accept(DURATION, span)


_VALUES: Mapping[str, Callable[[str], FactValue]] = {
    "money": _money,
    "decimal": decimal,
    "datetime": partial(accept, DATETIME),
    "date": partial(accept, DATE),
    "duration": _span,
}


def value_from_json(value: object) -> FactValue | None:
    """The value that :func:`value_to_json` wrote; raises ``ValueError`` where it is none."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((kind, text),) = value.items()
        if kind in _VALUES and isinstance(text, str):
            try:
                return _VALUES[kind](text)
            except (ValueError, OverflowError, SalesFsmError):
                raise ValueError(f"{shorten(repr(text))} is no {kind}") from None
    raise ValueError(f"{shorten(repr(value))} is no value of a fact")


_HEAD = f'{{"schema":{SCHEMA},'
_TIMELESS = frozenset(
    {str, int, bool, type(None), frozenset, MoveKind, BuyerMove, DueKind}
    | {Money, Decimal, date, timedelta}
)
"""The types of values that hold no time."""
_HELD: dict[int, tuple[type, object]] = {}
_FACT, _MAYBE_FACT = object(), object()
_EMPTY: FrozenDict[str, object] = frozen({})
_DECODERS: Mapping[str, msgspec.json.Decoder[Any]] = {
    "event": msgspec.json.Decoder(AnyEvent, dec_hook=_read),
    "opportunity": msgspec.json.Decoder(Opportunity, dec_hook=_read),
}

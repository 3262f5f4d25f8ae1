"""The value of a fact whose type has changed: in its new form if nothing is lost, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal

from salesfsm.errors import ValueTypeError
from salesfsm.rules.types import Type, accept, read
from salesfsm.rules.values import FactValue, format_span


def converted(value: FactValue, old: Type, new: Type) -> FactValue | None:
    """``value`` in the form of the type ``new``; None where that would lose or add anything.

    Nothing is lost where the way back gives the same value: ``3`` becomes ``3.0`` and back, but
    ``2.5`` is no whole number, and a number is no money, for it has no currency.
    """
    if old == new:
        return value
    for found in _forms(value, new):
        if any(back == value and type(back) is type(value) for back in _forms(found, old)):
            return found
    return None


def _forms(value: FactValue, wanted: Type) -> Iterator[FactValue]:
    """What ``value``, or its text, is in a type."""
    with suppress(ValueTypeError):
        yield accept(wanted, value)
    with suppress(ValueTypeError):
        yield read(wanted, written(value))


def written(value: FactValue) -> str:
    """A value as people and files write it."""
    match value:
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value.normalize():f}"
        case timedelta():
            return format_span(value)
        case date() | datetime():
            return value.isoformat()
    return str(value)

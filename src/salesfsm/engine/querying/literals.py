"""Constants of a query: values that a rule holds, in the form that a column would have them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import ibis
from ibis.expr import operations

from salesfsm.engine.querying.columns import AMOUNT
from salesfsm.rules.types import Kind
from salesfsm.rules.values import FactValue, Money

MICROSECOND, DAY = timedelta(microseconds=1), timedelta(days=1)
A_DAY = DAY // MICROSECOND
EPOCH, EPOCH_DAY = datetime(1970, 1, 1), date(1970, 1, 1)  # noqa: DTZ001  # columns are in UTC


def microseconds(moment: datetime) -> int:
    """The microseconds from 1970 to ``moment`` (aware)."""
    return (moment.replace(tzinfo=None) - EPOCH) // MICROSECOND


def number(value: Decimal | int, *, exact: bool) -> ibis.Value:
    """An amount or a decimal: where it is ``exact``, a decimal written as a text."""
    # Ibis would give a decimal the type DECIMAL(18, 3) on DuckDB, whatever its places are.
    return ibis.literal(f"{value:f}").cast(AMOUNT) if exact else ibis.literal(float(value))


def unknown(kind: Kind) -> ibis.Value:
    """What is not known, of a kind."""
    types = {
        Kind.BOOL: "boolean", Kind.TEXT: "string", Kind.CHOICE: "string",
        Kind.DECIMAL: AMOUNT, Kind.MONEY: AMOUNT,
    }  # fmt: skip
    return ibis.null(types.get(kind, "int64"))


def is_unknown(value: ibis.Value) -> bool:
    """Whether a value is one of :func:`unknown`."""
    node = value.op()
    return isinstance(node, operations.Literal) and node.value is None


def literal(value: FactValue, *, exact: bool, counted: bool) -> ibis.Value:
    """A value of a rule; a date or a time is ``counted`` since 1970, or one of the calendar."""
    match value:
        case Money(amount):
            return number(amount, exact=exact)
        case Decimal():
            return number(value, exact=exact)
        case datetime():
            since = microseconds(value)
            return ibis.literal(since if counted else value.replace(tzinfo=None))
        case date():
            return ibis.literal((value - EPOCH_DAY).days if counted else value)
        case timedelta():
            return ibis.literal(value // MICROSECOND)
    return ibis.literal(value)

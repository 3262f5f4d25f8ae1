"""Arithmetic of rules: which operands go together, what comes out, and how it is computed.

Arithmetic is total: where a result has no value (division by zero, a date past the calendar) it is
unknown, as NULL is in SQL. ``None`` stands for unknown. Numbers stay numbers that a fact could
hold: what has more than twelve places is rounded to them, half to even, and what is not below
10**18 is unknown, so that every backend agrees.
"""

from __future__ import annotations

import operator as python
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from salesfsm.rules.types import NUMERIC, Kind, Type
from salesfsm.rules.values import DECIMAL_PLACES, EXACT, LARGEST, FactValue, Money

_PLACES = Decimal(1).scaleb(-DECIMAL_PLACES)

Compute = Callable[[FactValue | None, FactValue | None], FactValue | None]


@dataclass(frozen=True, slots=True)
class Operation:
    """What an operator does to two types: the type of the result, and its computation."""

    type: Type
    compute: Compute


def operation(operator: str, left: Type, right: Type) -> Operation | None:
    """What ``left operator right`` means, or None where it means nothing."""
    found = _OPERATIONS.get((operator, left.kind, right.kind))
    if found is None:
        return None
    kind, compute = found
    if left.kind is right.kind is Kind.MONEY and left.currency != right.currency:
        return None
    currency = (left.currency or right.currency) if kind is Kind.MONEY else ""
    return Operation(Type(kind, currency=currency), compute)


# Each function is given operands of the kinds that its row in the table names.
_Row = tuple[Kind, Compute]


def _total(function: Callable[[Any, Any], FactValue | None]) -> Compute:
    """The function, unknown where a side is unknown or the result is out of range."""

    def compute(left: FactValue | None, right: FactValue | None) -> FactValue | None:
        if left is None or right is None:
            return None
        try:
            return function(left, right)
        except OverflowError:
            return None

    return compute


def _fitted(number: Decimal) -> Decimal | None:
    """The number in the form that facts have, or None where it is too large for that."""
    if int(number.as_tuple().exponent) < -DECIMAL_PLACES:
        number = EXACT.quantize(number, _PLACES)
    return number if -LARGEST < number < LARGEST else None


def _whole(function: Callable[[int, int], int]) -> Callable[[int, int], int | None]:
    def compute(left: int, right: int) -> int | None:
        number = function(left, right)
        return number if -LARGEST < number < LARGEST else None

    return compute


def _add(left: Decimal | int, right: Decimal | int) -> Decimal | None:
    return _fitted(EXACT.add(Decimal(left), Decimal(right)))


def _subtract(left: Decimal | int, right: Decimal | int) -> Decimal | None:
    return _fitted(EXACT.subtract(Decimal(left), Decimal(right)))


def _multiply(left: Decimal | int, right: Decimal | int) -> Decimal | None:
    return _fitted(EXACT.multiply(Decimal(left), Decimal(right)))


def _divide(left: Decimal | int, right: Decimal | int) -> Decimal | None:
    return _fitted(EXACT.divide(Decimal(left), Decimal(right))) if right else None


def _priced(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)


def _add_money(left: Money, right: Money) -> Money | None:
    return _priced(_add(left.amount, right.amount), left.currency)


def _subtract_money(left: Money, right: Money) -> Money | None:
    return _priced(_subtract(left.amount, right.amount), left.currency)


def _scale_money(left: Money, right: Decimal | int) -> Money | None:
    return _priced(_multiply(left.amount, right), left.currency)


def _divide_money(left: Money, right: Decimal | int) -> Money | None:
    return _priced(_divide(left.amount, right), left.currency)


def _shift_date(day: date, by: timedelta) -> date:
    """A date moves by whole days; a part of a day does not move it, backwards neither."""
    return day + by if by >= timedelta(0) else day - abs(by)


def _backwards(shift: Callable[[Any, Any], FactValue]) -> Callable[[Any, Any], FactValue]:
    return lambda moment, by: shift(moment, -by)


def _swapped(function: Callable[[Any, Any], FactValue | None]) -> Callable[[Any, Any], Any]:
    return lambda left, right: function(right, left)


def _rows() -> dict[tuple[str, Kind, Kind], _Row]:
    whole, money, span = Kind.INTEGER, Kind.MONEY, Kind.DURATION
    rows: dict[tuple[str, Kind, Kind], tuple[Kind, Callable[[Any, Any], FactValue | None]]] = {}
    for left in NUMERIC:
        for right in NUMERIC:
            rows["+", left, right] = (Kind.DECIMAL, _add)
            rows["-", left, right] = (Kind.DECIMAL, _subtract)
            rows["*", left, right] = (Kind.DECIMAL, _multiply)
            rows["/", left, right] = (Kind.DECIMAL, _divide)
        rows["*", money, left] = (money, _scale_money)
        rows["*", left, money] = (money, _swapped(_scale_money))
        rows["/", money, left] = (money, _divide_money)
    for sign, function in (("+", python.add), ("-", python.sub), ("*", python.mul)):
        rows[sign, whole, whole] = (whole, _whole(function))
    rows["+", money, money] = (money, _add_money)
    rows["-", money, money] = (money, _subtract_money)
    rows["/", money, money] = (Kind.DECIMAL, lambda a, b: _divide(a.amount, b.amount))
    for moment, shift in ((Kind.DATE, _shift_date), (Kind.DATETIME, python.add)):
        rows["+", moment, span] = (moment, shift)
        rows["+", span, moment] = (moment, _swapped(shift))
        rows["-", moment, span] = (moment, _backwards(shift))
        rows["-", moment, moment] = (span, python.sub)
    rows["+", span, span] = (span, python.add)
    rows["-", span, span] = (span, python.sub)
    rows["*", span, whole] = rows["*", whole, span] = (span, python.mul)
    return {key: (kind, _total(function)) for key, (kind, function) in rows.items()}


_OPERATIONS: Mapping[tuple[str, Kind, Kind], _Row] = _rows()

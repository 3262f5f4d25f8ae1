"""Arithmetic of rules: which operands go together, and what comes out, in Python.

Arithmetic is total: where a result has no value (division by zero, a date past the calendar) it is
unknown, as NULL is in SQL. ``None`` stands for unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal

from salesfsm.rules.types import DECIMAL, INTEGER, NUMERIC, Kind, Type
from salesfsm.rules.values import Money

_EXACT = Context(prec=60, traps=[])
"""Wide enough that sums and products of facts are exact; the user's own context plays no part."""

_PLACES = Decimal(1).scaleb(-12)


def result_type(operator: str, left: Type, right: Type) -> Type | None:
    """The type of ``left operator right``, or None where that means nothing."""
    if left.kind in NUMERIC and right.kind in NUMERIC:
        whole = left.kind is right.kind is Kind.INTEGER and operator != "/"
        return INTEGER if whole else DECIMAL
    if Kind.MONEY in (left.kind, right.kind):
        return _money_type(operator, left, right)
    return _TIME.get((operator, left.kind, right.kind)) and Type(
        _TIME[operator, left.kind, right.kind]
    )


def _money_type(operator: str, left: Type, right: Type) -> Type | None:
    if left.kind is right.kind:
        if left.currency != right.currency:
            return None
        return {"+": left, "-": left, "/": DECIMAL}.get(operator)
    if operator == "*" and (left.kind in NUMERIC or right.kind in NUMERIC):
        return left if left.kind is Kind.MONEY else right
    return left if operator == "/" and right.kind in NUMERIC else None


_TIME: dict[tuple[str, Kind, Kind], Kind] = {
    ("+", Kind.DATE, Kind.DURATION): Kind.DATE,
    ("+", Kind.DURATION, Kind.DATE): Kind.DATE,
    ("-", Kind.DATE, Kind.DURATION): Kind.DATE,
    ("-", Kind.DATE, Kind.DATE): Kind.DURATION,
    ("+", Kind.DATETIME, Kind.DURATION): Kind.DATETIME,
    ("+", Kind.DURATION, Kind.DATETIME): Kind.DATETIME,
    ("-", Kind.DATETIME, Kind.DURATION): Kind.DATETIME,
    ("-", Kind.DATETIME, Kind.DATETIME): Kind.DURATION,
    ("+", Kind.DURATION, Kind.DURATION): Kind.DURATION,
    ("-", Kind.DURATION, Kind.DURATION): Kind.DURATION,
    ("*", Kind.DURATION, Kind.INTEGER): Kind.DURATION,
    ("*", Kind.INTEGER, Kind.DURATION): Kind.DURATION,
}


Operand = bool | int | Decimal | str | date | datetime | timedelta | Money | None


def compute(operator: str, left: Operand, right: Operand) -> Operand:
    """``left operator right`` for operands that :func:`result_type` lets go together."""
    if left is None or right is None:
        return None
    try:
        return _COMPUTE[operator](left, right)
    except OverflowError:
        return None


def _add(left: Operand, right: Operand) -> Operand:
    if isinstance(left, timedelta) and not isinstance(right, timedelta):
        left, right = right, left
    if isinstance(right, timedelta):
        return _shift(left, right)
    if isinstance(left, Money) and isinstance(right, Money):
        return Money(_EXACT.add(left.amount, right.amount), left.currency)
    return left + right if _whole(left, right) else _EXACT.add(_number(left), _number(right))


def _subtract(left: Operand, right: Operand) -> Operand:
    if isinstance(right, timedelta):
        return _shift(left, -right)
    if isinstance(left, date) and isinstance(right, date):
        return left - right
    if isinstance(left, Money) and isinstance(right, Money):
        return Money(_EXACT.subtract(left.amount, right.amount), left.currency)
    return left - right if _whole(left, right) else _EXACT.subtract(_number(left), _number(right))


def _multiply(left: Operand, right: Operand) -> Operand:
    if isinstance(right, Money | timedelta):
        left, right = right, left
    if isinstance(left, timedelta) and isinstance(right, int):
        return left * right
    if isinstance(left, Money):
        return Money(_EXACT.multiply(left.amount, _number(right)), left.currency)
    return left * right if _whole(left, right) else _EXACT.multiply(_number(left), _number(right))


def _divide(left: Operand, right: Operand) -> Operand:
    """Quotients are rounded to twelve places, half to even, so that every backend agrees."""
    divisor = right.amount if isinstance(right, Money) else _number(right)
    dividend = left.amount if isinstance(left, Money) else _number(left)
    if not divisor:
        return None
    quotient = _EXACT.quantize(_EXACT.divide(dividend, divisor), _PLACES)
    if isinstance(left, Money) and not isinstance(right, Money):
        return Money(quotient, left.currency)
    return quotient


def _shift(moment: Operand, by: timedelta) -> Operand:
    """A date moves by whole days; a part of a day does not move it."""
    if isinstance(moment, date) and not isinstance(moment, datetime):
        return moment + timedelta(days=int(by / timedelta(days=1)))
    return moment + by


def _whole(left: Operand, right: Operand) -> bool:
    return isinstance(left, int) and isinstance(right, int)


def _number(value: Operand) -> Decimal:
    return Decimal(value)


_COMPUTE: dict[str, Callable[[Operand, Operand], Operand]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
}

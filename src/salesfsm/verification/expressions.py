"""Expressions of rules to terms of the solver; arithmetic as ``rules.operators`` computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import z3

from salesfsm.rules import core
from salesfsm.rules.types import NUMERIC, Kind
from salesfsm.rules.values import EARLIEST, LARGEST
from salesfsm.verification.encoding import DAY, MICROSECOND, UNIT, number
from salesfsm.verification.knowledge import TRUE, Knowledge, Term


def term(node: core.Expression, knowledge: Knowledge) -> Term:
    """The term that has the value of ``node``."""
    match node:
        case core.Constant(type_, value):
            found = number(value, type_.kind, knowledge.texts)
            shown = z3.BoolVal(found) if isinstance(found, bool) else z3.IntVal(found)
            return Term(TRUE, shown, type_.kind)
        case core.Fact(_, name):
            return knowledge.facts[name]
        case core.Reserved(_, name):
            return knowledge.reserved[name]
        case core.Attempts(_, activity):
            counts = knowledge.attempts
            total = counts[activity] if activity else z3.Sum([z3.IntVal(0), *counts.values()])
            return Term(TRUE, total, Kind.INTEGER)
        case core.Arithmetic(type_, operator, left, right, _):
            one, other = term(left, knowledge), term(right, knowledge)
            defined, value = _computed(operator, one, other)
            known = [one.known, other.known, defined, *_in_range(value, type_.kind)]
            return Term(z3.And(known), value, type_.kind)
    raise TypeError(f"not an expression: {node!r}")


def in_units(found: Term) -> z3.ArithRef:
    """A number in units of 10**-12, whichever kind of number it is; other values as they are."""
    return found.value * UNIT if found.kind is Kind.INTEGER else found.value


def _computed(operator: str, left: Term, right: Term) -> tuple[z3.BoolRef, z3.ArithRef]:
    """Whether the operation has a value for these, and which."""
    one, other = left.value, right.value
    both = (left.kind, right.kind)
    if both == (Kind.INTEGER, Kind.INTEGER) and operator != "/":
        return TRUE, _WHOLE[operator](one, other)
    if left.kind in _NUMBERS and right.kind in _NUMBERS:
        if operator in "+-":
            return TRUE, _WHOLE[operator](in_units(left), in_units(right))
        return _product(left, right) if operator == "*" else _quotient(left, right)
    if left.kind is Kind.DATE and right.kind is Kind.DURATION:
        return TRUE, one + _whole_days(other if operator == "+" else -other)
    if both == (Kind.DURATION, Kind.DATE):
        return TRUE, other + _whole_days(one)
    if both == (Kind.DATE, Kind.DATE):
        return TRUE, (one - other) * DAY
    return TRUE, _WHOLE[operator](one, other)  # times and lengths of time, all in microseconds


_NUMBERS = (*NUMERIC, Kind.MONEY)
_WHOLE: Mapping[str, Callable[[z3.ArithRef, z3.ArithRef], z3.ArithRef]] = {
    "+": lambda one, other: one + other,
    "-": lambda one, other: one - other,
    "*": lambda one, other: one * other,
}


def _product(left: Term, right: Term) -> tuple[z3.BoolRef, z3.ArithRef]:
    if Kind.INTEGER in (left.kind, right.kind):
        return TRUE, left.value * right.value
    for one, other in ((left, right), (right, left)):
        if z3.is_int_value(other.value):
            share = Fraction(other.value.as_long(), UNIT)
            return TRUE, _rounded(one.value * share.numerator, z3.IntVal(share.denominator))
    return TRUE, _rounded(left.value * right.value, z3.IntVal(UNIT))


def _quotient(left: Term, right: Term) -> tuple[z3.BoolRef, z3.ArithRef]:
    divisor = in_units(right)
    if z3.is_int_value(right.value):
        units = z3.simplify(divisor).as_long()
        if not units:
            return z3.BoolVal(False), z3.IntVal(0)
        share = Fraction(UNIT, units)
        return TRUE, _rounded(in_units(left) * share.numerator, z3.IntVal(share.denominator))
    above = in_units(left) * UNIT
    above = z3.If(divisor < 0, -above, above)
    return divisor != 0, _rounded(above, z3.If(divisor < 0, -divisor, divisor))


def _rounded(above: z3.ArithRef, below: z3.ArithRef) -> z3.ArithRef:
    """The whole number nearest to a quotient, half to even; ``below`` is positive."""
    if z3.is_int_value(below) and below.as_long() == 1:
        return above
    floor = above / below
    rest = 2 * (above - floor * below)
    up = z3.Or(rest > below, z3.And(rest == below, floor % 2 == 1))
    return z3.If(up, floor + 1, floor)


def _whole_days(span: z3.ArithRef) -> z3.ArithRef:
    """The whole days of a length of time, a part of a day left out."""
    return z3.If(span >= 0, span / DAY, -(-span / DAY))


def _in_range(value: z3.ArithRef, kind: Kind) -> list[z3.BoolRef]:
    low, high = _RANGES[kind]
    return [value >= low, value <= high]


def _micros(moment: datetime) -> int:
    return (moment - EARLIEST) // MICROSECOND


_RANGES: Mapping[Kind, tuple[int, int]] = {
    Kind.INTEGER: (1 - LARGEST, LARGEST - 1),
    Kind.DECIMAL: (1 - LARGEST * UNIT, LARGEST * UNIT - 1),
    Kind.MONEY: (1 - LARGEST * UNIT, LARGEST * UNIT - 1),
    Kind.DATE: (date.min.toordinal(), date.max.toordinal()),
    Kind.DATETIME: (
        _micros(datetime.min.replace(tzinfo=UTC)),
        _micros(datetime.max.replace(tzinfo=UTC)),
    ),
    Kind.DURATION: (timedelta.min // MICROSECOND, timedelta.max // MICROSECOND),
}
"""Where the result of an operation has a value at all; beyond, it is unknown."""

"""Which rules SQL can answer as exactly as the engine does, and which it cannot.

What depends on nothing but the time is a constant of the query, and computed here in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne

from salesfsm.rules import core
from salesfsm.rules.types import Kind
from salesfsm.rules.values import EXACT, FactValue, Money
from salesfsm.rules.wording import AS_WRITTEN

FACTOR_DIGITS = 7
"""A factor has at most so many: with the thirty digits of an amount, and the one that Spark adds to
each product, these are the 38 that databases hold exactly."""

COMPARE: Mapping[str, Callable[[FactValue, FactValue], bool]] = {
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip

_TIMES: Mapping[str, Callable[[datetime], FactValue]] = {
    "today": lambda at: at.date(),
    "now": lambda at: at,
}


def is_constant(node: core.Expression) -> bool:
    """Whether the value is the same for every opportunity, at one time."""
    match node:
        case core.Constant():
            return True
        case core.Reserved(_, name):
            return name in _TIMES
        case core.Arithmetic(_, _, left, right):
            return is_constant(left) and is_constant(right)
    return False


def constant_value(node: core.Expression, at: datetime) -> FactValue | None:
    """The value of what is constant; None where it is unknown."""
    match node:
        case core.Constant(_, value):
            return value
        case core.Reserved(_, name):
            return _TIMES[name](at)
        case core.Arithmetic(_, _, left, right, compute):
            return compute(constant_value(left, at), constant_value(right, at))
    raise TypeError(f"not a constant: {node!r}")


def is_scaled(node: core.Arithmetic) -> bool:
    """Whether decimals are multiplied or divided."""
    return node.operator in "*/" and node.type.kind in (Kind.DECIMAL, Kind.MONEY)


def factor_of(node: core.Arithmetic, at: datetime) -> tuple[core.Expression, Decimal | None] | None:
    """What is multiplied, by which constant (None: the result is unknown); None if by no short one.

    A division is a multiplication by the reciprocal, where that has few digits: ``/ 100``, ``/ 8``.
    """
    for value, other in ((node.left, node.right), (node.right, node.left)):
        if not is_constant(other) or (node.operator == "/" and other is not node.right):
            continue
        found = constant_value(other, at)
        if found is None:
            return value, None
        number = Decimal(found.amount if isinstance(found, Money) else found)  # type: ignore[arg-type]
        if node.operator == "/":
            if not number:
                return value, None
            number = EXACT.divide(Decimal(1), number)
        if _is_short(number):
            return value, number
    return None


def _is_short(number: Decimal) -> bool:
    _, digits, exponent = number.normalize(EXACT).as_tuple()
    places = int(exponent)  # only what is not finite has letters there
    return max(len(digits), len(digits) + places, -places) <= FACTOR_DIGITS


def opaque(condition: core.Condition, at: datetime) -> Iterator[str]:
    """What in ``condition`` SQL cannot answer: predicates, and products it would not compute."""
    for node in core.walk(condition):
        match node:
            case core.Predicate(name):
                yield f"{name}()"
            case core.Arithmetic() if not is_constant(node):
                if is_scaled(node) and factor_of(node, at) is None:
                    yield AS_WRITTEN.expression(node)

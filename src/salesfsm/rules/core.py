"""What a rule means: names resolved, types known, criteria sets expanded.

Every compiler (closure, explanation, and others to come) reads these nodes and no text. There are
two families: *expressions* have a value, which may be unknown; *conditions* have a verdict.
"""

from __future__ import annotations

import msgspec

from salesfsm.rules.operators import Compute
from salesfsm.rules.types import Type
from salesfsm.rules.values import FactValue

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")


class Expression(msgspec.Struct, frozen=True):
    """The base of everything that has a value of a type."""

    type: Type


class Constant(Expression, frozen=True):
    """A value that stands in the rule."""

    value: FactValue


class Fact(Expression, frozen=True):
    """The value of a fact; unknown until it is recorded."""

    name: str


class Reserved(Expression, frozen=True):
    """What every opportunity has: ``stage``, ``today``, ``days_in_stage`` and so on."""

    name: str


class Attempts(Expression, frozen=True):
    """Activities of the seller since the buyer last answered; of one kind, or of all (empty)."""

    activity: str


class Arithmetic(Expression, frozen=True):
    """``left operator right``; unknown where a side is, and where the result is out of range."""

    operator: str
    left: Expression
    right: Expression
    compute: Compute


class Condition(msgspec.Struct, frozen=True):
    """The base of everything that has a verdict."""


class Always(Condition, frozen=True):
    """``true`` or ``false``."""

    holds: bool


class Truth(Condition, frozen=True):
    """A bool fact that stands for itself."""

    fact: Fact


class Known(Condition, frozen=True):
    """Whether a fact, or another value, is known at all; never unknown itself."""

    value: Expression


class Compare(Condition, frozen=True):
    """``left operator right`` with one of ``== != < <= > >=``; both sides are of one kind."""

    operator: str
    left: Expression
    right: Expression


class OneOf(Condition, frozen=True):
    """Whether a value is one of the constants."""

    value: Expression
    options: tuple[Constant, ...]


class Proven(Condition, frozen=True):
    """Whether a milestone has evidence in force; stale where all its evidence has expired."""

    milestone: str


class Done(Condition, frozen=True):
    """Whether a task is completed."""

    task: str


class Predicate(Condition, frozen=True):
    """A Python function that the developer registers under this name."""

    name: str


class Not(Condition, frozen=True):
    """The opposite of a condition."""

    item: Condition


class AtLeast(Condition, frozen=True):
    """At least ``needed`` of the items; ``all`` and ``any`` are its two ends."""

    needed: int
    items: tuple[Condition, ...]


class Named(Condition, frozen=True):
    """A part with a code of its own, such as ``bant.authority`` within ``bant(of=3)``."""

    code: str
    item: Condition


def every(items: tuple[Condition, ...]) -> Condition:
    """All of the items."""
    return items[0] if len(items) == 1 else AtLeast(len(items), items)


def some(items: tuple[Condition, ...]) -> Condition:
    """At least one of the items."""
    return items[0] if len(items) == 1 else AtLeast(1, items)


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that must all be met for this one to be; ``true`` needs none."""
    match condition:
        case Always(True):
            return ()
        case Named(_, item):
            return conjuncts(item)
        case AtLeast(needed, items) if needed == len(items):
            return tuple(each for item in items for each in conjuncts(item))
    return (condition,)


def parts(node: Expression | Condition) -> tuple[Expression | Condition, ...]:
    """The nodes directly below ``node``."""
    match node:
        case Arithmetic(_, _, left, right) | Compare(_, left, right):
            return (left, right)
        case Known(value):
            return (value,)
        case OneOf(value, options):
            return (value, *options)
        case Truth(fact):
            return (fact,)
        case Not(item) | Named(_, item):
            return (item,)
        case AtLeast(_, items):
            return items
    return ()


def walk(node: Expression | Condition) -> list[Expression | Condition]:
    """``node`` and everything below it, in the order of the text."""
    found = [node]
    for part in parts(node):
        found += walk(part)
    return found

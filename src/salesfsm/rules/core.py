"""What a rule means: names resolved, types known, criteria sets expanded.

Every compiler (closure, explanation, and others to come) reads these nodes and no text. There are
two families: *expressions* have a value, which may be unknown; *conditions* have a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from salesfsm.rules.operators import Compute
from salesfsm.rules.types import Type
from salesfsm.rules.values import FactValue


@dataclass(frozen=True, slots=True)
class Expression:
    """The base of everything that has a value of a type."""

    type: Type


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """A value that stands in the rule."""

    value: FactValue


@dataclass(frozen=True, slots=True)
class Fact(Expression):
    """The value of a fact; unknown until it is recorded."""

    name: str


@dataclass(frozen=True, slots=True)
class Reserved(Expression):
    """What every opportunity has: ``stage``, ``today``, ``days_in_stage`` and so on."""

    name: str


@dataclass(frozen=True, slots=True)
class Attempts(Expression):
    """Activities of the seller since the buyer last answered; of one kind, or of all (empty)."""

    activity: str


@dataclass(frozen=True, slots=True)
class Arithmetic(Expression):
    """``left operator right``; unknown where a side is, and where the result is out of range."""

    operator: str
    left: Expression
    right: Expression
    compute: Compute = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """The base of everything that has a verdict."""


@dataclass(frozen=True, slots=True)
class Always(Condition):
    """``true`` or ``false``."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Truth(Condition):
    """A bool fact that stands for itself."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Known(Condition):
    """Whether a fact, or another value, is known at all; never unknown itself."""

    value: Expression


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    """``left operator right`` with one of ``== != < <= > >=``; both sides are of one kind."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class OneOf(Condition):
    """Whether a value is one of the constants."""

    value: Expression
    options: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Proven(Condition):
    """Whether a milestone has evidence in force; stale where all its evidence has expired."""

    milestone: str


@dataclass(frozen=True, slots=True)
class Done(Condition):
    """Whether a task is completed."""

    task: str


@dataclass(frozen=True, slots=True)
class Predicate(Condition):
    """A Python function that the developer registers under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The opposite of a condition."""

    item: Condition


@dataclass(frozen=True, slots=True)
class AtLeast(Condition):
    """At least ``needed`` of the items; ``all`` and ``any`` are its two ends."""

    needed: int
    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Named(Condition):
    """A part with a code of its own, such as ``bant.authority`` within ``bant(of=3)``."""

    code: str
    item: Condition


def every(items: tuple[Condition, ...]) -> Condition:
    """All of the items."""
    return items[0] if len(items) == 1 else AtLeast(len(items), items)


def some(items: tuple[Condition, ...]) -> Condition:
    """At least one of the items."""
    return items[0] if len(items) == 1 else AtLeast(1, items)


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

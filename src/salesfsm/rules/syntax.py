"""The nodes of a rule as it is written. What it means, with names and types, is in ``core``."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

DEEPEST_RULE = 40
"""Levels of nesting below the whole rule; people stop reading long before."""


@dataclass(frozen=True, slots=True)
class Node:
    """The base of all nodes; ``column`` (from 1) is its place in the text, and no part of it."""

    column: int = field(default=1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A value that stands in the rule: ``true``, ``10_000``, ``0.5``, ``"other"``."""

    value: bool | int | Decimal | str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A fact, a reserved name, or an option of a choice; dots join the parts of a prefixed name."""

    identifier: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the language, or a criteria set, with its arguments."""

    function: str
    arguments: tuple[Node, ...] = ()
    keywords: tuple[tuple[str, Node], ...] = ()


@dataclass(frozen=True, slots=True)
class Options(Node):
    """The list on the right of ``in``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """A comparison or a chain of them: ``first`` and then each operator with its right side."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class And(Node):
    """All of the items."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    """At least one of the items."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """The opposite; unknown stays unknown."""

    item: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """``left operator right`` with one of ``+ - * /``."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """``-item``."""

    item: Node


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below ``node``."""
    match node:
        case And(items) | Or(items) | Options(items):
            return items
        case Not(item) | Negative(item):
            return (item,)
        case Arithmetic(_, left, right):
            return (left, right)
        case Comparison(first, rest):
            return (first, *(right for _, right in rest))
        case Call(_, arguments, keywords):
            return (*arguments, *(value for _, value in keywords))
    return ()


def is_too_deep(node: Node) -> bool:
    """Whether the rule has more than :data:`DEEPEST_RULE` levels below it."""
    level: tuple[Node, ...] = (node,)
    for _ in range(DEEPEST_RULE + 1):
        level = tuple(child for each in level for child in children(each))
    return bool(level)

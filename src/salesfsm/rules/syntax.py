"""The nodes of a rule as it is written. What it means, with names and types, is in ``core``."""

from __future__ import annotations

from decimal import Decimal

import msgspec

DEEPEST_RULE = 40
"""Levels of nesting below the whole rule; people stop reading long before."""


class Node(msgspec.Struct, frozen=True):
    """The base of all nodes."""


class Literal(Node, frozen=True):
    """A value that stands in the rule: ``true``, ``10_000``, ``0.5``, ``"other"``."""

    value: bool | int | Decimal | str


class Name(Node, frozen=True):
    """A fact, a reserved name, or an option of a choice; dots join the parts of a prefixed name."""

    identifier: str


class Call(Node, frozen=True):
    """A function of the language, or a criteria set, with its arguments."""

    function: str
    arguments: tuple[Node, ...] = ()
    keywords: tuple[tuple[str, Node], ...] = ()


class Options(Node, frozen=True):
    """The list on the right of ``in``."""

    items: tuple[Node, ...]


class Comparison(Node, frozen=True):
    """A comparison or a chain of them: ``first`` and then each operator with its right side."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


class And(Node, frozen=True):
    """All of the items."""

    items: tuple[Node, ...]


class Or(Node, frozen=True):
    """At least one of the items."""

    items: tuple[Node, ...]


class Not(Node, frozen=True):
    """The opposite; unknown stays unknown."""

    item: Node


class Arithmetic(Node, frozen=True):
    """``left operator right`` with one of ``+ - * /``."""

    operator: str
    left: Node
    right: Node


class Negative(Node, frozen=True):
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

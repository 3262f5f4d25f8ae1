"""Gives stages and tasks other names in a rule as it is written; all else stays as it stands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from salesfsm.rules import syntax
from salesfsm.rules.parser import is_name
from salesfsm.rules.vocabulary import is_reserved

STAGES_ARE_COMPARED_WITH = ("stage", "stopped_in")
"""The reserved names whose values are stages."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """New names by the old ones; what is not named keeps its name.

    ``facts`` are those of the rule's process: a new name that is also one of theirs is written in
    quotes, for a bare name would be read as the fact.
    """

    stages: Mapping[str, str] = field(default_factory=dict)
    tasks: Mapping[str, str] = field(default_factory=dict)
    facts: Collection[str] = ()

    def stage(self, name: str) -> str:
        """The new name of a stage."""
        return self.stages.get(name, name)

    def task(self, name: str) -> str:
        """The new name of a task."""
        return self.tasks.get(name, name)


def rename(rule: syntax.Node, names: Renaming) -> syntax.Node:
    """The rule with stages and tasks renamed; nodes in which nothing changes are the same objects.

    A stage is what ``stage`` or ``stopped_in`` is compared with, bare or in quotes, on either side;
    a task is what ``done()`` asks.
    """
    match rule:
        case syntax.Comparison(first, rest):
            return _comparison(rule, (first, *(right for _, right in rest)), names)
        case syntax.Call("done"):
            return _below(rule, lambda task: _name(task, names.tasks, ()))
    return _below(rule, lambda node: rename(node, names))


def mentions(rule: syntax.Node, *, stage: str, tasks: Collection[str]) -> bool:
    """Whether the rule names the stage, or one of the tasks."""
    elsewhere = Renaming({stage: f"{stage}_"}, {task: f"{task}_" for task in tasks})
    return rename(rule, elsewhere) is not rule


def _comparison(
    rule: syntax.Comparison, sides: tuple[syntax.Node, ...], names: Renaming
) -> syntax.Node:
    """Each pair of neighbours by itself: in ``stage == "a" == owner`` only one "a" is a stage."""
    pairs = [
        (_beside(left, right, names), _beside(right, left, names))
        for left, right in pairwise(sides)
    ]
    new = (pairs[0][0], *(right for _, right in pairs))
    if all(one is other for one, other in zip(new, sides, strict=True)):
        joined: syntax.Node = rule
    else:
        operators = [operator for operator, _ in rule.rest]
        joined = syntax.Comparison(new[0], tuple(zip(operators, new[1:], strict=True)))
    if all(one[1] == other[0] for one, other in pairwise(pairs)):
        return joined
    return syntax.And(
        tuple(
            syntax.Comparison(left, ((operator, right),))
            for (operator, _), (left, right) in zip(rule.rest, pairs, strict=True)
        )
    )


def _beside(node: syntax.Node, other: syntax.Node, names: Renaming) -> syntax.Node:
    """One side of a comparison, in which names are stages if the other side is one."""
    if not isinstance(other, syntax.Name) or other.identifier not in STAGES_ARE_COMPARED_WITH:
        return node
    if isinstance(node, syntax.Options):
        return _below(node, lambda item: _name(item, names.stages, names.facts))
    return _name(node, names.stages, names.facts)


def _name(node: syntax.Node, names: Mapping[str, str], facts: Collection[str]) -> syntax.Node:
    """The new name, written as the old one was, in quotes where it would not be read as a name."""
    match node:
        case syntax.Name(old) if (new := names.get(old, old)) != old:
            bare = is_name(new) and not is_reserved(new) and new not in facts
            return syntax.Name(new) if bare else syntax.Literal(new)
        case syntax.Literal(str(old)) if (new := names.get(old, old)) != old:
            return syntax.Literal(new)
    return node


def _below(node: syntax.Node, change: Callable[[syntax.Node], syntax.Node]) -> syntax.Node:
    """``node`` with ``change`` made to each node directly below it."""
    old = syntax.children(node)
    new = tuple(map(change, old))
    if all(one is other for one, other in zip(new, old, strict=True)):
        return node
    match node:
        case syntax.And() | syntax.Or() | syntax.Options():
            return type(node)(new)
        case syntax.Not() | syntax.Negative():
            return type(node)(*new)
        case syntax.Arithmetic(operator):
            return syntax.Arithmetic(operator, *new)
        case syntax.Call(function, arguments, keywords):
            values = new[len(arguments) :]
            named = tuple((key, value) for (key, _), value in zip(keywords, values, strict=True))
            return syntax.Call(function, new[: len(arguments)], named)
    raise TypeError(f"not a rule: {node!r}")

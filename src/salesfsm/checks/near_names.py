"""SF128: two names that are one letter apart, as a slip of the pen makes them.

In a process that extends another one, a slip adds a second thing instead of changing the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations

from salesfsm.checks.finding import Check, Found, Path, Severity, found
from salesfsm.process.labels import words_of
from salesfsm.process.process import Process

_WORDS = re.compile("[._ ]")

SHORTEST = 5
"""Letters of a word in which one more or less is seldom meant."""

_ENDINGS = frozenset("aderinosuy")
"""With what words grow: ``contract`` and ``contracts``, ``approve`` and ``approved``."""

_TOLD_ELSEWHERE = ("facts", "activities", "trigger", "path")
"""Ends of paths to words that are names of another kind: options, triggers."""


def _find(process: Process) -> Iterator[Found]:
    for named in _kinds(process):
        for (first, _), (second, path) in combinations(named, 2):
            if _a_letter_apart(first, second):
                yield found(*path, name=second, other=first)


def _kinds(process: Process) -> Iterator[list[tuple[str, Path]]]:
    """The names of each kind of thing, with their places, each once."""
    buyer = process.buyer
    yield [(name, ("facts", name)) for name in process.facts]
    for name, fact in process.facts.items():
        yield _listed(("facts", name, "options"), fact.options)
    yield _listed(("buyer", "phases"), (each.name for each in buyer.phases))
    yield _listed(("buyer", "milestones"), (each.name for each in buyer.milestones))
    yield _listed(("stages",), (each.name for each in process.stages))
    for index, stage in enumerate(process.stages):
        yield _listed(("stages", index, "tasks"), (each.name for each in stage.tasks))
        yield _listed(("stages", index, "reasons"), (each.name for each in stage.reasons))
    ways = {way.trigger: index for index, way in reversed([*enumerate(process.transitions)])}
    yield [(name, ("transitions", ways[name], "trigger")) for name in process.triggers]
    yield _listed(("handovers",), (each.name for each in process.handovers))
    yield _listed(("teams",), (each.name for each in process.teams))
    yield _listed(("activities",), process.activities)
    words = words_of(process).items()
    owners = [each for each in words if not {each[1][0], each[1][-1]} & {*_TOLD_ELSEWHERE}]
    yield owners  # also roles, and kinds of evidence


def _listed(path: Path, names: Iterable[str]) -> list[tuple[str, Path]]:
    return [(name, (*path, index)) for index, name in enumerate(names)]


def _a_letter_apart(one: str, other: str) -> bool:
    """Whether the names differ in one word, by what a slip of the pen does to its letters."""
    if abs(len(one) - len(other)) > 1:
        return False
    words, others = _WORDS.split(one), _WORDS.split(other)
    apart = [each for each in zip(words, others, strict=False) if each[0] != each[1]]
    return len(words) == len(others) and len(apart) == 1 and _is_a_slip(*apart[0])


def _is_a_slip(one: str, other: str) -> bool:
    """Whether a letter was left out, doubled, replaced, or changed places with its neighbour.

    What is meant is no slip: a word that grows or changes at its end, a number, and a short word
    that stands for itself, as in ``plan_a`` and ``plan_b``.
    """
    if min(len(one), len(other)) < SHORTEST:
        return False
    pairs = enumerate(zip(one, other, strict=False))
    same = next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
    left, right = one[same:], other[same:]
    if left[:1].isdigit() or right[:1].isdigit() or len(left) == len(right) == 1:
        return False
    if len(left) + len(right) == 1:
        return (left + right) not in _ENDINGS
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


CHECK = Check("SF128", Severity.WARNING, _find)

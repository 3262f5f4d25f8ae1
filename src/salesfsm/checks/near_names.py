"""SF128: two names that are one letter apart, as a slip of the pen makes them.

In a process that extends another one, a slip adds a second thing instead of changing the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from salesfsm.checks.finding import Check, Found, Path, Severity, found
from salesfsm.process.process import Process

SHORTEST = 5
"""Letters of a name in which one more or less is seldom meant."""


def _find(process: Process) -> Iterator[Found]:
    for named in _kinds(process):
        for (first, _), (second, path) in combinations(named, 2):
            if _a_letter_apart(first, second):
                yield found(*path, name=second, other=first)


def _kinds(process: Process) -> Iterator[list[tuple[str, Path]]]:
    """The names of each kind of thing, with their places, each once."""
    buyer = process.buyer
    yield [(name, ("facts", name)) for name in process.facts]
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


def _listed(path: Path, names: Iterable[str]) -> list[tuple[str, Path]]:
    return [(name, (*path, index)) for index, name in enumerate(names)]


def _a_letter_apart(one: str, other: str) -> bool:
    """Whether a letter was left out, doubled, replaced, or changed places with its neighbour."""
    if min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if start is None:
        return not (one + other)[-1].isdigit()
    left, right = one[start:], other[start:]
    if any(each[:1].isdigit() for each in (left, right)):  # stage_1 and stage_2 are meant
        return False
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


CHECK = Check("SF128", Severity.WARNING, _find)

"""Bounds on what a process may hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from salesfsm.errors import Problem
from salesfsm.process.definitions import GROUPS
from salesfsm.process.problems.finding import Finder, criteria_lists

if TYPE_CHECKING:
    from salesfsm.process.process import Process

MOST_ARCS = 20_000
MOST_CRITERIA = 200
MOST_GUARDS = 20_000
"""A process has fewer by far; the bounds keep a hostile one from exhausting time or memory."""


@dataclass(frozen=True, slots=True)
class Bound:
    """How many ``things`` a process may have, or several that are to become one.

    ``names`` gives those of one process; what several share by name counts once.
    """

    most: int
    things: str
    path: tuple[str, ...]
    names: Callable[[Process], Iterable[str]]
    shared: bool = False

    def count(self, processes: Iterable[Process]) -> int:
        """How many there are in all."""
        every = [name for process in processes for name in self.names(process)]
        return len(set(every)) if self.shared else len(every)


BOUNDS = (
    Bound(500, "stages", ("stages",), lambda process: (each.name for each in process.stages)),
    Bound(
        5_000,
        "transitions",
        ("transitions",),
        lambda process: (each.trigger for each in process.transitions),
    ),
    Bound(
        5_000,
        "tasks",
        ("stages",),
        lambda process: (task.name for stage in process.stages for task in stage.tasks),
    ),
    Bound(
        5_000,
        "reasons",
        ("stages",),
        lambda process: (reason.name for stage in process.stages for reason in stage.reasons),
    ),
    Bound(
        500,
        "hand-overs",
        ("handovers",),
        lambda process: (each.name for each in process.handovers),
    ),
    Bound(
        500,
        "assignments",
        ("assignments",),
        lambda process: (each.name for each in process.assignments),
        shared=True,
    ),
    Bound(
        500,
        "invariants",
        ("invariants",),
        lambda process: (str(each.never) for each in process.invariants),
        shared=True,
    ),
    Bound(
        500,
        "teams",
        ("teams",),
        lambda process: (each.name for each in process.teams),
        shared=True,
    ),
    Bound(
        500,
        "milestones",
        ("buyer", "milestones"),
        lambda process: (each.name for each in process.buyer.milestones),
        shared=True,
    ),
)


def _size(process: Process) -> Iterator[Problem]:
    for bound in BOUNDS:
        if bound.count([process]) > bound.most:
            yield Problem(f"a process may have {bound.most} {bound.things}", bound.path)
    groups = sum(source in GROUPS for each in process.transitions for source in each.source)
    sources = sum(len(each.source) for each in process.transitions)
    if sources + groups * len(process.stages) > MOST_ARCS:
        yield Problem(
            f"the transitions stand for more than {MOST_ARCS} single ways between stages",
            ("transitions",),
            "name the sources where open, closed or * takes in too many",
        )
    for path, criteria in criteria_lists(process):
        if len(criteria) > MOST_CRITERIA:
            yield Problem(f"a list may have {MOST_CRITERIA} criteria", path)
    if _guards(process) > MOST_GUARDS:
        yield Problem(
            f"the ways between stages ask more than {MOST_GUARDS} criteria in all",
            ("transitions",),
            "name fewer sources, or put criteria that many ways share into one rule",
        )


def _guards(process: Process) -> int:
    """How many criteria all single ways ask together: each has those of its two stages too."""
    leaving = {each.name: len(each.exit) + len(each.tasks) for each in process.stages}
    entering = {each.name: len(each.entry) for each in process.stages}
    total = 0
    for each in process.transitions:
        grouped = any(source in GROUPS for source in each.source)
        sources = tuple(leaving) if grouped else each.source
        own = len(each.when) + entering.get(each.target, 0)
        total += sum(leaving.get(source, 0) + own for source in sources)
    return total


FINDERS: tuple[Finder, ...] = (_size,)

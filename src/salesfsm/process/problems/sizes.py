"""Bounds on what a process may hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from salesfsm.errors import Problem
from salesfsm.process.definitions import GROUPS
from salesfsm.process.problems.finding import Finder, criteria_lists

if TYPE_CHECKING:
    from salesfsm.process.process import Process

MOST_STAGES = 500
MOST_TRANSITIONS = 5_000
MOST_ARCS = 20_000
MOST_CRITERIA = 200
MOST_GUARDS = 20_000
"""A process has fewer by far; the bounds keep a hostile one from exhausting time or memory."""


def _size(process: Process) -> Iterator[Problem]:
    if len(process.stages) > MOST_STAGES:
        yield Problem(f"a process may have {MOST_STAGES} stages", ("stages",))
    if len(process.transitions) > MOST_TRANSITIONS:
        yield Problem(f"a process may have {MOST_TRANSITIONS} transitions", ("transitions",))
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

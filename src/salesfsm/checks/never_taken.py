"""SF106: a branch that is never taken, for an earlier one of the same trigger opens first."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Severity
from salesfsm.process.arcs import Arc
from salesfsm.process.definitions import Level
from salesfsm.process.process import Process
from salesfsm.rules.core import Always


def _find(process: Process) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    branches: dict[tuple[str, str], list[Arc]] = {}
    for arc in process.arcs:
        earlier = branches.setdefault((arc.source, arc.trigger), [])
        for other in earlier:
            if _needed(other) <= _needed(arc):
                yield (
                    f"{arc.trigger!r} never leads from {arc.source!r} to {arc.target!r}: wherever "
                    f"it is open, the transition to {other.target!r} before it is open too",
                    ("transitions", arc.transition),
                    "order decides: put the branch with more criteria first, or give the other "
                    "one a criterion that excludes it",
                )
                break
        earlier.append(arc)


def _needed(arc: Arc) -> frozenset[object]:
    """What must be met for the arc to be open, each with the date from which it holds."""
    return frozenset(
        (each.condition, each.since)
        for each in arc.requirements
        if each.level is Level.BLOCK and each.condition != Always(True)
    )


CHECK = Check("SF106", Severity.ERROR, "Every branch of a trigger can be taken.", _find)

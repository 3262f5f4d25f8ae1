"""SF106: a transition that is never taken: it is shut for good, or an earlier one opens first."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Severity
from salesfsm.process.arcs import Arc
from salesfsm.process.process import Process
from salesfsm.process.requirements import Needed, needed_by, never_met


def _find(process: Process) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    branches: dict[tuple[str, str], list[tuple[Arc, frozenset[Needed]]]] = {}
    for arc in process.arcs:
        earlier = branches.setdefault((arc.source, arc.trigger), [])
        needed = needed_by(arc.requirements)
        if never_met(needed):
            yield (
                f"{arc.trigger!r} never leads from {arc.source!r} to {arc.target!r}: one of its "
                "criteria cannot be met",
                ("transitions", arc.transition),
                "remove the transition, or the criterion that says false",
            )
            continue
        for other, before in earlier:
            if before <= needed:
                yield (
                    f"{arc.trigger!r} never leads from {arc.source!r} to {arc.target!r}: wherever "
                    f"it is open, the transition to {other.target!r} before it is open too",
                    ("transitions", arc.transition),
                    "order decides: put the branch with more criteria first, or give the other "
                    "one a criterion that excludes it",
                )
                break
        earlier.append((arc, needed))


CHECK = Check("SF106", Severity.ERROR, "Every branch of a trigger can be taken.", _find)

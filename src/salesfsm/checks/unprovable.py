"""SF122: a milestone that opens a way and of which nobody knows what proves it."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.asking import required
from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    needed = {name for kind, name in required(process) if kind == "milestone"}
    for index, milestone in enumerate(process.buyer.milestones):
        opens = milestone.moves or milestone.name in needed
        if opens and not (milestone.definition or milestone.hint or milestone.accepts):
            yield found("buyer", "milestones", index, milestone=milestone.name)


CHECK = Check("SF122", Severity.WARNING, _find)

"""SF119: a milestone that opens nothing: it moves the buyer nowhere, and no rule or job asks it."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.asking import asked_anywhere
from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    asked = asked_anywhere(process)
    jobs = {name for job in process.buyer.jobs for name in job.milestones}
    for index, milestone in enumerate(process.buyer.milestones):
        used = milestone.moves or milestone.name in jobs or ("milestone", milestone.name) in asked
        if not used:
            yield found("buyer", "milestones", index, milestone=milestone.name)


CHECK = Check("SF119", Severity.NOTE, _find)

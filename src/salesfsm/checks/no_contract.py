"""SF126: a hand-over that asks nothing: whoever receives does not know what to count on."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.handover import Contract
from salesfsm.process.process import Process
from salesfsm.process.requirements import entry_requirements, needed_by


def _find(process: Process) -> Iterator[Found]:
    for index, handover in enumerate(process.handovers):
        target = process.stage_by_name[handover.target]
        asked = needed_by(entry_requirements(process, target))
        if handover.needs == Contract() and not asked:
            yield found("handovers", index, handover=handover.name, target=handover.target)


CHECK = Check("SF126", Severity.WARNING, _find)

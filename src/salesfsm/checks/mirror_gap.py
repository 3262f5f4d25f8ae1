"""SF124: a phase between two that stages mirror, and that no stage mirrors itself."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.mirror import phase_order
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    order = phase_order(process)
    mirrored = {order[stage.mirrors] for stage in process.stages if stage.mirrors is not None}
    for place in range(min(mirrored, default=0), max(mirrored, default=0)):
        if place not in mirrored:
            yield found("buyer", "phases", place, phase=process.buyer.phases[place].name)


CHECK = Check("SF124", Severity.NOTE, _find)

"""SF101: a stage that no opportunity can ever enter."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import pairs
from salesfsm.process.arcs import reached, sources_among
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    handed_over = [
        (source, each.target)
        for each in process.handovers
        for source in sources_among(process, each.source)
    ]
    entered = reached(process.starts, [*pairs(process), *handed_over])
    for index, stage in enumerate(process.stages):
        if stage.name not in entered:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF101", Severity.ERROR, _find)

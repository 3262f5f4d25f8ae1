"""SF103: an open stage that no transition leaves."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import open_arcs
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    left = {arc.source for arc in open_arcs(process) if arc.source != arc.target}
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.name not in left:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF103", Severity.ERROR, _find)

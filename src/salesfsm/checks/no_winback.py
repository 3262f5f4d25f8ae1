"""SF110: a lost stage that nothing leaves and that does not say that it is meant to be an end."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import open_arcs
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    lost = {stage.name for stage in process.stages if stage.outcome is Outcome.LOST}
    left = {arc.source for arc in open_arcs(process) if arc.target not in lost}
    for index, stage in enumerate(process.stages):
        if stage.name in lost - left and stage.definition is None:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF110", Severity.NOTE, _find)

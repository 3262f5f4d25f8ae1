"""SF132: exit criteria that nothing ever asks, for no way leads ahead out of their stage."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.process import Process
from salesfsm.process.requirements import requirements


def _find(process: Process) -> Iterator[Found]:
    for index, stage in enumerate(process.stages):
        # Ways ahead ask all of it; so do others of a branch that was composed.
        leaving = (arc.requirements for arc in process.arcs if arc.source == stage.name)
        asked = {each.condition for every in leaving for each in every}
        for number, criterion in enumerate(stage.exit):
            parts = requirements(process, [criterion], "exit")
            if not asked.issuperset(each.condition for each in parts):
                yield found("stages", index, "exit", number, stage=stage.name)


CHECK = Check("SF132", Severity.WARNING, _find)

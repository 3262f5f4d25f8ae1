"""SF132: exit criteria that nothing ever asks, for no way leads ahead out of their stage."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.arcs import MoveKind
from salesfsm.process.process import Process
from salesfsm.process.requirements import requirements


def _find(process: Process) -> Iterator[Found]:
    ahead = {arc.source for arc in process.arcs if arc.kind in (MoveKind.ADVANCE, MoveKind.WIN)}
    for index, stage in enumerate(process.stages):
        if not stage.exit or stage.name in ahead:
            continue
        # A branch that was composed asks it of the ways themselves.
        leaving = (arc.requirements for arc in process.arcs if arc.source == stage.name)
        asked = {each.condition for every in leaving for each in every}
        for number, criterion in enumerate(stage.exit):
            if not asked.issuperset(each.condition for each in requirements(process, [criterion])):
                yield found("stages", index, "exit", number, stage=stage.name)


CHECK = Check("SF132", Severity.WARNING, _find)

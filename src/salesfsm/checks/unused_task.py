"""SF120: a task that is meant to be done and that no move ever asks for."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.asking import asked_anywhere
from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.arcs import MoveKind
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    asked = asked_anywhere(process)
    ahead = {arc.source for arc in process.arcs if arc.kind in (MoveKind.ADVANCE, MoveKind.WIN)}
    for index, stage in enumerate(process.stages):
        if stage.name in ahead:
            continue
        for number, task in enumerate(stage.tasks):
            if not task.optional and ("task", task.name) not in asked:
                yield found("stages", index, "tasks", number, task=task.name, stage=stage.name)


CHECK = Check("SF120", Severity.NOTE, _find)

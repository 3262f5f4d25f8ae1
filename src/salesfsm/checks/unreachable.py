"""SF101: a stage that no opportunity can ever enter."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import reached_from
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    reached = reached_from(process, process.starts)
    for index, stage in enumerate(process.stages):
        if stage.name not in reached:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF101", Severity.ERROR, _find)

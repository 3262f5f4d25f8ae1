"""SF113: an open stage without tasks."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    for index, stage in enumerate(process.stages):
        if stage.is_open and not stage.tasks:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF113", Severity.NOTE, _find)

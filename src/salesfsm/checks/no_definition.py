"""SF104: an open stage without an operational definition."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.definition is None:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF104", Severity.WARNING, _find)

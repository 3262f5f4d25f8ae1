"""SF101: a stage that no opportunity can ever enter."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Severity
from salesfsm.checks.reach import reached_from
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    reached = reached_from(process, process.starts)
    for index, stage in enumerate(process.stages):
        if stage.name not in reached:
            yield (
                f"no opportunity can ever enter {stage.name!r}",
                ("stages", index),
                f"add a transition with target: {stage.name}, or remove the stage",
            )


CHECK = Check("SF101", Severity.ERROR, "Every stage can be reached.", _find)

"""SF104: an open stage without an operational definition."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Severity
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.definition is None:
            yield (
                f"{stage.name!r} has no operational definition: nobody can tell who is there",
                ("stages", index),
                "add definition: the observable act of the buyer that tells it",
            )


CHECK = Check("SF104", Severity.WARNING, "Every open stage has an operational definition.", _find)

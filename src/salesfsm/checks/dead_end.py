"""SF103: an open stage that no transition leaves."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Severity
from salesfsm.checks.reach import may_open
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    left = {arc.source for arc in process.arcs if may_open(arc) and arc.source != arc.target}
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.name not in left:
            yield (
                f"{stage.name!r} is a dead end: it is open, and nothing leads out of it",
                ("stages", index),
                "add a transition from it, such as one to a lost or a winback stage",
            )


CHECK = Check("SF103", Severity.ERROR, "No open stage is a dead end.", _find)

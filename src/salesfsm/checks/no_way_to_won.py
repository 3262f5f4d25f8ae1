"""SF102: an open stage from which nothing can be won any more."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Severity
from salesfsm.checks.reach import leading_to
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    won = [stage.name for stage in process.stages if stage.outcome is Outcome.WON]
    if not won:
        yield (
            "no stage is won, so no opportunity can be",
            ("stages",),
            "add a stage with outcome: won",
        )
        return
    leading = leading_to(process, won)
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.name not in leading:
            yield (
                f"no way leads from {stage.name!r} to a won stage",
                ("stages", index),
                "add a transition that leads on from it",
            )


CHECK = Check("SF102", Severity.ERROR, "Every open stage can still be won.", _find)

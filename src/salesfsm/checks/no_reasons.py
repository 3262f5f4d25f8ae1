"""SF105: a lost stage that takes no reason."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Severity
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    for index, stage in enumerate(process.stages):
        if stage.outcome is Outcome.LOST and not stage.reasons:
            yield (
                f"{stage.name!r} is entered without a reason: nobody will know why deals are lost",
                ("stages", index),
                "add reasons: [price, competitor, no_decision, other]",
            )


CHECK = Check("SF105", Severity.WARNING, "Every lost stage asks for a reason.", _find)

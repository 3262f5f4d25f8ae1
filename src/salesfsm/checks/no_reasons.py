"""SF105: a lost stage that takes no reason."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    for index, stage in enumerate(process.stages):
        if stage.outcome is Outcome.LOST and not stage.reasons:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF105", Severity.WARNING, _find)

"""SF109: an open stage from which nothing can be lost any more."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import leading_to
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process

NONE_LOST = "none_lost"
"""The case of a process without any lost stage."""


def _find(process: Process) -> Iterator[Found]:
    lost = [stage.name for stage in process.stages if stage.outcome is Outcome.LOST]
    if not lost:
        yield found("stages", case=NONE_LOST)
        return
    leading = leading_to(process, lost)
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.name not in leading:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF109", Severity.WARNING, _find, cases=("", NONE_LOST))

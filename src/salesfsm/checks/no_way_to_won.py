"""SF102: an open stage from which nothing can be won any more."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import leading_to
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process

NONE_WON = "none_won"
"""The case of a process without any won stage."""


def _find(process: Process) -> Iterator[Found]:
    won = [stage.name for stage in process.stages if stage.outcome is Outcome.WON]
    if not won:
        yield found("stages", case=NONE_WON)
        return
    leading = leading_to(process, won)
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.name not in leading:
            yield found("stages", index, stage=stage.name)


CHECK = Check("SF102", Severity.ERROR, _find, cases=("", NONE_WON))

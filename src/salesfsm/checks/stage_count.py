"""SF114: fewer than three or more than seven open stages on a line where opportunities begin."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.process.process import Process

FEWEST, MOST = 3, 7
FEW = "few"
"""The case of too few stages."""


def _find(process: Process) -> Iterator[Found]:
    lines: dict[str | None, list[int]] = {}
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.path in process.homes:
            lines.setdefault(stage.path, []).append(index)
    for stages in lines.values():
        if not FEWEST <= len(stages) <= MOST:
            case = FEW if len(stages) < FEWEST else ""
            first = process.stages[stages[0]].name
            yield found("stages", stages[0], case=case, count=str(len(stages)), stage=first)


CHECK = Check("SF114", Severity.NOTE, _find, cases=(PLAIN, FEW))

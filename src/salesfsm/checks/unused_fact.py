"""SF118: a fact that no rule asks and no hand-over takes along."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.asking import asked_anywhere
from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    asked = asked_anywhere(process)
    for name in process.facts:
        if ("fact", name) not in asked:
            yield found("facts", name, fact=name)


CHECK = Check("SF118", Severity.NOTE, _find)

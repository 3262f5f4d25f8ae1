"""SF117: a way to won that asks nothing: whoever says so has won."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import ways
from salesfsm.process.arcs import MoveKind
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    told: dict[int, list[str]] = {}
    for way in ways(process):
        if way.arc.kind is MoveKind.WIN and not way.needed:
            told.setdefault(way.arc.transition, []).append(way.arc.source)
    for transition, sources in told.items():
        trigger = process.transitions[transition].trigger
        yield found("transitions", transition, trigger=trigger, sources=", ".join(sources))


CHECK = Check("SF117", Severity.WARNING, _find)

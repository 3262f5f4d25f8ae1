"""SF133: a timer that the clock alone lets move only what is nobody's.

Only the owner or the team may act where it rings: one of them has to let it ring.
"""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.timers import Hindrance, hindrance
from salesfsm.process.arcs import Arc
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    waiting: dict[tuple[int, Hindrance], list[Arc]] = {}
    for arc in process.arcs:
        case = hindrance(process, arc) if arc.after is not None else None
        if case is not None and not case.is_final:
            waiting.setdefault((arc.transition, case), []).append(arc)
    for (transition, case), arcs in waiting.items():
        values = arcs[0].named | {"source": ", ".join(arc.source for arc in arcs)}
        yield found("transitions", transition, "after", case=case, **values)


CHECK = Check("SF133", Severity.WARNING, _find, cases=(Hindrance.TEAM, Hindrance.OWNER))

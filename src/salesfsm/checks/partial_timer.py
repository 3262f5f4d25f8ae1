"""SF133: a timer that moves only what is nobody's, for only owners or teams may act where it rings.

It is nobody. Where a stage names its team, nothing is nobody's: there it is dead, SF125.
"""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.checks.timers import TEAM, keeps_some
from salesfsm.process.kinds import Acting
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    told = set()
    for arc in process.arcs:
        acting = keeps_some(process, arc) if arc.after is not None else None
        if acting is None or arc.transition in told:
            continue
        told.add(arc.transition)
        case = TEAM if acting is Acting.TEAM else PLAIN
        named = {"trigger": arc.trigger, "source": arc.source, "target": arc.target}
        yield found("transitions", arc.transition, "after", case=case, **named)


CHECK = Check("SF133", Severity.WARNING, _find, cases=(PLAIN, TEAM))

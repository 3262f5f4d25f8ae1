"""SF125: a timer that can never move anything: it gives no reason, has no role, and is nobody."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Acting
from salesfsm.process.process import Process

ROLE, ACTING = "role", "acting"
"""The cases of a way that is for certain roles, and of a stage in which only owners may act."""


def _find(process: Process) -> Iterator[Found]:
    told: set[int] = set()
    for arc in process.arcs:
        case = _hindered(process, arc)
        if case is not None and arc.transition not in told:
            told.add(arc.transition)
            values = {"trigger": arc.trigger, "source": arc.source, "target": arc.target}
            yield found("transitions", arc.transition, "after", case=case, **values)


def _hindered(process: Process, arc: Arc) -> str | None:
    """What keeps the timer of an arc from moving anything; None if nothing does, or it has none."""
    if arc.after is None:
        return None
    if arc.reasons:
        return ""
    if arc.roles:
        return ROLE
    anyone = process.acting_in(process.stage_by_name[arc.source]) is Acting.ANYONE
    return None if anyone else ACTING


CHECK = Check("SF125", Severity.ERROR, _find, cases=("", ROLE, ACTING))

"""Which timers can move something: what the checks of timers and of loops ask."""

from __future__ import annotations

from salesfsm.checks.finding import PLAIN
from salesfsm.checks.reach import JudgedWay, ways
from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Acting
from salesfsm.process.lengths import surely_over_before
from salesfsm.process.process import Process

ROLE, TEAM = "role", "team"
"""The cases of a timer that has no role, and of one in the stage of a team: it is no member."""


def hindrance(process: Process, arc: Arc) -> str | None:
    """The case of what keeps a timer from ever moving anything this way; None where nothing does.

    A timer gives no reason, has no role, and is nobody.
    """
    if arc.reasons:
        return PLAIN
    if not arc.open_to(None):
        return ROLE
    stage = process.stage_by_name[arc.source]
    theirs = process.acting_in(stage) is Acting.TEAM and stage.team is not None
    return TEAM if theirs else None


def keeps_some(process: Process, arc: Arc) -> Acting | None:
    """Whose opportunities a timer leaves where they are, though it moves those that are nobody's;
    None where there are no such.
    """
    acting = process.acting_in(process.stage_by_name[arc.source])
    return None if acting is Acting.ANYONE or hindrance(process, arc) is not None else acting


def ringing(process: Process) -> dict[str, list[JudgedWay]]:
    """By stage, the ways whose timers may move everything that is there."""
    found: dict[str, list[JudgedWay]] = {}
    for way in ways(process):
        live = way.arc.after is not None and way.may_be_taken
        if live and hindrance(process, way.arc) is None and keeps_some(process, way.arc) is None:
            found.setdefault(way.arc.source, []).append(way)
    return found


def rings_before(one: JudgedWay, other: JudgedWay) -> bool:
    """Whether a timer surely rings before another one of its stage."""
    if one.arc.after is None or other.arc.after is None:
        return False
    return surely_over_before(one.arc.after, other.arc.after)

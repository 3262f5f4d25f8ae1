"""Which timers can move something: what the checks of timers and of loops ask."""

from __future__ import annotations

from salesfsm.checks.reach import Way, comes_sooner, ways
from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Acting
from salesfsm.process.process import Process

REASON, ROLE, ACTING = "", "role", "acting"
"""What a timer cannot do: give a reason, have a role, act where only owners or teams may."""


def hindrance(process: Process, arc: Arc) -> str | None:
    """What no timer can do for this way, and it takes; None where there is nothing."""
    if arc.reasons:
        return REASON
    if arc.roles:
        return ROLE
    anyone = process.acting_in(process.stage_by_name[arc.source]) is Acting.ANYONE
    return None if anyone else ACTING


def ringing(process: Process) -> dict[str, list[Way]]:
    """By stage, the ways whose timers may move something."""
    found: dict[str, list[Way]] = {}
    for way in ways(process):
        live = way.arc.after is not None and way.may_be_taken
        if live and hindrance(process, way.arc) is None:
            found.setdefault(way.arc.source, []).append(way)
    return found


def rings_before(one: Way, other: Way) -> bool | None:
    """Whether a timer rings before another one of its stage; None where the calendar decides."""
    if one.arc.after is None or other.arc.after is None:
        return False
    return comes_sooner(one.arc.after, other.arc.after)

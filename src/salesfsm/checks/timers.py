"""Which timers can move something: what the checks of timers and of loops ask."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from salesfsm.checks.reach import JudgedWay, ways
from salesfsm.process.arcs import Arc
from salesfsm.process.calendar import surely_over_before
from salesfsm.process.kinds import Acting
from salesfsm.process.process import Process


class Hindrance(StrEnum):
    """Why a timer does not move everything that is there: the cases of what is found.

    Nobody can give a timer a reason or a role, so these keep it from ever moving anything. Who may
    act is another matter: the clock is nobody and moves what is nobody's, and the rest is moved
    once somebody of the team, or the owner, lets the timer ring (``Engine.elapse``).
    """

    REASON = "reason"
    ROLE = "role"
    TEAM = "team"
    OWNER = "owner"

    @property
    def is_final(self) -> bool:
        """Whether it is in the way whoever lets the timer ring."""
        return self in (Hindrance.REASON, Hindrance.ROLE)


def hindrance(process: Process, arc: Arc) -> Hindrance | None:
    """What keeps a timer of this way from moving everything; None where the clock alone does."""
    if arc.reasons:
        return Hindrance.REASON
    if not arc.open_to(None):
        return Hindrance.ROLE
    return {Acting.TEAM: Hindrance.TEAM, Acting.OWNER: Hindrance.OWNER}.get(
        process.acting_in(process.stage_by_name[arc.source])
    )


def moving_all(process: Process) -> dict[str, list[JudgedWay]]:
    """By stage, the ways on which the clock alone may move everything that is there."""
    return _ringing(process, lambda arc: hindrance(process, arc) is None)


def moving_some(process: Process) -> dict[str, list[JudgedWay]]:
    """By stage, the ways on which the clock alone may move something of what has come there.

    That is what has no owner. It has a team, though, where teams own what comes to the plane.
    """

    def moves(arc: Arc) -> bool:
        found = hindrance(process, arc)
        if found is Hindrance.TEAM:
            return not process.teams_of_stages[arc.source]
        return found is None or not found.is_final

    return _ringing(process, moves)


def _ringing(process: Process, moves: Callable[[Arc], bool]) -> dict[str, list[JudgedWay]]:
    found: dict[str, list[JudgedWay]] = {}
    for way in ways(process):
        if way.arc.after is not None and way.may_be_taken and moves(way.arc):
            found.setdefault(way.arc.source, []).append(way)
    return found


def rings_before(one: JudgedWay, other: JudgedWay) -> bool:
    """Whether a timer surely rings before another one of its stage."""
    if one.arc.after is None or other.arc.after is None:
        return False
    return surely_over_before(one.arc.after, other.arc.after)

"""What comes due by itself: which timers run for an opportunity, and what they do when they elapse.

It knows nothing of which of them have rung: that is for whoever keeps the clock (the pipeline).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime

import msgspec
from msgspec.structs import replace

from salesfsm.engine.events import CameDue, DueKind, Resumed
from salesfsm.engine.evolve import evolve
from salesfsm.engine.opportunity import Moment, Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import CommandError, ValueTypeError, shorten
from salesfsm.process.process import Process
from salesfsm.rules.values import LATEST, Duration


class Due(msgspec.Struct, frozen=True):
    """Something that comes due ``at`` a time (UTC) by itself.

    ``name`` is the trigger of a transition, the stage that it stalls or rests or is to be contacted
    in, the milestone whose evidence expires, or the kind of the planned activity.
    """

    kind: DueKind
    name: str
    at: Moment

    @property
    def key(self) -> str:
        """What tells it from all others of its opportunity: ``kind:name:time``."""
        return f"{self.kind}:{self.name}:{self.at.isoformat()}"


Fire = Callable[[Opportunity, str, Collection[Duration]], Step]
"""Fires a trigger at the time at which a timer elapses: one of its ways with such an ``after``."""


def stalled_at(process: Process, opportunity: Opportunity) -> datetime | None:
    """When it stalls, or has stalled, if nothing happens; None where it does not.

    That is where it has been in an open stage for as long as ``expected``, whoever was silent
    meanwhile, and not before the last activity that is planned. A move is a sign of life, so that
    silence before it does not count. What is on hold does not stall, and time before that ended
    does not count.
    """
    stage = process.stage_by_name[opportunity.stage]
    if stage.expected is None or not stage.is_open or opportunity.hold is not None:
        return None
    expected = process.calendar.after(opportunity.running_since, stage.expected)
    return _not_before_planned(opportunity, expected)


def contact_at(process: Process, opportunity: Opportunity) -> datetime | None:
    """When the next contact is due by the ``cadence`` of its stage; None where none is.

    One length counts from the last activity, or from entering the stage or the end of a hold there
    if that was later. Of a list, the n-th counts after the n-th attempt since the buyer last
    answered, in whatever stage; once they are used up, nothing is due. An activity that is planned
    takes its place. What is on hold has none.
    """
    cadence = process.stage_by_name[opportunity.stage].cadence
    if cadence is None or opportunity.hold is not None:
        return None
    if not isinstance(cadence, Duration):
        attempts = sum(opportunity.attempts.values())
        if not 0 < attempts <= len(cadence):
            return None
        cadence = cadence[attempts - 1]
    since = max(opportunity.running_since, opportunity.active_at)
    return _not_before_planned(opportunity, process.calendar.after(since, cadence))


def due_of(process: Process, opportunity: Opportunity) -> tuple[Due, ...]:
    """All that comes due by itself, the earliest first, also what has come due already."""
    every = set(_every(process, opportunity))
    return tuple(sorted(every, key=lambda due: (due.at, due.kind, due.name)))


def _every(process: Process, opportunity: Opportunity) -> Iterator[Due]:
    stage, hold = opportunity.stage, opportunity.hold
    if hold is None:
        for trigger, after in process.timers.get(stage, ()):
            at = _taken_at(process, opportunity, after)
            yield Due(DueKind.TRANSITION, trigger, at)
    elif hold.until is not None:
        yield Due(DueKind.HOLD, stage, hold.until)
    if (stalls := stalled_at(process, opportunity)) is not None:
        yield Due(DueKind.STALLED, stage, stalls)
    if (contact := contact_at(process, opportunity)) is not None:
        yield Due(DueKind.CONTACT, stage, contact)
    for milestone, pieces in opportunity.evidence.items():
        if pieces[0].until < LATEST:
            yield Due(DueKind.EVIDENCE, milestone, pieces[0].until)
    for activity in opportunity.planned:
        if activity.due is not None:
            yield Due(DueKind.ACTIVITY, activity.kind, activity.due)


def _taken_at(process: Process, opportunity: Opportunity, after: Duration) -> datetime:
    """When a way that is taken so long ``after`` entering comes due."""
    return process.calendar.after(opportunity.running_since, after)


def _not_before_planned(opportunity: Opportunity, moment: datetime) -> datetime:
    """The moment, or the time of the last activity that is planned, if that is later."""
    return max([moment, *(each.due for each in opportunity.planned if each.due is not None)])


def elapsed(
    process: Process,
    opportunity: Opportunity,
    due: Due,
    at: datetime,
    by: str | None,
    fire: Fire,
) -> Step:
    """The timer rings at ``at``: it is recorded, together with what it does.

    One of a transition fires its trigger, of which those ways take part that have come due by now:
    where that is refused, so is the whole. One of a hold resumes. The others only remind.
    """
    due = _known(process, opportunity, due, at)
    came = CameDue(opportunity.id, opportunity.sequence + 1, at, by, due.kind, due.name, due.at)
    new = evolve(opportunity, came)
    if due.kind is DueKind.TRANSITION:
        passed = {
            after
            for trigger, after in process.timers[opportunity.stage]
            if trigger == due.name and _taken_at(process, opportunity, after) <= at
        }
        step = fire(new, due.name, passed)
        if not step.accepted:
            return replace(step, opportunity=opportunity)
        return replace(step, events=(came, *step.events))
    if due.kind is DueKind.HOLD:
        resumed = Resumed(opportunity.id, came.sequence + 1, at, by)
        new = evolve(new, resumed)
        return Step(True, new, (came, resumed), (), (), "elapse", process)
    return Step(True, new, (came,), (), (), "elapse", process)


def _known(process: Process, opportunity: Opportunity, due: Due, at: datetime) -> Due:
    """The timer as it runs, with its time in UTC; raises what says that it does not elapse."""
    if not isinstance(due, Due):
        raise ValueTypeError(f"elapse takes one of what due() gives, not {shorten(repr(due))}")
    known = due_of(process, opportunity)
    if due not in known:
        there = ", ".join(each.key for each in known) or "nothing"
        raise CommandError(
            f"{due.key} is not due for {opportunity.id} any more, or never was; due are: {there}"
        )
    if at < due.at:
        raise CommandError(
            f"{due.kind} {due.name!r} of {opportunity.id} is due at {due.at.isoformat()}, and it "
            f"is only {at.isoformat()}: let it elapse later"
        )
    return known[known.index(due)]

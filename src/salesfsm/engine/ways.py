"""The ways on from where an opportunity stands: which are open, and what blocks the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from salesfsm.engine.acting import Actor, hindrances
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.plans import Plan, split_by_level
from salesfsm.engine.results import Blocker, Move, blocker
from salesfsm.process.process import Process
from salesfsm.rules import core


def held(opportunity: Opportunity) -> tuple[Blocker, ...]:
    """What blocks every move of an opportunity that is on hold; nothing where it is not."""
    hold = opportunity.hold
    if hold is None:
        return ()
    until = hold.until.date().isoformat() if hold.until else "resumed"
    return (blocker("held", reason=hold.reason or "no reason given", until=until),)


def ways(
    process: Process,
    plans: Iterable[Plan],
    opportunity: Opportunity,
    at: datetime,
    actor: Actor | None = None,
) -> Iterator[Move]:
    """The moves of one trigger, in order: the first that is open shadows those after it.

    Without an ``actor``, nothing is asked of who would take them.
    """
    standing = held(opportunity)
    taken: str | None = None
    for plan in plans:
        blocking, warnings = split_by_level(plan.examine(opportunity, at))
        barred = hindrances(process, opportunity, actor, plan.arc) if actor else ()
        blocking = (*standing, *barred, *blocking)
        if not blocking and taken is not None:
            blocking = (blocker("shadowed", plan.target, taken=taken),)
        if not blocking:
            taken = plan.target
        reasons, lacking = reasons_open(plan, opportunity, at)
        yield _move(plan, (*blocking, *lacking), warnings, reasons)


def possible(plans: Iterable[Plan], at: datetime) -> Iterator[Plan]:
    """The plans of one trigger less those that are never taken, whatever becomes known.

    These are the ones that cannot be met, and those that need all that an earlier one needs: where
    they are open, that one is open too, and it is taken.
    """
    earlier: list[tuple[Plan, frozenset[core.Condition]]] = []
    for plan in plans:
        needed = plan.needed(at)
        shadowed = any(
            each <= needed and other.arc.open_to_all_of(plan.arc) for other, each in earlier
        )
        if core.Always(False) not in needed and not shadowed:
            earlier.append((plan, needed))
            yield plan


def reasons_open(
    plan: Plan, opportunity: Opportunity, at: datetime
) -> tuple[tuple[str, ...], tuple[Blocker, ...]]:
    """The reasons that may be given now; where there is none, what each of them lacks."""
    lacking = {
        reason: split_by_level(guard.examine(opportunity, at))[0]
        for reason, guard in plan.asking.items()
    }
    given = tuple(reason for reason in plan.reasons if not lacking.get(reason))
    if given or not plan.reasons:
        return given, ()
    return (), tuple(each for blockers in lacking.values() for each in blockers)


def _move(
    plan: Plan,
    blockers: tuple[Blocker, ...],
    warnings: tuple[Blocker, ...],
    reasons: tuple[str, ...],
) -> Move:
    arc = plan.arc
    return Move(
        arc.trigger,
        arc.source,
        arc.target,
        arc.kind,
        not blockers,
        blockers,
        warnings,
        reasons,
        arc.label,
    )

"""Deciding a move the long way: what is not plainly clear is examined, explained or overridden.

The short way is ``Engine.fire`` itself; both take the same transition.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from salesfsm.engine.acting import Actor, hindrances, team_change
from salesfsm.engine.commands import check_reason
from salesfsm.engine.events import Moved
from salesfsm.engine.evolve import evolve, moved
from salesfsm.engine.opportunity import Opportunity, Override
from salesfsm.engine.plans import Plan, PlanTable, split_by_level
from salesfsm.engine.results import Blocker, blocker
from salesfsm.engine.step import Step
from salesfsm.engine.ways import held, reasons_open
from salesfsm.errors import CommandError, UnknownNameError, ValueTypeError
from salesfsm.process.process import Process
from salesfsm.rules.values import Duration

Examined = tuple[Plan, tuple[Blocker, ...], tuple[Blocker, ...]]
"""A plan with what blocks it, and what only warns."""


def fire_examined(
    process: Process,
    table: PlanTable,
    opportunity: Opportunity,
    trigger: str,
    at: datetime,
    actor: Actor,
    reason: str | None,
    override: Override | None,
) -> Step:
    """The first plan that is open or, with an override of a role that may, the first of all.

    No override lets somebody act who may not act at all.
    """
    if trigger not in process.triggers:
        raise UnknownNameError("trigger", trigger, process.triggers, within=process.name)
    if override is not None and not isinstance(override, Override):
        raise ValueTypeError(f"override takes Override(role, reason), not {override!r}")
    if override is not None and not override.reason.strip():
        raise CommandError("an override needs a reason: it stays on record")
    plans = table[opportunity.stage].get(trigger, ())
    standing = held(opportunity) if plans else (_unavailable(table, opportunity.stage, trigger),)
    if standing:  # no criterion changes it, and no override
        return Step(False, opportunity, (), standing, (), trigger, process)
    examined = [(plan, *split_by_level(plan.examine(opportunity, at))) for plan in plans]
    barred = {plan: hindrances(process, opportunity, actor, plan.arc) for plan in plans}
    takeable = [each for each in examined if not barred[each[0]]]
    chosen = next((each for each in takeable if not each[1]), None)
    allowed = process.overrides_in(process.stage_by_name[opportunity.stage])
    overriding = override is not None and override.role in allowed
    if chosen is None and overriding:
        chosen = next(iter(takeable), None)
    if chosen is None:
        every = [(plan, (*barred[plan], *found), warned) for plan, found, warned in examined]
        return _refused(process, opportunity, trigger, every, override)
    plan, blocking, warnings = chosen
    check_reason(process, plan.target, reason)
    if plan.reasons and reason is None:
        given, lacking = reasons_open(plan, opportunity, at)
        needed = lacking or (_reason_required(plan, given),)
        return Step(False, opportunity, (), needed, warnings, trigger, process)
    if reason in plan.asking:
        more, warned = split_by_level(plan.asking[reason].examine(opportunity, at))
        blocking, warnings = (*blocking, *more), (*warnings, *warned)
        if more and not overriding:
            refused = [(plan, more, warnings)]
            return _refused(process, opportunity, trigger, refused, override)
    arc = plan.arc
    event = Moved(
        opportunity.id,
        opportunity.sequence + 1,
        at,
        actor.by,
        trigger,
        arc.source,
        arc.target,
        arc.kind,
        reason,
        arc.stops,
        override if blocking else None,
        tuple(each.code for each in blocking),
        actor.role,
    )
    new = moved(opportunity, event)
    warned = (*blocking, *warnings)
    if (assigned := team_change(process, new, at, actor)) is None:
        return Step(True, new, (event,), (), warned, trigger, process)
    return Step(True, evolve(new, assigned), (event, assigned), (), warned, trigger, process)


def fire_due(
    process: Process,
    table: PlanTable,
    opportunity: Opportunity,
    trigger: str,
    passed: Collection[Duration],
    *,
    at: datetime,
    by: str | None,
) -> Step:
    """A trigger that fires by itself: only its ways with an ``after`` that has passed take part."""
    stage = opportunity.stage
    due = tuple(plan for plan in table[stage][trigger] if plan.arc.after in passed)
    ready = {stage: {trigger: due}}
    return fire_examined(process, ready, opportunity, trigger, at, Actor(by), None, None)


def _reason_required(plan: Plan, given: tuple[str, ...]) -> Blocker:
    return blocker("reason.required", plan.target, reasons=", ".join(given))


def _refused(
    process: Process,
    opportunity: Opportunity,
    trigger: str,
    examined: list[Examined],
    override: Override | None,
) -> Step:
    blockers = [each for _, blocking, _ in examined for each in blocking]
    warnings = tuple(each for _, _, warned in examined for each in warned)
    allowed = process.overrides_in(process.stage_by_name[opportunity.stage])
    if override is not None and override.role not in allowed:
        roles = ", ".join(allowed) or "nobody"
        blockers.insert(0, blocker("override.role", role=override.role, roles=roles))
    return Step(False, opportunity, (), tuple(blockers), warnings, trigger, process)


def _unavailable(table: PlanTable, stage: str, trigger: str) -> Blocker:
    """What tells that the trigger leads nowhere from here, and what would."""
    here = ", ".join(table[stage]) or "none"
    sources = ", ".join(source for source, row in table.items() if trigger in row) or "nowhere"
    return blocker("trigger.unavailable", stage=stage, trigger=trigger, here=here, sources=sources)

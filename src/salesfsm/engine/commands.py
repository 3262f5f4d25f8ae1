"""Deciding the commands that fire nothing: what each makes happen, or why it is refused.

Each function returns events, or blockers, for one opportunity at one time (aware, UTC).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from salesfsm.engine.events import (
    ActivityLogged,
    ActivityPlanned,
    Event,
    EvidenceRecorded,
    EvidenceWithdrawn,
    FactsUpdated,
    Held,
    Placed,
    Resumed,
    TaskCompleted,
)
from salesfsm.engine.opportunity import Activity, Evidence, Opportunity, check_texts
from salesfsm.engine.results import Blocker, blocker
from salesfsm.errors import CommandError, TimeError, UnknownNameError, ValueTypeError
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.arcs import move_kind, work_stops
from salesfsm.process.journey import Milestone
from salesfsm.process.kinds import Maker
from salesfsm.process.process import Process
from salesfsm.rules.types import accept
from salesfsm.rules.values import LATEST, FactValue, Money, aware

Decision = tuple[Event, ...] | list[Blocker]
"""Events where the command is accepted, a list of blockers where it is refused."""


def accept_facts(
    process: Process, facts: Mapping[str, object]
) -> FrozenDict[str, FactValue | None]:
    """The values in the form that they are kept in; None stays None.

    Raises :class:`~salesfsm.errors.UnknownNameError` and
    :class:`~salesfsm.errors.ValueTypeError`, each naming the fact.
    """
    if not isinstance(facts, Mapping):
        raise ValueTypeError(f"facts are a mapping such as {{'budget': 50000}}, not {facts!r}")
    accepted: dict[str, FactValue | None] = {}
    for name, value in facts.items():
        known = process.vocabulary.facts.get(name)
        if known is None:
            raise UnknownNameError("fact", name, process.facts, within=process.name)
        if value is None:
            accepted[name] = None
            continue
        try:
            kept = accept(known, value)
            _within_range(process, name, kept)
        except ValueTypeError as error:
            raise ValueTypeError(f"the fact {name!r}: {error}") from None
        accepted[name] = kept
    return frozen(accepted)


def _within_range(process: Process, name: str, value: FactValue) -> None:
    fact = process.facts[name]
    number = value.amount if isinstance(value, Money) else value
    if fact.minimum is not None and number < fact.minimum:  # type: ignore[operator]
        raise ValueTypeError(f"{value} is below its minimum of {fact.minimum}")
    if fact.maximum is not None and number > fact.maximum:  # type: ignore[operator]
        raise ValueTypeError(f"{value} is above its maximum of {fact.maximum}")


def update(
    process: Process,
    deal: Opportunity,
    facts: Mapping[str, object],
    at: datetime,
    by: str | None,
) -> Decision:
    """Facts that became known, changed, or (None) are known no more; the same again is nothing."""
    if not facts:
        raise CommandError("there are no facts to update: give a mapping such as {'budget': 50000}")
    accepted = accept_facts(process, facts)
    new = {name: value for name, value in accepted.items() if value != deal.facts.get(name)}
    return (FactsUpdated(deal.id, deal.sequence + 1, at, by, frozen(new)),) if new else ()


def record(
    process: Process, deal: Opportunity, evidence: Evidence, at: datetime, by: str | None
) -> Decision:
    """A piece of evidence, which the milestone must accept and which must still be in force."""
    if not isinstance(evidence, Evidence):
        raise ValueTypeError(f"record takes Evidence(milestone, ...), not {evidence!r}")
    milestone = process.milestone_by_name.get(evidence.milestone)
    if milestone is None:
        known = process.milestone_by_name
        raise UnknownNameError("milestone", evidence.milestone, known, within=process.name)
    maker = _maker(evidence.made_by)
    made_at = at if evidence.made_at is None else aware(evidence.made_at, "made_at")
    if made_at > at:
        raise TimeError(
            f"evidence made at {made_at.isoformat()} cannot be recorded at {at.isoformat()}, before"
        )
    valid = milestone.valid_for
    until = min(process.calendar.after(made_at, valid), LATEST) if valid else LATEST
    if refused := _refused_evidence(milestone, evidence.kind, maker, until, at):
        return refused
    number = deal.sequence + 1
    piece = replace(evidence, made_by=maker.value, made_at=made_at, until=until, number=number)
    return (EvidenceRecorded(deal.id, number, at, by, piece),)


def _maker(made_by: str) -> Maker:
    try:
        return Maker(made_by)
    except ValueError:
        raise UnknownNameError("maker", made_by, [each.value for each in Maker]) from None


def _refused_evidence(
    milestone: Milestone, kind: str, maker: Maker, until: datetime, at: datetime
) -> list[Blocker]:
    found = []
    if milestone.accepts and kind not in milestone.accepts:
        accepts = ", ".join(milestone.accepts)
        found.append(
            blocker("evidence.kind", milestone=milestone.name, kind=kind or "none", accepts=accepts)
        )
    if maker not in milestone.made_by:
        makers = ", ".join(milestone.made_by)
        found.append(
            blocker("evidence.maker", milestone=milestone.name, maker=maker, accepts=makers)
        )
    if until <= at:
        expired = until.date().isoformat()
        found.append(blocker("evidence.expired", milestone=milestone.name, until=expired))
    return found


def withdraw(
    process: Process,
    deal: Opportunity,
    milestone: str,
    ref: str | None,
    reason: str,
    at: datetime,
    by: str | None,
) -> Decision:
    """Every piece of evidence for the milestone, or those with this reference, proves no more."""
    check_texts(milestone=milestone, ref=ref, reason=reason)
    if milestone not in process.milestone_by_name:
        known = process.milestone_by_name
        raise UnknownNameError("milestone", milestone, known, within=process.name)
    held = sorted(deal.evidence.get(milestone, ()), key=lambda piece: piece.number)
    found = [piece for piece in held if ref is None or piece.ref == ref]
    if not found:
        wanted = f" with the reference {ref!r}" if ref is not None else ""
        there = ", ".join(repr(piece.ref) for piece in held)
        raise CommandError(
            f"{deal.id} holds no evidence for {milestone!r}{wanted}"
            + (f"; its references are: {there}" if there else "")
        )
    return tuple(
        EvidenceWithdrawn(deal.id, deal.sequence + 1 + i, at, by, milestone, piece.number, reason)
        for i, piece in enumerate(found)
    )


def complete(
    process: Process, deal: Opportunity, task: str, at: datetime, by: str | None
) -> Decision:
    """A task is done; done twice is done once."""
    if task not in process.task_by_name:
        raise UnknownNameError("task", task, process.task_by_name, within=process.name)
    if task in deal.tasks:
        return ()
    return (TaskCompleted(deal.id, deal.sequence + 1, at, by, task),)


def log(
    process: Process, deal: Opportunity, activity: Activity, at: datetime, by: str | None
) -> Decision:
    """An activity that took place, or, with a ``due`` time, one that is planned.

    One that took place fulfils the planned one of its kind (and its reference, if it has one) that
    is due first.
    """
    if not isinstance(activity, Activity):
        raise ValueTypeError(f"log takes an Activity or the name of its kind, not {activity!r}")
    if activity.kind not in process.activities:
        raise UnknownNameError("activity", activity.kind, process.activities, within=process.name)
    number = deal.sequence + 1
    kept = replace(activity, made_by=_maker(activity.made_by).value, number=number)
    if activity.due is not None:
        due = aware(activity.due, "due")
        if due < at:
            raise TimeError(
                f"an activity cannot be planned for {due.isoformat()}, before {at.isoformat()}; "
                "leave out 'due' for one that took place"
            )
        return (ActivityPlanned(deal.id, number, at, by, replace(kept, due=due)),)
    return (ActivityLogged(deal.id, number, at, by, kept, _fulfilled(deal, kept)),)


def _fulfilled(deal: Opportunity, activity: Activity) -> int | None:
    candidates = [
        each
        for each in deal.planned
        if each.kind == activity.kind and (not activity.ref or each.ref == activity.ref)
    ]
    first = min(candidates, key=lambda each: (each.due or LATEST, each.number), default=None)
    return None if first is None else first.number


def hold(
    process: Process,
    deal: Opportunity,
    until: datetime | None,
    reason: str,
    at: datetime,
    by: str | None,
) -> Decision:
    """An open opportunity rests; one that rests already gets the new time and reason."""
    check_texts(reason=reason)
    if not process.stage_by_name[deal.stage].is_open:
        return [blocker("closed", stage=deal.stage)]
    if until is not None:
        until = aware(until, "until")
        if until <= at:
            raise TimeError(f"it cannot be on hold until {until.isoformat()}, which is past")
    return (Held(deal.id, deal.sequence + 1, at, by, until, reason),)


def resume(deal: Opportunity, at: datetime, by: str | None) -> Decision:
    """A resting opportunity goes on; one that does not rest is as it was."""
    return (Resumed(deal.id, deal.sequence + 1, at, by),) if deal.hold else ()


def place(
    process: Process,
    deal: Opportunity,
    stage: str,
    reason: str | None,
    note: str,
    at: datetime,
    by: str | None,
) -> Decision:
    """The opportunity is in ``stage``, whatever the process allows."""
    stages = process.stage_by_name
    if stage not in stages:
        raise unknown_stage(process, stage)
    check_reason(process, stage, reason)
    check_texts(note=note)
    source = stages[deal.stage]
    kind = move_kind(process, source, stages[stage])
    stops = work_stops(source, kind, process.homes)
    return (
        Placed(deal.id, deal.sequence + 1, at, by, source.name, stage, kind, reason, stops, note),
    )


def check_reason(process: Process, stage: str, reason: str | None) -> None:
    """Raise what says which reasons the stage has, if ``reason`` is none of them."""
    reasons = [each.name for each in process.stage_by_name[stage].reasons]
    if reason is None or reason in reasons:
        return
    if not reasons:
        raise CommandError(f"entering {stage!r} takes no reason: leave out reason={reason!r}")
    raise UnknownNameError("reason", reason, reasons, within=stage)


def check_team(process: Process, team: str | None) -> None:
    """Raise what teams there are, if the process has teams and ``team`` is none of them."""
    if team and process.teams and team not in process.team_by_name:
        raise UnknownNameError("team", team, process.team_by_name, within=process.name)


def unknown_stage(process: Process, stage: str) -> UnknownNameError:
    """The error for a stage that the process does not have."""
    return UnknownNameError("stage", stage, process.stage_by_name, within=process.name)

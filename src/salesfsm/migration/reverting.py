"""What an opportunity would be had it not been migrated: its past, and all that came since.

What happened since the migration is told again in the words of the old version, on the opportunity
as it was before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from salesfsm.engine.events import (
    ActivityLogged,
    ActivityPlanned,
    Assigned,
    Erased,
    Event,
    EvidenceRecorded,
    EvidenceWithdrawn,
    FactsUpdated,
    Migrated,
    Moved,
    Opened,
    Placed,
    TaskCompleted,
)
from salesfsm.engine.evolve import begin, evolve
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Blocker, blocker
from salesfsm.errors import EventError
from salesfsm.migration.carrying import Carrier
from salesfsm.migration.settling import told_without
from salesfsm.process.kinds import Maker
from salesfsm.process.migration import MigrationRules

SHREDDED = FactsUpdated | EvidenceRecorded | EvidenceWithdrawn | ActivityPlanned
"""Events of which an erasure leaves no name behind."""

Refused = tuple[Opportunity, list[Blocker]]
"""The opportunity as it stands, and why its migration cannot be taken back."""


@dataclass(frozen=True, slots=True)
class Past:
    """An opportunity as it is ``now``, and as it would be ``instead``, without its migration.

    ``migration`` is the number of the event that is to be taken back.
    """

    now: Opportunity
    instead: Opportunity
    migration: int


def past_of(history: Iterable[Event], rules: MigrationRules, carrier: Carrier) -> Past | Refused:
    """What the migration by ``rules`` at the end of ``history`` is to be taken back to."""
    last, now = _parted(history)
    if last is None or not _is_of(last.event, rules):
        version = " ".join(rules.target)
        return now, [blocker("migration.none", name=version)]
    if any(isinstance(event, Moved | Placed) for event in last.since):
        return now, [blocker("migration.moved", stage=now.stage)]
    instead = last.before
    erased = max((each.sequence for each in last.since if isinstance(each, Erased)), default=0)
    for event in last.since:
        if event.sequence < erased and isinstance(event, SHREDDED):
            instead = evolve(instead, event)  # under whatever name: the erasure takes it away
            continue
        for told in _in_old_words(event, instead, carrier):
            instead = evolve(instead, told)
    if carrier.stranded:
        return now, carrier.stranded
    return Past(now, instead, last.event.sequence)


def _is_of(migration: Migrated, rules: MigrationRules) -> bool:
    """Whether it was made by rules for these two versions."""
    led = (migration.from_process, migration.from_version), (migration.process, migration.version)
    return led == (rules.source, rules.target)


@dataclass(slots=True)
class _Standing:
    """A migration that was not taken back: how it stood before it, and what came since.

    What came since is told in the words of the version that it led to.
    """

    before: Opportunity
    event: Migrated
    since: list[Event] = field(default_factory=list)


def _parted(history: Iterable[Event]) -> tuple[_Standing | None, Opportunity]:
    """The last migration that was not taken back, and how the opportunity stands."""
    now: Opportunity | None = None
    stack: list[_Standing] = []
    for event in history:
        if isinstance(event, Opened):
            now = begin(event)
            continue
        if now is None:
            raise EventError(
                f"the history of {event.opportunity_id} begins with event {event.sequence}: "
                "a migration is taken back with the whole of it"
            )
        was, now = now, evolve(now, event)
        if not isinstance(event, Migrated):
            if stack:
                stack[-1].since.append(event)
        elif event.reverts is None:
            stack.append(_Standing(was, event))
        else:
            back = _taken_back(stack, event)
            if stack:
                stack[-1].since += told_without(back.before, back.since, now)
    if now is None:
        raise EventError("there are no events: a history begins with 'opened'")
    return (stack[-1] if stack else None), now


def _taken_back(stack: list[_Standing], event: Migrated) -> _Standing:
    if not stack or stack[-1].event.sequence != event.reverts:
        raise EventError(
            f"event {event.sequence} of {event.opportunity_id} takes back event {event.reverts}, "
            "which is not its last migration"
        )
    return stack.pop()


def _in_old_words(event: Event, state: Opportunity, carrier: Carrier) -> Iterator[Event]:
    """What happened, as the old version would have it; ``state`` is what it happens to."""
    match event:
        case FactsUpdated(facts=facts):
            yield replace(event, facts=carrier.facts(facts, held=state.facts))
        case EvidenceRecorded(evidence=piece):
            for name in carrier.nearest("milestones", piece.milestone, state.evidence):
                if carrier.proves(piece, name):
                    yield replace(event, evidence=replace(piece, milestone=name))
        case EvidenceWithdrawn(number=number):
            for name, held in state.evidence.items():
                if any(piece.number == number for piece in held):
                    yield replace(event, milestone=name)
        case TaskCompleted(task=task):
            for name in carrier.named("tasks", task):
                yield replace(event, task=name)
        case ActivityLogged(activity=activity) if activity.made_by != Maker.SELLER:
            yield event  # an answer, of which no name is held
        case ActivityLogged(activity=activity) | ActivityPlanned(activity=activity):
            for kind in carrier.nearest("activities", activity.kind, state.attempts):
                yield replace(event, activity=replace(activity, kind=kind))
        case Assigned(team=team):
            yield replace(event, team=carrier.team(team, held=state.team))
        case _:
            yield event

"""What an opportunity would be had it not been migrated: its past, and all that came since.

What happened since the migration is told again in the words of the old version, on the opportunity
as it was before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from salesfsm.engine.events import (
    ActivityLogged,
    ActivityPlanned,
    Assigned,
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
from salesfsm.process.migration import MigrationRules

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
    before, migration, since, now = _parted(history)
    if migration is None or before is None or not _is_of(migration, rules):
        version = " ".join(rules.target)
        return now, [blocker("migration.none", name=version)]
    if any(isinstance(event, Moved | Placed) for event in since):
        return now, [blocker("migration.moved", stage=now.stage)]
    instead = before
    for event in since:
        for told in _in_old_words(event, instead, carrier):
            instead = evolve(instead, told)
    if carrier.stranded:
        return now, carrier.stranded
    return Past(now, instead, migration.sequence)


def _is_of(migration: Migrated, rules: MigrationRules) -> bool:
    """Whether it was made by rules for these two versions, and is not itself a way back."""
    led = (migration.from_process, migration.from_version), (migration.process, migration.version)
    return led == (rules.source, rules.target) and migration.reverts is None


def _parted(
    history: Iterable[Event],
) -> tuple[Opportunity | None, Migrated | None, list[Event], Opportunity]:
    """How it stood before its last migration, that one, what came since, and how it stands."""
    before: Opportunity | None = None
    now: Opportunity | None = None
    migration: Migrated | None = None
    since: list[Event] = []
    for event in history:
        if isinstance(event, Opened):
            now = begin(event)
            continue
        if now is None:
            raise EventError(
                f"the history of {event.opportunity_id} begins with event {event.sequence}: "
                "a migration is taken back with the whole of it"
            )
        if isinstance(event, Migrated):
            before, migration, since = now, event, []
        else:
            since.append(event)
        now = evolve(now, event)
    if now is None:
        raise EventError("there are no events: a history begins with 'opened'")
    return before, migration, since, now


def _in_old_words(event: Event, state: Opportunity, carrier: Carrier) -> Iterator[Event]:
    """What happened, as the old version would have it; ``state`` is what it happens to."""
    match event:
        case FactsUpdated(facts=facts):
            yield replace(event, facts=carrier.facts(facts))
        case EvidenceRecorded(evidence=piece):
            for name in carrier.named("milestones", piece.milestone)[:1]:
                yield replace(event, evidence=replace(piece, milestone=name))
        case EvidenceWithdrawn(number=number):
            for name, held in state.evidence.items():
                if any(piece.number == number for piece in held):
                    yield replace(event, milestone=name)
        case TaskCompleted(task=task):
            for name in carrier.named("tasks", task):
                yield replace(event, task=name)
        case ActivityLogged(activity=activity) | ActivityPlanned(activity=activity):
            for kind in carrier.named("activities", activity.kind)[:1]:
                yield replace(event, activity=replace(activity, kind=kind))
        case Assigned(team=team):
            yield replace(event, team=carrier.team(team))
        case _:
            yield event

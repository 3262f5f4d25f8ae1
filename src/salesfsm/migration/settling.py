"""What came while a migration stood that was taken back, in the words of the version before it.

The rules of that migration are not at hand any more. What names nothing of the process is told as
it was; the rest is read off from how the opportunity stood before it, and after the way back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from salesfsm.engine.events import (
    ActivityLogged,
    ActivityPlanned,
    Assigned,
    Event,
    EvidenceRecorded,
    FactsUpdated,
    TaskCompleted,
)
from salesfsm.engine.opportunity import Activity, Opportunity
from salesfsm.migration.comparing import changed_facts
from salesfsm.process.kinds import Maker


def told_without(was: Opportunity, since: Iterable[Event], now: Opportunity) -> Iterator[Event]:
    """What leads from ``was`` to ``now`` as ``since`` did between the two migrations."""
    pieces = {piece.number: piece for held in now.evidence.values() for piece in held}
    plans = {activity.number: activity for activity in now.planned}
    answered = False
    for event in since:
        match event:
            case FactsUpdated() | TaskCompleted():
                continue
            case EvidenceRecorded(evidence=piece):
                answered |= piece.made_by == Maker.BUYER
                if piece.number in pieces:
                    yield replace(event, evidence=pieces[piece.number])
                elif piece.made_by == Maker.BUYER:  # withdrawn since, but it was a sign of life
                    answer = Activity("", Maker.BUYER)
                    yield ActivityLogged(
                        event.opportunity_id, event.sequence, event.at, event.by, answer
                    )
            case ActivityLogged(activity=activity):
                answered |= activity.made_by == Maker.BUYER
                silent = activity.made_by == Maker.SELLER  # counted below, by its name before
                maker = Maker.THIRD_PARTY if silent else activity.made_by
                yield replace(event, activity=replace(activity, made_by=maker))
            case ActivityPlanned(activity=activity):
                if activity.number in plans:
                    yield replace(event, activity=plans[activity.number])
            case Assigned():
                yield replace(event, team=now.team)
            case _:
                yield event
    yield from _named(was, now, Counter() if answered else Counter(was.attempts))


def _named(was: Opportunity, now: Opportunity, counted: Counter[str]) -> Iterator[Event]:
    """Facts, tasks and attempts that are new, at the time of the way back."""
    head = now.id, now.sequence, now.at, None
    if facts := changed_facts(was.facts, now.facts):
        yield FactsUpdated(*head, facts)
    for task in sorted(now.tasks - was.tasks):
        yield TaskCompleted(*head, task)
    for kind in (Counter(now.attempts) - counted).elements():
        yield ActivityLogged(now.id, now.sequence, now.active_at, None, Activity(kind))

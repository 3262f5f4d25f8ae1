"""From event to event: an opportunity is the fold of what happened to it.

``evolve`` trusts its events, as the engine makes them; ``replay`` checks a history from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from salesfsm.engine.events import (
    ActivityLogged,
    ActivityPlanned,
    Assigned,
    BuyerMove,
    BuyerMoved,
    CameDue,
    Erased,
    Event,
    EvidenceRecorded,
    EvidenceWithdrawn,
    FactsUpdated,
    HandedOver,
    Held,
    Migrated,
    Moved,
    Opened,
    Placed,
    Resumed,
    TaskCompleted,
)
from salesfsm.engine.fitting import check_opportunity, fitting_facts, known_stage
from salesfsm.engine.opportunity import Evidence, Hold, Opportunity, Standing, Stop
from salesfsm.errors import EventError, ProcessMismatchError
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.arcs import MoveKind
from salesfsm.process.kinds import Maker
from salesfsm.process.process import Process

_EMPTY: FrozenDict[str, Any] = frozen({})
_NO_TASKS: frozenset[str] = frozenset()
_LOSE = MoveKind.LOSE  # an enum's member costs more to look up than all the rest of a field


def begin(event: Opened) -> Opportunity:
    """The opportunity that an :class:`Opened` event begins."""
    return Opportunity(
        event.opportunity_id,
        event.process,
        event.version,
        event.sequence,
        event.at,
        event.stage,
        event.at,
        event.at,
        event.at,
        event.facts,
        _EMPTY,
        _NO_TASKS,
        _EMPTY,
        (),
        Stop(None, event.reason) if event.reason else None,
        "active",
        event.owner,
        event.team,
        None,
        event.origin,
    )


def evolve(opportunity: Opportunity, event: Event) -> Opportunity:
    """The opportunity after one more event; raises ``EventError`` for one that begins another."""
    apply = _EVOLVE.get(type(event))
    if apply is None:
        raise EventError(f"{type(event).__name__} does not change {opportunity.id}: it begins one")
    return apply(opportunity, event)


def moved(was: Opportunity, event: Moved | Placed) -> Opportunity:
    """The opportunity in another stage. Written out in full, for this runs at every move."""
    return Opportunity(
        was.id,
        was.process,
        was.version,
        event.sequence,
        event.at,
        event.target,
        event.at,
        was.opened_at,
        was.active_at,
        was.facts,
        was.evidence,
        was.tasks,
        was.attempts,
        was.planned,
        _stopped(was, event) if event.stops or event.kind is _LOSE else was.stopped,
        was.buyer,
        was.owner,
        was.team,
        None,  # nothing moves what is on hold but the world outside, and then it rests no more
        was.origin,
    )


def _stopped(was: Opportunity, event: Moved | Placed) -> Stop:
    stage = event.source if event.stops else was.stopped_in
    return Stop(stage, event.reason if event.kind is _LOSE else was.lost_reason)


def _next(opportunity: Opportunity, event: Event, **changes: object) -> Opportunity:
    return replace(opportunity, sequence=event.sequence, at=event.at, **changes)


def _facts(opportunity: Opportunity, event: FactsUpdated) -> Opportunity:
    merged = {**opportunity.facts, **event.facts}
    known = {name: value for name, value in merged.items() if value is not None}
    return _next(opportunity, event, facts=frozen(known))


def _with_evidence(
    opportunity: Opportunity, milestone: str, pieces: Iterable[Evidence]
) -> FrozenDict[str, tuple[Evidence, ...]]:
    ordered = tuple(sorted(pieces, key=lambda piece: (piece.until, piece.number), reverse=True))
    others = {name: held for name, held in opportunity.evidence.items() if name != milestone}
    return frozen({**others, milestone: ordered} if ordered else others)


def _recorded(opportunity: Opportunity, event: EvidenceRecorded) -> Opportunity:
    piece = event.evidence
    held = opportunity.evidence.get(piece.milestone, ())
    evidence = _with_evidence(opportunity, piece.milestone, (*held, piece))
    if piece.made_by != Maker.BUYER:
        return _next(opportunity, event, evidence=evidence)
    return _next(opportunity, event, evidence=evidence, active_at=event.at, attempts=_EMPTY)


def _withdrawn(opportunity: Opportunity, event: EvidenceWithdrawn) -> Opportunity:
    held = opportunity.evidence.get(event.milestone, ())
    left = [piece for piece in held if piece.number != event.number]
    return _next(opportunity, event, evidence=_with_evidence(opportunity, event.milestone, left))


def _completed(opportunity: Opportunity, event: TaskCompleted) -> Opportunity:
    return _next(opportunity, event, tasks=opportunity.tasks | {event.task})


def _logged(opportunity: Opportunity, event: ActivityLogged) -> Opportunity:
    kind, counts = event.activity.kind, opportunity.attempts
    if event.activity.made_by == Maker.BUYER:
        counts = _EMPTY
    elif event.activity.made_by == Maker.SELLER:
        counts = frozen({**counts, kind: counts.get(kind, 0) + 1})
    return _next(
        opportunity,
        event,
        attempts=counts,
        planned=tuple(each for each in opportunity.planned if each.number != event.fulfils),
        active_at=event.at,
    )


def _planned(opportunity: Opportunity, event: ActivityPlanned) -> Opportunity:
    return _next(opportunity, event, planned=(*opportunity.planned, event.activity))


def _assigned(opportunity: Opportunity, event: Assigned) -> Opportunity:
    return _next(opportunity, event, owner=event.owner, team=event.team)


STANDINGS: Mapping[BuyerMove, Standing] = {
    BuyerMove.REVISIT: "active",
    BuyerMove.HOLD: "on_hold",
    BuyerMove.RESUME: "active",
    BuyerMove.ABANDON: "abandoned",
}
"""How the buyer stands to it after each of their moves."""


def _buyer_moved(opportunity: Opportunity, event: BuyerMoved) -> Opportunity:
    return _next(opportunity, event, buyer=STANDINGS[event.move], active_at=event.at)


def _handed_over(opportunity: Opportunity, event: HandedOver) -> Opportunity:
    return _next(opportunity, event)


def _held(opportunity: Opportunity, event: Held) -> Opportunity:
    return _next(opportunity, event, rest=Hold(event.at, event.until, event.reason))


def _resumed(opportunity: Opportunity, event: Resumed) -> Opportunity:
    hold = opportunity.hold
    return _next(opportunity, event, rest=hold and replace(hold, ended=event.at))


def _came_due(opportunity: Opportunity, event: CameDue) -> Opportunity:
    return _next(opportunity, event)


def _migrated(opportunity: Opportunity, event: Migrated) -> Opportunity:
    facts = {**opportunity.facts, **event.facts}
    evidence = {**opportunity.evidence, **event.evidence}
    done = {task for task, is_done in event.tasks.items() if is_done}
    return _next(
        opportunity,
        event,
        process=event.process,
        version=event.version,
        stage=event.target,
        facts=frozen({name: value for name, value in facts.items() if value is not None}),
        evidence=frozen({name: held for name, held in evidence.items() if held}),
        tasks=(opportunity.tasks - frozenset(event.tasks)) | done,
        attempts=event.attempts,
        planned=event.planned,
        stopped=event.stopped,
        team=event.team,
    )


def _erased(opportunity: Opportunity, event: Erased) -> Opportunity:
    """What tells of the customer is gone; where it stands, and whose it is, stays."""
    return _next(
        opportunity,
        event,
        facts=_EMPTY,
        evidence=_EMPTY,
        planned=(),
        rest=opportunity.rest and replace(opportunity.rest, reason=""),
    )


_EVOLVE: Mapping[type[Event], Callable[[Opportunity, Any], Opportunity]] = {
    FactsUpdated: _facts,
    EvidenceRecorded: _recorded,
    EvidenceWithdrawn: _withdrawn,
    TaskCompleted: _completed,
    ActivityLogged: _logged,
    ActivityPlanned: _planned,
    Assigned: _assigned,
    Moved: moved,
    Placed: moved,
    BuyerMoved: _buyer_moved,
    HandedOver: _handed_over,
    Held: _held,
    Resumed: _resumed,
    CameDue: _came_due,
    Migrated: _migrated,
    Erased: _erased,
}


def replay(
    process: Process, events: Iterable[Event], *, processes: Iterable[Process] = ()
) -> Opportunity:
    """The opportunity that ``events`` lead to, in the order of their numbers from 1.

    It may have come to ``process`` by a migration: names of the version that it was in before are
    checked where that is among ``processes``, and trusted otherwise.

    Raises :class:`~salesfsm.errors.EventError` where they are not one whole history, and
    :class:`~salesfsm.errors.ProcessMismatchError` where it does not end in this process.
    """
    known = {(each.name, each.version): each for each in (*processes, process)}
    opportunity: Opportunity | None = None
    for event in events:
        if not isinstance(event, Event):
            raise EventError(f"a history holds events, not {event!r}: event_from_json reads one")
        if opportunity is None:
            opportunity = _first(known, event)
            continue
        _follows(known, opportunity, event)
        opportunity = evolve(opportunity, event)
        if isinstance(event, Migrated) and (arrived := _process_of(known, opportunity)):
            check_opportunity(arrived, opportunity)
    if opportunity is None:
        raise EventError("there are no events: a history begins with 'opened'")
    if _process_of(known, opportunity) is not process:
        raise ProcessMismatchError(
            f"{opportunity.id} belongs to {opportunity.process} {opportunity.version}, "
            f"not to {process.key}"
        )
    return opportunity


_Known = Mapping[tuple[str, str], Process]
"""Processes by their names and versions."""


def _process_of(known: _Known, pinned: Opportunity | Opened) -> Process | None:
    return known.get((pinned.process, pinned.version))


def _first(known: _Known, event: Event) -> Opportunity:
    if not isinstance(event, Opened) or event.sequence != 1:
        raise EventError(
            f"the history of {event.opportunity_id} begins with event {event.sequence} "
            f"({type(event).__name__}); the first must be 'opened' with number 1"
        )
    _aware(event)
    process = _process_of(known, event)
    if process is not None:
        known_stage(process, _named(event), event.stage)
        fitting_facts(process, _named(event), event.facts)
    return begin(event)


def _follows(known: _Known, opportunity: Opportunity, event: Event) -> None:
    where = f"event {event.sequence} of {opportunity.id}"
    if event.opportunity_id != opportunity.id:
        raise EventError(f"{where} is of another opportunity, {event.opportunity_id}")
    if event.sequence != opportunity.sequence + 1:
        raise EventError(
            f"{where} follows event {opportunity.sequence}: "
            "events are missing, there twice, or out of order"
        )
    _aware(event)
    if event.at < opportunity.at:
        raise EventError(
            f"{where} at {event.at} is earlier than the one before it, at {opportunity.at}"
        )
    if isinstance(event, Opened):
        raise EventError(f"{where} opens the opportunity again")
    if isinstance(event, Moved | Placed | Migrated) and event.source != opportunity.stage:
        raise EventError(f"{where} leaves {event.source}, but it stands in {opportunity.stage}")
    if isinstance(event, Migrated):
        _leaves_its_version(where, opportunity, event)
    _fits(_process_of(known, opportunity), event)


def _leaves_its_version(where: str, opportunity: Opportunity, event: Migrated) -> None:
    if (event.from_process, event.from_version) != (opportunity.process, opportunity.version):
        raise EventError(
            f"{where} leaves {event.from_process} {event.from_version}, "
            f"but it is in {opportunity.process} {opportunity.version}"
        )


def _fits(process: Process | None, event: Event) -> None:
    """The names of an event are those of the version that the opportunity is in, where known."""
    if process is None:
        return
    if isinstance(event, Moved | Placed):
        known_stage(process, _named(event), event.target)
    if isinstance(event, FactsUpdated):
        fitting_facts(process, _named(event), event.facts)


def _named(event: Event) -> str:
    return f"event {event.sequence} of {event.opportunity_id}"


def _aware(event: Event) -> None:
    if event.at.tzinfo is None:
        raise EventError(f"event {event.sequence} of {event.opportunity_id} has a naive time")

"""Timers: what has come due by itself rings, once, and does what its process says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import cast

import msgspec

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import AnyEvent, DueKind, Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.engine.timing import Due
from salesfsm.errors import CorruptedError, SalesFsmError, StoreUnavailableError
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.pipeline.batches import Progress
from salesfsm.pipeline.deciding import Decider
from salesfsm.pipeline.failing import failing
from salesfsm.pipeline.retrying import retried
from salesfsm.pipeline.standing import current_of
from salesfsm.rules.values import aware
from salesfsm.stores.accepting import check_number
from salesfsm.stores.port import Append, Corrupted, Current, Query

RETRY = timedelta(days=1)
"""When a move that was due and refused is tried again, if nothing happens before."""

BATCH = 500


class Tick(msgspec.Struct, frozen=True):
    """What rang at ``at``: how many timers of each kind, and the moves that they made.

    ``fired`` and ``refused`` are the steps of transitions that were due; a refused one is tried
    again when something happens to its opportunity, or after a day. ``failed`` tells by id which
    opportunities could not be decided on, and why; each tick tries them again.
    """

    at: datetime
    rung: FrozenDict[DueKind, int]
    fired: tuple[Step, ...]
    refused: tuple[Step, ...]
    failed: FrozenDict[str, SalesFsmError]


class _Ringing(msgspec.Struct):
    """What the timers of one opportunity did: how it stands now, and all that happened."""

    was: Current
    now: Current
    events: list[Event]
    rung: list[DueKind]
    fired: list[Step]
    refused: list[Step]

    @property
    def append(self) -> Append:
        """What is to be kept of it."""
        events = cast("tuple[AnyEvent, ...]", tuple(self.events))
        return Append(self.now, events, self.was.opportunity.sequence)


class _Tally:
    """What rang so far."""

    def __init__(self) -> None:
        self.rung: Counter[DueKind] = Counter()
        self.fired: list[Step] = []
        self.refused: list[Step] = []
        self.failed: dict[str, SalesFsmError] = {}

    def kept(self, ringing: _Ringing) -> None:
        self.rung.update(ringing.rung)
        self.fired += ringing.fired
        self.refused += ringing.refused

    def result(self, now: datetime) -> Tick:
        rung, failed = frozen(self.rung), frozen(self.failed)
        return Tick(now, rung, tuple(self.fired), tuple(self.refused), failed)


class Ticker(Decider):
    """What keeps time. Somebody has to call it again and again; several may at once."""

    def tick(
        self,
        at: datetime | None = None,
        *,
        limit: int | None = None,
        progress: Progress | None = None,
    ) -> Tick:
        """Let every timer ring that is due at ``at`` (the present if left out) and has not rung.

        Each rings once, whoever else ticks at the same time, and is recorded as the event
        ``CameDue``, together with the move that it makes. ``limit`` is how many opportunities to
        do, those first that have waited longest. Those of retired versions wait until they are
        migrated.
        """
        check_number(limit=limit)
        now = self._present() if at is None else aware(at)
        query = Query(but=self._versions.retired(), due_by=now, order="due_at")
        total = None if progress is None else self._store.count(query)
        tally, rows, done = _Tally(), self._store.find(query), 0
        while some := list(islice(rows, BATCH if limit is None else min(BATCH, limit - done))):
            done += self._ring_all(some, now, tally)
            if progress is not None:
                progress(done + len(tally.failed), total)
        return tally.result(now)

    def ring(self, id: str, at: datetime | None = None) -> Tick:  # noqa: A002
        """As :meth:`tick`, for this opportunity alone; whoever keeps its timers calls it."""
        now = self._present() if at is None else aware(at)
        tally = _Tally()
        with failing(tally.failed, id):
            tally.kept(self._ring_alone(id, now))
        if tally.rung:
            self._courier.committed()
        return tally.result(now)

    def _ring_all(self, rows: Sequence[Current | Corrupted], now: datetime, tally: _Tally) -> int:
        """Let the timers of these ring, in one append; returns how many did not fail."""
        ringing = list(self._ringing(rows, now, tally))
        try:
            self._keep(ringing)
        except StoreUnavailableError:
            raise
        except SalesFsmError:  # somebody changed one of them meanwhile: each for itself, then
            ringing = list(self._each_alone(ringing, now, tally))
        for each in ringing:
            tally.kept(each)
        if any(each.events for each in ringing):
            self._courier.committed()
        return len(ringing)

    def _each_alone(
        self, ringing: Sequence[_Ringing], now: datetime, tally: _Tally
    ) -> Iterator[_Ringing]:
        for each in ringing:
            with failing(tally.failed, each.was.opportunity.id):
                yield self._ring_alone(each.was.opportunity.id, now)

    def _ringing(
        self, rows: Sequence[Current | Corrupted], now: datetime, tally: _Tally
    ) -> Iterator[_Ringing]:
        for row in rows:
            if isinstance(row, Corrupted):
                tally.failed[row.opportunity_id] = CorruptedError({row.opportunity_id: row.reason})
                continue
            with failing(tally.failed, row.opportunity.id):
                yield self._ring(row, now)

    def _ring(self, current: Current, now: datetime) -> _Ringing:
        deal = current.opportunity
        engine = self._versions.commanding(deal.process, deal.version)
        return rung(engine, current, now)

    def _ring_alone(self, id: str, now: datetime) -> _Ringing:  # noqa: A002
        def attempt() -> _Ringing:
            ringing = self._ring(self._store.load(id), now)
            self._keep([ringing])
            return ringing

        return retried(attempt)

    def _keep(self, ringing: Sequence[_Ringing]) -> None:
        """Keep what happened, and of the others when they come due next."""
        appends = [each.append for each in ringing if each.events]
        if appends:
            self._store.append(appends)
        later = [each.now for each in ringing if not each.events and each.now != each.was]
        if later:
            self._store.reckon(later)


def rung(engine: Engine, current: Current, now: datetime) -> _Ringing:
    """Let all timers of an opportunity ring that are due and have not rung, the earliest first."""
    deal, at = current.opportunity, max(now, current.opportunity.at)
    done, deferred = set(current.rung), dict[str, datetime]()
    ringing = _Ringing(current, current, [], [], [], [])
    # It ends: what moves begin anew is due later than now, or at once, and then under the same key.
    while (due := _next(engine, deal, now, done | deferred.keys())) is not None:
        step = engine.elapse(deal, due, at=at)
        if not step.accepted:
            ringing.refused.append(step)
            deferred[due.key] = now + RETRY
            continue
        deal = step.unwrap()
        done.add(due.key)
        ringing.events += step.events
        ringing.rung.append(due.kind)
        if due.kind is DueKind.TRANSITION:
            ringing.fired.append(step)
    ringing.now = current_of(engine, deal, done, deferred)
    return ringing


def _next(engine: Engine, deal: Opportunity, now: datetime, but: Collection[str]) -> Due | None:
    """The timer that is due first, of those that have not had their turn."""
    return next((due for due in engine.due(deal) if due.at <= now and due.key not in but), None)

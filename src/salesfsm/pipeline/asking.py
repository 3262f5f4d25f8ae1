"""Questions about an opportunity by its id: how it stands, how it came there, and what is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from salesfsm.engine.alignment import Alignment
from salesfsm.engine.events import AnyEvent
from salesfsm.engine.opportunity import Opportunity, Override
from salesfsm.engine.results import Move, Route
from salesfsm.engine.timing import Due
from salesfsm.pipeline.deciding import Decider
from salesfsm.stores.accepting import check_number


class Asker(Decider):
    """What can be asked of one opportunity; retired versions answer as well.

    Each raises :class:`~salesfsm.errors.UnknownOpportunityError` where the id is not in the store,
    and :class:`~salesfsm.errors.CorruptedError` where it cannot be read.
    """

    def get(self, id: str) -> Opportunity:  # noqa: A002  # the word of every CRM
        """How it stands."""
        return self._store.load(id).opportunity

    def history(self, id: str, *, after: int = 0) -> Iterator[AnyEvent]:  # noqa: A002
        """Its events in their order, from number ``after`` + 1."""
        check_number(after=after)
        return self._store.events(id, after=after)

    def moves(
        self,
        id: str,  # noqa: A002
        *,
        at: datetime | None = None,
        by: str | None = None,
        role: str | None = None,
    ) -> tuple[Move, ...]:
        """Every way on from where it stands, with its blockers, as ``Engine.moves``."""
        with self._asked(id) as (engine, deal):
            return engine.moves(deal, at=at, by=by, role=role)

    def handovers(
        self,
        id: str,  # noqa: A002
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> tuple[Move, ...]:
        """Every hand-over from where it stands, with what blocks it."""
        with self._asked(id) as (engine, deal):
            return engine.handovers(deal, at=at, by=by)

    def route(self, id: str, to: str, *, at: datetime | None = None) -> Route:  # noqa: A002
        """The shortest legal way to the stage ``to``, and what each move on it needs."""
        with self._asked(id) as (engine, deal):
            return engine.route(deal, to, at=at)

    def alignment(self, id: str, *, at: datetime | None = None) -> Alignment:  # noqa: A002
        """How far seller and buyer are apart, and what the buyer still owes."""
        with self._asked(id) as (engine, deal):
            return engine.alignment(deal, at=at)

    def due(self, id: str) -> tuple[Due, ...]:  # noqa: A002
        """All that comes due by itself and has not rung, the earliest first."""
        current = self._store.load(id)
        deal = current.opportunity
        engine = self._versions.engine(deal.process, deal.version)
        return tuple(each for each in engine.due(deal) if each.key not in current.rung)

    def explain(
        self,
        id: str,  # noqa: A002
        trigger: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        role: str | None = None,
        reason: str | None = None,
        override: Override | None = None,
        language: str = "en",
    ) -> str:
        """What firing ``trigger`` now would do, or why it would be refused."""
        with self._asked(id) as (engine, deal):
            return engine.explain(
                deal,
                trigger,
                at=at,
                by=by,
                role=role,
                reason=reason,
                override=override,
                language=language,
            )

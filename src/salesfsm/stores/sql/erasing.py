"""Erasing what the database keeps of an opportunity, down to the last copy of its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from time import monotonic

import sqlalchemy as sa

from salesfsm.engine.codec import event_to_json
from salesfsm.engine.erasing import shredded
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import CorruptedError, StoreUnavailableError, UnknownOpportunityError
from salesfsm.stores.accepting import check_appends
from salesfsm.stores.port import Append, Current
from salesfsm.stores.sql.dialect import Dialect
from salesfsm.stores.sql.histories import Histories
from salesfsm.stores.sql.rows import UNREADABLE, read_bare, read_event
from salesfsm.stores.sql.tables import events, opportunities

EMPTY = "{}"
"""What stays of an event that cannot be read, once it is erased."""

SWEEP = 1.0
"""Seconds after which it is tried again to empty the log of writes after an erasure."""

_WHOLE = sa.select(opportunities).where(opportunities.c.id == sa.bindparam("wanted"))
_BODIES = sa.select(events.c.sequence, events.c.body).where(
    events.c.opportunity_id == sa.bindparam("wanted")
)
_LAST_AT = sa.select(sa.func.max(events.c.at)).where(
    events.c.opportunity_id == sa.bindparam("wanted")
)


class Eraser(Histories):
    """The part of the store that erases."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        self._sweep_at: float | None = None

    def append(self, appends: Sequence[Append]) -> None:
        """Keep the events of all ``appends``, or of none, in one transaction."""
        super().append(appends)
        self._sweep_in_time()

    def load(self, id: str) -> Current:  # noqa: A002
        """How it stands; where that cannot be read but its events can, the fold of these."""
        self._sweep_in_time()
        return super().load(id)

    def bare(self, id: str) -> Opportunity:  # noqa: A002
        """Where it stands by the columns of its row, whatever else of it cannot be read."""
        with self._reading() as connection:
            row = connection.execute(_WHOLE, {"wanted": id}).mappings().one_or_none()
            at = connection.execute(_LAST_AT, {"wanted": id}).scalar()
        if row is None:
            raise UnknownOpportunityError(id)
        try:
            return read_bare(row, at)
        except UNREADABLE as error:
            raise CorruptedError({id: str(error)}) from error

    def erase(self, append: Append) -> None:
        """Shred the contents of all events of an opportunity and append its ``Erased`` event.

        Those that cannot be read are emptied: they stay unreadable, and hold nothing.
        """
        check_appends([append])
        name = append.current.opportunity.id
        with self._reading() as connection:
            kept = connection.execute(_BODIES, {"wanted": name}).all()
        bodies = [
            {"of": name, "number": number, "body": _shredded(body, name, number)}
            for number, body in kept
        ]
        # No event can come between: the append says at which one the history is to be.
        self._change([append], bodies)
        self._sweep()

    def _sweep(self) -> None:
        """Remove what the database keeps of what was erased, now or at a later append."""
        done = False
        with suppress(StoreUnavailableError), self._told():  # the events are kept, whatever comes
            done = self._dialect.erased(self._engine)
        self._sweep_at = None if done else monotonic() + SWEEP

    def _sweep_in_time(self) -> None:
        """Try again what another program was in the way of, every second at most."""
        if self._sweep_at is not None and monotonic() >= self._sweep_at:
            self._sweep()

    def close(self) -> None:
        """Give back all connections."""
        try:
            if self._sweep_at is not None:
                self._sweep()
        finally:
            super().close()


def _shredded(body: object, name: str, number: int) -> str:
    """The body of an event without what it tells of people."""
    try:
        return event_to_json(shredded(read_event(body, name, number)))
    except UNREADABLE:
        return EMPTY

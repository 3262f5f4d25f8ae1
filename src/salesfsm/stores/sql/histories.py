"""The histories of opportunities in the database: appended, loaded, shredded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPICursor

from salesfsm.engine.events import AnyEvent
from salesfsm.errors import CorruptedError, StoreError, UnknownOpportunityError
from salesfsm.stores.accepting import UNTOLD, check_appends, is_storable, refusal
from salesfsm.stores.folding import folded
from salesfsm.stores.port import (
    AlreadyAnsweredError,
    Answered,
    Append,
    Corrupted,
    Current,
    Key,
)
from salesfsm.stores.sql.connected import Connected
from salesfsm.stores.sql.dialect import Dialect
from salesfsm.stores.sql.rows import (
    UNREADABLE,
    Row,
    answer_row,
    current_row,
    digest,
    event_row,
    read_current,
    read_event,
    read_sequence,
    read_state,
)
from salesfsm.stores.sql.tables import events, idempotency_keys, opportunities, subscriptions

FIXED = ("id", "opened_at")
"""What of an opportunity never changes."""

PAGE = 1000
"""How many rows are read at a time."""

STANDING = sa.select(
    opportunities.c.id,
    opportunities.c.sequence,
    opportunities.c.outcome,
    opportunities.c.stalled_at,
    opportunities.c.due_at,
    opportunities.c.rung,
    opportunities.c.state,
)
"""What is read of how opportunities stand; the other columns are for finding them."""

_ONE = STANDING.where(opportunities.c.id == sa.bindparam("wanted"))
_SOME = STANDING.where(opportunities.c.id.in_(sa.bindparam("wanted", expanding=True)))
_SEQUENCE = sa.select(opportunities.c.sequence).where(opportunities.c.id == sa.bindparam("wanted"))
_EVENTS = (
    sa.select(events.c.sequence, events.c.body)
    .where(events.c.opportunity_id == sa.bindparam("wanted"))
    .where(events.c.sequence > sa.bindparam("after"), events.c.sequence <= sa.bindparam("upto"))
    .order_by(events.c.sequence)
    .limit(PAGE)
)
_ANSWER = sa.select(idempotency_keys).where(idempotency_keys.c.digest == sa.bindparam("wanted"))
AT_EVENT = opportunities.update().where(
    opportunities.c.id == sa.bindparam("of"), opportunities.c.sequence == sa.bindparam("expected")
)
"""A change of how an opportunity stands, if it is at the event that it is expected at."""

_BODY = events.update().where(
    events.c.opportunity_id == sa.bindparam("of"), events.c.sequence == sa.bindparam("number")
)
# What a command was given may be guessed from its digest, and an error may quote an event.
_UNTOLD = (
    idempotency_keys.update()
    .where(idempotency_keys.c.opportunity_id == sa.bindparam("of"))
    .values(command=""),
    subscriptions.update().where(subscriptions.c.last_error != "").values(last_error=UNTOLD),
)


class Histories(Connected):
    """The part of the store that keeps histories."""

    def __init__(self, dialect: Dialect) -> None:
        super().__init__(dialect)
        # These run with every command, and SQLAlchemy would take longer than the database.
        standing = [column.name for column in opportunities.c]
        self._begin = self._prepared(opportunities.insert(), *standing)
        self._advance = self._prepared(AT_EVENT, *(name for name in standing if name not in FIXED))
        event = [column.name for column in events.c if column.name != "position"]
        self._happen = self._prepared(events.insert(), *event)
        self._answer = self._prepared(idempotency_keys.insert())
        self._rewrite = self._prepared(_BODY, "body")

    def append(self, appends: Sequence[Append]) -> None:
        """Keep the events of all ``appends``, or of none, in one transaction."""
        check_appends(appends)
        if appends:
            self._change(appends, None)

    def _change(self, appends: Sequence[Append], rewritten: Bodies | None) -> None:
        # One order for all writers, so that no two batches wait for each other.
        ordered = sorted(appends, key=lambda append: append.current.opportunity.id)
        try:
            self._write(partial(self._keep, appends=ordered, rewritten=rewritten))
        except (self._driver.IntegrityError, _RaceLostError):
            raise self._why_not(appends) from None

    def _keep(
        self,
        connection: sa.Connection,
        *,
        appends: Sequence[Append],
        rewritten: Bodies | None,
    ) -> None:
        time = self._dialect.moment
        begun, moved, kept, answers = [], [], [], []
        for append in appends:
            row = current_row(append.current, time)
            if append.expected:
                moved.append({**row, "of": row["id"], "expected": append.expected})
            else:
                begun.append(row)
            kept += [event_row(event, time) for event in append.events]
            if append.key is not None:
                answers.append(answer_row(append))
        # Every command comes by here, and SQLAlchemy would take longer than the database.
        cursor = connection.connection.cursor()
        _run(cursor, self._begin, begun)
        if _run(cursor, self._advance, moved) != len(moved):
            raise _RaceLostError
        _run(cursor, self._happen, kept)
        _run(cursor, self._answer, answers)
        if rewritten is not None:
            _run(cursor, self._rewrite, rewritten)
            for untold in _UNTOLD:
                connection.execute(untold, {"of": appends[0].current.opportunity.id})
        self._alongside(connection, [append.current for append in appends])

    def _why_not(self, appends: Sequence[Append]) -> StoreError:
        """Why the database refused: what was true then is true still, for numbers only grow."""
        for append in appends:
            if append.key is not None and (answered := self.answered(append.key.name)):
                return AlreadyAnsweredError(answered)
        at: dict[str, int] = {}
        with self._reading() as connection:
            for append in appends:
                name = append.current.opportunity.id
                if name not in at:
                    at[name] = connection.execute(_SEQUENCE, {"wanted": name}).scalar() or 0
                if append.expected != at[name]:
                    return refusal(name, append.expected, at[name])
                at[name] = append.current.opportunity.sequence
        return CorruptedError(dict.fromkeys(at, "it has more events than its row says"))

    def load(self, id: str) -> Current:  # noqa: A002
        """How it stands; where that cannot be read but its events can, the fold of these."""
        row = self._row(id)
        if row is None:
            raise UnknownOpportunityError(id)
        found = self._standing(row)
        if isinstance(found, Corrupted):
            raise CorruptedError({id: found.reason})
        return found

    def _row(self, name: str) -> Row | None:
        if not is_storable(name):
            return None
        with self._reading() as connection:
            return connection.execute(_ONE, {"wanted": name}).mappings().one_or_none()

    def load_many(self, ids: Sequence[str]) -> dict[str, Current | Corrupted]:
        """How these stand, by id; what is not in the store is left out."""
        wanted = list(filter(is_storable, dict.fromkeys(ids)))
        found: dict[str, Current | Corrupted] = {}
        for first in range(0, len(wanted), PAGE):
            with self._reading() as connection:
                page = {"wanted": wanted[first : first + PAGE]}
                rows = connection.execute(_SOME, page).mappings().all()
            found |= {row["id"]: self._standing(row) for row in rows}
        return {name: found[name] for name in wanted if name in found}

    def _standing(self, row: Row) -> Current | Corrupted:
        """How the opportunity of a row stands: by its state, or else by its events."""
        try:
            try:
                opportunity = read_state(row)
            except UNREADABLE:
                sequence = read_sequence(row)
                kept = self._events(row["id"], sequence)
                opportunity = folded(row["id"], sequence, kept)
            return read_current(row, opportunity)
        except CorruptedError as error:
            return Corrupted(row["id"], error.reasons[row["id"]])
        except UNREADABLE as error:
            return Corrupted(row["id"], str(error))

    def events(self, id: str, *, after: int = 0) -> Iterator[AnyEvent]:  # noqa: A002
        """Its events from number ``after`` + 1, read as they are used."""
        if not is_storable(id):
            raise UnknownOpportunityError(id)
        with self._reading() as connection:
            sequence = connection.execute(_SEQUENCE, {"wanted": id}).scalar()
            if sequence is None:
                raise UnknownOpportunityError(id)
            page = _page(connection, id, after, sequence)
        return self._told_events(id, max(after, 0), sequence, page)

    def _events(self, name: str, upto: int) -> Iterator[AnyEvent]:
        """All events up to a number."""
        with self._reading() as connection:
            page = _page(connection, name, 0, upto)
        return self._told_events(name, 0, upto, page)

    def _told_events(self, name: str, after: int, upto: int, page: Page) -> Iterator[AnyEvent]:
        """Page by page, the events after one number; raises ``CorruptedError`` at a gap."""
        while after < upto:
            if not page:
                raise CorruptedError({name: f"event {after + 1} is missing"})
            for number, body in page:
                if number != after + 1:
                    raise CorruptedError({name: f"event {after + 1} is missing"})
                try:
                    event = read_event(body, name, number)
                except UNREADABLE as error:
                    raise CorruptedError({name: f"event {number}: {error}"}) from error
                yield event
                after = number
            if after < upto:
                with self._reading() as connection:
                    page = _page(connection, name, after, upto)

    def answered(self, key: str) -> Answered | None:
        """What the command with this idempotency key did, if there was one."""
        if not is_storable(key):
            return None
        with self._reading() as connection:
            row = connection.execute(_ANSWER, {"wanted": digest(key)}).one_or_none()
        if row is None:
            return None
        return Answered(Key(key, row.command), row.opportunity_id, row.first, row.last)


Bodies = list[dict[str, object]]
"""Events with new bodies, as the driver takes them."""

Page = Sequence[tuple[int, object]]


def _page(connection: sa.Connection, name: str, after: int, upto: int) -> Page:
    """Numbers and bodies of the next events."""
    wanted = {"wanted": name, "after": after, "upto": upto}
    return connection.execute(_EVENTS, wanted).all()


class _RaceLostError(Exception):
    """A row is not at the event that it was expected at."""


def _run(cursor: DBAPICursor, statement: str, rows: list[dict[str, object]]) -> int:
    """Run the statement for each row; how many rows of the table it met."""
    if not rows:
        return 0
    if len(rows) == 1:
        cursor.execute(statement, rows[0])
    else:
        cursor.executemany(statement, rows)
    return cursor.rowcount

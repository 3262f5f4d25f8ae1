"""The outbox and its subscriptions in the database: events in the order of their commits."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa

from salesfsm.engine.events import AnyEvent
from salesfsm.stores.accepting import check_names, latest_lease, unknown_cursor
from salesfsm.stores.port import Committed, Corrupted, Subscription
from salesfsm.stores.sql.connected import Connected
from salesfsm.stores.sql.rows import UNREADABLE, Row, moment, read_event
from salesfsm.stores.sql.tables import subscriptions

_NAMED = subscriptions.c.name == sa.bindparam("wanted")


class Outbox(Connected):
    """The part of the store that subscribers hear of events by."""

    def outbox(self, cursor: str, *, limit: int) -> list[Committed]:
        """The next events after ``cursor`` (empty: from the first), in the order of commits."""
        return [Committed(after, _event(row)) for after, row in self._after(cursor, limit)]

    def lag(self, cursor: str, *, limit: int) -> int:
        """How many events the outbox would give after ``cursor``, counted up to ``limit``."""
        return len(self._after(cursor, limit))

    def _after(self, cursor: str, limit: int) -> list[tuple[str, Row]]:
        with self._reading() as connection:
            try:
                return self._dialect.outbox(connection, cursor or self._dialect.first, limit)
            except ValueError:
                raise unknown_cursor(cursor) from None

    def head(self) -> str:
        """The cursor after the last event that the outbox would give now."""
        with self._reading() as connection:
            return self._dialect.head(connection)

    def subscribe(self, name: str, cursor: str) -> Subscription:
        """The subscription ``name``, begun at ``cursor`` where there was none."""
        check_names(name=name, cursor=cursor)
        row = {"name": name, "cursor": cursor, "failures": 0, "last_error": ""}

        def begin(connection: sa.Connection) -> Subscription:
            connection.execute(self._dialect.insert(subscriptions).on_conflict_do_nothing(), row)
            return _read(connection, name)

        return self._write(begin)

    def subscriptions(self) -> list[Subscription]:
        """All subscriptions, by name."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(subscriptions).order_by(subscriptions.c.name))
            return [_subscription(row) for row in rows.mappings()]

    def lease(self, name: str, holder: str, now: datetime, until: datetime) -> Subscription | None:
        """Take the subscription for ``holder`` up to ``until``; None where another holds it."""
        held, ends = subscriptions.c.holder, subscriptions.c.held_until
        wrong = ends > latest_lease(now, until)
        free = sa.or_(held.is_(None), held == holder, ends <= now, wrong)
        taken = subscriptions.update().where(_NAMED, free).values(holder=holder, held_until=until)

        def take(connection: sa.Connection) -> Subscription | None:
            done = connection.execute(taken, {"wanted": name}).rowcount
            return _read(connection, name) if done else None

        return self._write(take)

    def advance(self, subscription: Subscription, holder: str) -> bool:
        """Keep how far ``holder`` got, and give its lease back; False where it is lost."""
        advanced = (
            subscriptions.update()
            .where(_NAMED, subscriptions.c.holder == holder)
            .values(
                cursor=subscription.cursor,
                failures=subscription.failures,
                last_error=subscription.last_error.replace("\0", "\ufffd"),
                retry_at=subscription.retry_at,
                holder=None,
                held_until=None,
            )
        )
        name = subscription.name
        return self._write(lambda each: each.execute(advanced, {"wanted": name}).rowcount > 0)

    def release(self, name: str, holder: str) -> None:
        """Give the lease back, and keep nothing."""
        free = (
            subscriptions.update()
            .where(_NAMED, subscriptions.c.holder == holder)
            .values(holder=None, held_until=None)
        )
        self._write(lambda connection: connection.execute(free, {"wanted": name}))

    def unsubscribe(self, name: str) -> None:
        """Forget the subscription."""
        forgotten = subscriptions.delete().where(_NAMED)
        self._write(lambda connection: connection.execute(forgotten, {"wanted": name}))


def _event(row: Row) -> AnyEvent | Corrupted:
    name, number = row["opportunity_id"], row["sequence"]
    try:
        return read_event(row["body"], name, number)
    except UNREADABLE as error:
        return Corrupted(name, f"event {number}: {error}")


def _read(connection: sa.Connection, name: str) -> Subscription:
    found = connection.execute(sa.select(subscriptions).where(_NAMED), {"wanted": name})
    return _subscription(found.mappings().one())


def _subscription(row: Row) -> Subscription:
    """The subscription of a row; one whose failures cannot be read does not wait for its turn."""
    name, cursor = str(row["name"]), str(row["cursor"])
    try:
        told = {each: row[each] for each in ("failures", "last_error")}
        told |= {"name": name, "cursor": cursor, "retry_at": moment(row["retry_at"])}
        return msgspec.convert(told, Subscription)
    except (ValueError, msgspec.ValidationError) as error:
        return Subscription(name, cursor, last_error=f"its row cannot be read: {error}")

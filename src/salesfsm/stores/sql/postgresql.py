"""PostgreSQL: a database for many machines. The tables stand in a schema of their own."""

from __future__ import annotations

from datetime import datetime

import psycopg
import sqlalchemy as sa
from psycopg import sql
from psycopg.types.string import TextLoader
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.engine.interfaces import DBAPIConnection

from salesfsm.errors import StoreUnavailableError

LOCK = 0x53616C65
"""The number of the lock that changes of the schema take: of salesfsm, and of nothing else."""

ADVICE = {
    "08": "see that the server can be reached, and that database, user and password are right",
    "25006": "it is read-only: connect to the primary server",
    "28": "check the user and the password",
    "3D": "make the database first",
    "42501": "grant this user the right",
    "42P01": "tables are missing: restore them from a backup",
    "53100": "free space on the server's disk",
    "53300": "raise max_connections, or use fewer connections",
    "55P03": "another program holds a lock: end its transaction",
    "57P": "the server is stopping or starting: try again",
}
"""What to do about it, by the beginning of the SQLSTATE."""

GIVEN_UP = {"40001", "40P01"}
"""SQLSTATE of serialization failures and of deadlocks."""


class Postgresql:
    """The database at ``url``; the tables stand in ``schema``, which is made."""

    # A position is taken before the commit, so a later one may be committed earlier, and whoever
    # has read that would pass over the first for ever. Transactions are numbered in the order in
    # which they begin to write, and all below the snapshot's xmin have ended. So events are read by
    # transaction, and only below it. Within an opportunity this is the order of its events: who
    # appends event 6 has seen event 5 committed, and begins to write after that.
    first = "0:0"

    def __init__(self, url: sa.URL, schema: str) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self._schema = schema

    def moment(self, at: datetime | None) -> object:
        """A time as it is."""
        return at

    def connect(self) -> sa.Engine:
        """The engine; a connection that a restart of the server has cut is replaced."""
        engine = sa.create_engine(
            self._url.update_query_dict(
                {"connect_timeout": "10"} if "connect_timeout" not in self._url.query else {}
            ),
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=20,
        )
        sa.event.listen(engine, "connect", self._prepare)
        return engine

    def _prepare(self, connection: DBAPIConnection, _: object) -> None:
        if not isinstance(connection, psycopg.Connection):
            raise TypeError(f"not a connection of psycopg: {connection!r}")
        connection.adapters.register_loader("json", TextLoader)
        path = sql.SQL("SET search_path TO {}").format(sql.Identifier(self._schema))
        connection.autocommit = True
        connection.execute(path)
        connection.execute("SET timezone TO 'UTC'")
        connection.autocommit = False

    def writing(self, engine: sa.Engine) -> sa.Engine:
        """The same: every transaction may write."""
        return engine

    def lock_schema(self, connection: sa.Connection) -> None:
        """Take the lock, and make the schema where it is not there."""
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK})
        if not sa.inspect(connection).has_schema(self._schema):
            connection.execute(sa.schema.CreateSchema(self._schema))

    def is_restored(self, connection: sa.Connection) -> bool:
        """Whether events have numbers of transactions that this server has yet to give out."""
        return bool(connection.execute(_AHEAD).scalar())

    def settle(self, connection: sa.Connection) -> None:
        """Number the events of a dump anew, all before the first transaction of this server."""
        for statement in _RENUMBER:
            connection.execute(statement)

    def insert(self, table: sa.Table) -> Insert:
        """An insertion into ``table``."""
        return insert(table)

    def outbox(
        self, connection: sa.Connection, cursor: str, limit: int
    ) -> list[tuple[str, sa.RowMapping]]:
        """Rows by transaction and position, up to the oldest transaction that has not ended."""
        transaction, _, position = cursor.partition(":")
        after = {"transaction": str(int(transaction)), "position": int(position), "size": limit}
        found = connection.execute(_AFTER, after)
        return [(f"{row['transaction_id']}:{row['position']}", row) for row in found.mappings()]

    def head(self, connection: sa.Connection) -> str:
        """The last transaction and position below that transaction."""
        row = connection.execute(_LAST).one_or_none()
        return self.first if row is None else f"{row.transaction_id}:{row.position}"

    def erased(self, engine: sa.Engine) -> bool:
        """Left to VACUUM, which the server runs by itself."""
        return True

    def unavailable(self, error: Exception) -> StoreUnavailableError:
        """The error with what to do, by its SQLSTATE."""
        state = getattr(error, "sqlstate", None) or "08"  # connecting tells none
        advice = next((told for code, told in ADVICE.items() if state.startswith(code)), "")
        place = self._url.set(drivername="postgresql").render_as_string(hide_password=True)
        told = " ".join(str(error).split())
        return StoreUnavailableError(
            f"the database {place}: {told}" + (f"; {advice}" if advice else "")
        )

    def lost_race(self, error: Exception) -> bool:
        """Whether it is a deadlock or the like."""
        return getattr(error, "sqlstate", None) in GIVEN_UP


_ENDED = "transaction_id < pg_snapshot_xmin(pg_current_snapshot())"
_AFTER = sa.text(
    "SELECT transaction_id::text, position, opportunity_id, sequence, body FROM events "  # noqa: S608
    "WHERE (transaction_id, position) > (CAST(CAST(:transaction AS text) AS xid8), :position) "
    f"AND {_ENDED} ORDER BY events.transaction_id, position LIMIT :size"
)
_LAST = sa.text(
    f"SELECT transaction_id::text, position FROM events WHERE {_ENDED} "  # noqa: S608
    "ORDER BY events.transaction_id DESC, position DESC LIMIT 1"
)
_AHEAD = sa.text(
    "SELECT max(transaction_id) >= pg_snapshot_xmax(pg_current_snapshot()) FROM events"
)
_RENUMBER = (
    sa.text("LOCK TABLE events, subscriptions IN EXCLUSIVE MODE"),
    sa.text(
        "CREATE TEMPORARY TABLE renumbered ON COMMIT DROP AS SELECT position AS was, "
        "row_number() OVER (ORDER BY transaction_id, position) AS position, "
        "transaction_id FROM events"
    ),
    sa.text(
        "UPDATE subscriptions SET cursor = '0:' || (SELECT count(*) FROM renumbered WHERE "
        "(transaction_id, was) <= (CAST(split_part(cursor, ':', 1) AS xid8), "
        "CAST(split_part(cursor, ':', 2) AS bigint))) WHERE cursor <> ''"
    ),
    sa.text(
        "UPDATE events SET transaction_id = '0', position = -renumbered.position FROM renumbered "
        "WHERE events.position = renumbered.was"
    ),
    sa.text("UPDATE events SET position = -position WHERE transaction_id = '0' AND position < 0"),
    sa.text(
        "SELECT setval(pg_get_serial_sequence('events', 'position'), max(position)) FROM events"
    ),
)

"""SQLite: a database in a file, for one machine with any number of threads and processes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.engine.interfaces import DBAPIConnection

from salesfsm.errors import StoreUnavailableError
from salesfsm.stores.sql.tables import events, utc_text

PATIENCE = 60
"""Seconds that a writer waits for the others; one transaction takes far less."""

ADVICE = {
    "SQLITE_FULL": "free space on the disk, or raise its quota",
    "SQLITE_BUSY": "another program holds it locked: end its transaction",
    "SQLITE_LOCKED": "another program holds it locked: end its transaction",
    "SQLITE_READONLY": "make the file and its folder writable for this user",
    "SQLITE_PERM": "make the file and its folder writable for this user",
    "SQLITE_CANTOPEN": "see that the folder is there and this user may write into it",
    "SQLITE_NOTADB": "it is no SQLite database: give another path",
    "SQLITE_CORRUPT": "the file is damaged: restore it from a backup",
    "SQLITE_IOERR": "see that the disk is healthy and not full",
}


class Sqlite:
    """A database file at ``path``, which is made where it is not there, unless it has to be."""

    first = "0"

    def __init__(self, path: Path, *, existing: bool) -> None:
        self._path = path
        if existing and not path.is_file():
            raise StoreUnavailableError(f"there is no database {path}: give the path of one")

    def moment(self, at: datetime | None) -> object:
        """A time as text."""
        return utc_text(at)

    def connect(self) -> sa.Engine:
        """The engine, with a connection for each thread that is at work."""
        url = sa.URL.create("sqlite", database=str(self._path))
        engine = sa.create_engine(
            url,
            connect_args={"timeout": PATIENCE},
            paramstyle="named",
            pool_size=4,
            max_overflow=-1,
        )
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def writing(self, engine: sa.Engine) -> sa.Engine:
        """Its transactions take the lock at once: none has to give up halfway."""
        return engine.execution_options(salesfsm_begin="BEGIN IMMEDIATE")

    def lock_schema(self, connection: sa.Connection) -> None:
        """The transaction has the lock already."""

    def is_restored(self, connection: sa.Connection) -> bool:
        """A copied file is as it was."""
        return False

    def settle(self, connection: sa.Connection) -> None:
        """Nothing to put right."""

    def insert(self, table: sa.Table) -> Insert:
        """An insertion into ``table``."""
        return insert(table)

    def outbox(
        self, connection: sa.Connection, cursor: str, limit: int
    ) -> list[tuple[str, sa.RowMapping]]:
        """Rows by position: one writer at a time, so they are committed in its order."""
        found = connection.execute(_AFTER, {"after": int(cursor), "size": limit})
        return [(str(row["position"]), row) for row in found.mappings()]

    def head(self, connection: sa.Connection) -> str:
        """The last position."""
        return str(connection.execute(_LAST).scalar() or 0)

    def erased(self, engine: sa.Engine) -> bool:
        """``secure_delete`` has overwritten the old rows; here the log of writes is emptied.

        Not while another program reads or writes: to wait for it would hold up all writers.
        """
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                done = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
        return not done[0]

    def unavailable(self, error: Exception) -> StoreUnavailableError:
        """The error with what to do, by SQLite's own name for it."""
        name = getattr(error, "sqlite_errorname", "")
        advice = next((told for code, told in ADVICE.items() if name.startswith(code)), "")
        return StoreUnavailableError(
            f"the database {self._path}: {error}" + (f"; {advice}" if advice else "")
        )

    def lost_race(self, error: Exception) -> bool:
        """Never: a writer that has begun has the only lock."""
        return False


_AFTER = (
    sa.select(events.c.position, events.c.opportunity_id, events.c.sequence, events.c.body)
    .where(events.c.position > sa.bindparam("after"))
    .order_by(events.c.position)
    .limit(sa.bindparam("size"))
)
_LAST = sa.select(sa.func.max(events.c.position))


def _prepare(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
    connection.text_factory = _lenient
    cursor = connection.cursor()
    # What a transaction overwrites may be personal: the old bytes must not stay in the file.
    for pragma in ("secure_delete = ON", "foreign_keys = ON", "synchronous = NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    options = connection.get_execution_options()
    cursor = connection.connection.cursor()  # past SQLAlchemy, for this runs in every transaction
    cursor.execute(options.get("salesfsm_begin", "BEGIN"))
    cursor.close()


def _lenient(text: bytes) -> str:
    """A text with bytes that are no UTF-8 spoils its own row and no other."""
    return text.decode("utf-8", "replace")

"""What differs between databases, as the rest of the store asks for it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from salesfsm.errors import StoreUnavailableError

Insert = SqliteInsert | PostgresqlInsert
"""An insertion that can be told to leave alone what is there."""


class Dialect(Protocol):
    """A kind of database: how to connect to it, and the statements that it alone understands."""

    first: str
    """The cursor before the first event."""

    def moment(self, at: datetime | None) -> object:
        """A time as the driver takes it, where a statement goes to it as it is."""

    def connect(self) -> sa.Engine:
        """The engine; it opens no connection yet."""

    def writing(self, engine: sa.Engine) -> sa.Engine:
        """The engine whose transactions are begun to write."""

    def lock_schema(self, connection: sa.Connection) -> None:
        """Keep other processes from changing the tables until the transaction ends."""

    def is_restored(self, connection: sa.Connection) -> bool:
        """Whether the database is a copy whose order of commits the outbox would mistake."""

    def settle(self, connection: sa.Connection) -> None:
        """Put the order of commits of such a copy right. The schema is locked."""

    def insert(self, table: sa.Table) -> Insert:
        """An insertion into ``table``."""

    def outbox(
        self, connection: sa.Connection, cursor: str, limit: int
    ) -> list[tuple[str, sa.RowMapping]]:
        """Rows of events after ``cursor`` that no transaction can come before, with cursors."""

    def head(self, connection: sa.Connection) -> str:
        """The cursor after the last row that the outbox would give."""

    def erased(self, engine: sa.Engine) -> bool:
        """Remove what the database keeps of rows that were overwritten; whether that was done."""

    def unavailable(self, error: Exception) -> StoreUnavailableError:
        """The error of the driver, with what to do about it."""

    def lost_race(self, error: Exception) -> bool:
        """Whether the database gave up a transaction that would succeed if it were repeated."""

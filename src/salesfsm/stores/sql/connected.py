"""A database that is open: its transactions, and its errors told in our own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa

from salesfsm.errors import StoreUnavailableError
from salesfsm.stores.port import Current
from salesfsm.stores.sql.dialect import Dialect
from salesfsm.stores.sql.migrating import upgrade

Result = TypeVar("Result")

TURNS = 10
"""How often a transaction is tried that the database gives up for the sake of another one."""


class Connected:
    """What every part of the store stands on."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._engine = dialect.connect()
        self._writer = dialect.writing(self._engine)
        self._driver = self._engine.dialect.loaded_dbapi
        try:
            with self._told():
                self.upgraded = upgrade(self._engine, dialect)
                """The revision of the tables before the store was opened, and now."""
        except BaseException:
            self._engine.dispose()
            raise

    def _alongside(self, connection: sa.Connection, currents: Sequence[Current]) -> None:
        """What an heir keeps in the transaction that keeps how these stand: here, nothing."""

    def _prepared(self, statement: sa.Insert | sa.Update, *columns: str) -> str:
        """The text of a statement that is run often, and takes its values as the driver does."""
        return str(statement.compile(self._engine, column_keys=columns or None))

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._told(), self._engine.begin() as connection:
            yield connection

    def _write(self, work: Callable[[sa.Connection], Result]) -> Result:
        """What ``work`` returns, done in one transaction; it may be called again."""
        turn = 1
        while True:
            try:
                with self._told(), self._writer.begin() as connection:
                    return work(connection)
            except _GivenUpError as error:
                if turn == TURNS:
                    raise StoreUnavailableError(f"{error}; try again later") from error
                turn += 1

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise what the driver raises in our own words; what constraints refuse passes."""
        try:
            yield
        except (sa.exc.IntegrityError, self._driver.IntegrityError):
            raise
        except (sa.exc.DBAPIError, self._driver.Error) as error:
            cause = getattr(error, "orig", error)  # what connecting and beginning raise is bare
            if self._dialect.lost_race(cause):
                raise _GivenUpError(str(cause)) from error
            raise self._dialect.unavailable(cause) from error
        except sa.exc.TimeoutError as error:
            raise StoreUnavailableError(
                "all connections are in use: have fewer threads, or end what holds them"
            ) from error


class _GivenUpError(Exception):
    """The database gave a transaction up for the sake of another one."""

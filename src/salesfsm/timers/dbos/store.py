"""The store that enqueues timers in the transaction in which they come to be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from salesfsm.stores.port import Current
from salesfsm.stores.sql.store import SqlStore
from salesfsm.timers.dbos.queue import TimerQueue


class DurableStore(SqlStore):
    """An :class:`~salesfsm.stores.sql.store.SqlStore` whose timers wait in a queue of DBOS.

    Every program that writes opportunities opens this store, and needs no worker for that. The
    tables of DBOS are made beside those of the store: in SQLite in the same file, in PostgreSQL in
    the schema ``SCHEMA_timers``. Raises as ``SqlStore`` does.
    """

    def __init__(self, url: str, *, schema: str = "salesfsm", existing: bool = False) -> None:
        super().__init__(url, schema=schema, existing=existing)
        try:
            with self._told():
                self.timers = TimerQueue(self._engine.url, f"{schema}_timers")
                """The queue."""
        except BaseException:
            super().close()
            raise

    def _alongside(self, connection: sa.Connection, currents: Sequence[Current]) -> None:
        now = datetime.now(UTC)  # DBOS wakes by the clock of the machine, whatever ours says
        for current in currents:
            self.timers.add(connection, current, now)

    def close(self) -> None:
        """Give back all connections."""
        self.timers.close()
        super().close()

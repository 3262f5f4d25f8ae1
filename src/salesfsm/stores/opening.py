"""Opening a store by its URL."""

from __future__ import annotations

from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Store


def open_store(url: str, *, existing: bool = False) -> Store:
    """The store at ``url``; what is not there yet is made, unless it is to be ``existing``.

    ``memory:`` is one that forgets, ``sqlite:///deals.db`` and the path of a file are SQLite, and
    ``postgresql://user@host/database`` is PostgreSQL. Raises as
    :class:`~salesfsm.stores.sql.store.SqlStore` does, and ``MissingExtraError`` without the extra
    ``sql``.
    """
    if url == "memory:":
        return MemoryStore()
    from salesfsm.stores.sql.store import SqlStore  # noqa: PLC0415  # the extra may be missing

    return SqlStore(url, existing=existing)

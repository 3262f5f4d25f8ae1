"""Opening a store by its URL."""

from __future__ import annotations

from os import PathLike, fspath

from salesfsm.errors import StoreUnavailableError, ValueTypeError, shorten
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Store


def open_store(url: str | PathLike[str], *, existing: bool = False) -> Store:
    """The store at ``url``; what is not there yet is made, unless it is to be ``existing``.

    ``memory:`` is one that forgets, ``sqlite:///deals.db`` and the path of a file are SQLite, and
    ``postgresql://user@host/database`` is PostgreSQL. Raises as
    :class:`~salesfsm.stores.sql.store.SqlStore` does, and ``MissingExtraError`` without the extra
    ``sql``.
    """
    if isinstance(url, PathLike):
        url = fspath(url)
    if not isinstance(url, str):
        raise ValueTypeError(
            f"a store is opened by its URL, not by {shorten(repr(url), 40)}: such as "
            '"sqlite:///deals.db"'
        )
    if url == "memory:" and existing:
        raise StoreUnavailableError("memory: holds nothing yet: give the URL of a database")
    if url == "memory:":
        return MemoryStore()
    from salesfsm.stores.sql.store import SqlStore  # noqa: PLC0415  # the extra may be missing

    return SqlStore(url, existing=existing)

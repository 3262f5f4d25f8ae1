"""The store in SQL databases: SQLite in a file, PostgreSQL for many machines. Needs extra ``sql``.

Nothing here is imported before it is asked for, so salesfsm works without the extra.
"""

from __future__ import annotations

from salesfsm.errors import MissingExtraError

try:
    import sqlalchemy  # noqa: F401
except ModuleNotFoundError as error:
    if error.name != "sqlalchemy":
        raise
    raise MissingExtraError("a store in a database", "sql") from None

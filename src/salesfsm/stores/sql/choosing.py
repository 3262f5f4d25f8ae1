"""From a URL to the kind of database that it names."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from salesfsm.errors import CommandError, MissingExtraError, shorten
from salesfsm.stores.sql.dialect import Dialect
from salesfsm.stores.sql.sqlite import Sqlite

WANTED = "write sqlite:///FILE, the path of a file, or postgresql://USER@HOST/DATABASE"


def dialect_of(url: str, schema: str, *, existing: bool) -> Dialect:
    """The kind of database; raises ``CommandError`` where it is none that salesfsm writes."""
    if "://" not in url:
        return Sqlite(Path(url), existing=existing)
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise CommandError(f"{shorten(url)!r} is no URL of a database: {WANTED}") from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return Sqlite(Path(parsed.database), existing=existing)
        case "sqlite":
            raise CommandError("SQLite needs a file here; MemoryStore keeps nothing: " + WANTED)
        case "postgresql" | "postgres":
            return _postgresql(parsed, schema)
        case other:
            raise CommandError(f"{shorten(other)!r} is no database that salesfsm writes: {WANTED}")


def _postgresql(url: sa.URL, schema: str) -> Dialect:
    try:
        from salesfsm.stores.sql.postgresql import Postgresql  # noqa: PLC0415
    except ImportError as error:  # also where the driver does not find its library
        if error.name is not None and not error.name.startswith("psycopg"):
            raise
        raise MissingExtraError("a store in PostgreSQL", "sql") from error
    return Postgresql(url, schema)

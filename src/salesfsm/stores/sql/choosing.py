"""From a URL to the kind of database that it names."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from salesfsm.errors import CommandError, MissingExtraError, shorten
from salesfsm.stores.sql.dialect import Dialect
from salesfsm.stores.sql.sqlite import Sqlite

WANTED = "write sqlite:///FILE, the path of a file, or postgresql://USER@HOST/DATABASE"
NO_FILE = f"SQLite needs a file here; MemoryStore keeps nothing: {WANTED}"


def dialect_of(url: str, schema: str, *, existing: bool) -> Dialect:
    """The kind of database; raises ``CommandError`` where it is none that salesfsm writes."""
    if url == "memory:":
        raise CommandError(NO_FILE)
    if "://" not in url:
        return Sqlite(_file(url), existing=existing)
    try:
        parsed = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        # What stands in it may be a password.
        scheme = shorten(url.partition("://")[0], 20)
        raise CommandError(
            f"what follows {scheme}:// is no URL of a database: {WANTED}; signs such as @ : / in a "
            "password are written as %40 %3A %2F"
        ) from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return Sqlite(Path(parsed.database), existing=existing)
        case "sqlite":
            raise CommandError(NO_FILE)
        case "postgresql" | "postgres":
            return _postgresql(parsed, schema)
        case other:
            raise CommandError(f"{shorten(other)!r} is no database that salesfsm writes: {WANTED}")


def _file(path: str) -> Path:
    """The file of a path; raises ``CommandError`` where it is more likely a slip in a URL."""
    found = Path(path)
    named = found.suffix or len(found.parts) > 1 or found.is_file()
    if not named or ":" in path.removeprefix(found.drive):
        scheme = shorten(path.partition(":")[0], 20)  # what follows may be a password
        raise CommandError(
            f"{scheme!r} begins no URL of a store and is no path of a file such as deals.db: "
            f"{WANTED}, or memory:"
        )
    return found


def _postgresql(url: sa.URL, schema: str) -> Dialect:
    try:
        from salesfsm.stores.sql.postgresql import Postgresql  # noqa: PLC0415
    except ImportError as error:  # also where the driver does not find its library
        if error.name is not None and not error.name.startswith("psycopg"):
            raise
        raise MissingExtraError("a store in PostgreSQL", "sql") from error
    return Postgresql(url, schema)

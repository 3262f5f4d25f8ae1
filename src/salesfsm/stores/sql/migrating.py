"""Bringing the tables of a database to the revision of this code, once and by one process."""

from __future__ import annotations

import sqlalchemy as sa

from salesfsm.errors import CommandError, StoreVersionError
from salesfsm.stores.sql.dialect import Dialect
from salesfsm.stores.sql.tables import REVISION, VERSION_TABLE, metadata

SCRIPTS = "salesfsm.stores.sql:migrations"


def upgrade(engine: sa.Engine, dialect: Dialect) -> tuple[str | None, str]:
    """Run the scripts that the database has not seen; its revision before, and after.

    Raises :class:`~salesfsm.errors.StoreVersionError` where it is newer than this code.
    """
    with engine.connect() as connection:
        if (found := revision(connection)) == REVISION and not dialect.is_restored(connection):
            return found, found
    with dialect.writing(engine).begin() as connection:
        dialect.lock_schema(connection)
        found = revision(connection)  # another process may have been faster
        if found is None:
            _refuse_tables(connection)
        if found != REVISION:
            _run(connection, found)
        if dialect.is_restored(connection):
            dialect.settle(connection)
        return found, REVISION


def _refuse_tables(connection: sa.Connection) -> None:
    """Raise ``CommandError`` where somebody else's tables stand in the place of ours."""
    there = set(sa.inspect(connection).get_table_names())
    if taken := sorted(there & {table.name for table in metadata.sorted_tables}):
        raise CommandError(
            f"the database has tables of its own called {', '.join(taken)}: keep the store in "
            "another file, or in a schema of its own"
        )


def revision(connection: sa.Connection) -> str | None:
    """The revision that the database says it has; None where it is empty."""
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608
    return None if found is None else str(found)


def _run(connection: sa.Connection, found: str | None) -> None:
    # Alembic takes longer to import than to open a database, and is seldom needed.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", SCRIPTS)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreVersionError(found, REVISION)
    command.upgrade(config, REVISION)

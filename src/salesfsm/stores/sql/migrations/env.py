"""Where Alembic starts: it runs the scripts in the transaction that ``migrating`` has begun."""

from __future__ import annotations

from alembic import context

from salesfsm.stores.sql.tables import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()

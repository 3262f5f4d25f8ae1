"""The databases of stores as other programs see them, to spoil rows and to look at them."""

from __future__ import annotations

import sqlalchemy as sa


def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run SQL in the database; the rows of the last statement, if it has any."""
    parsed = sa.make_url(url)
    on_server = parsed.get_backend_name() == "postgresql"
    if on_server:
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(parsed)
    try:
        with engine.begin() as connection:
            if on_server:
                connection.exec_driver_sql("SET search_path TO salesfsm")
            for statement in statements:
                done = connection.exec_driver_sql(statement)
            return [tuple(row) for row in done] if done.returns_rows else []
    finally:
        engine.dispose()

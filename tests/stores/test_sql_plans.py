"""What is asked often is found by an index, and not by reading all opportunities."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from salesfsm.process.kinds import Outcome
from salesfsm.stores import open_store
from salesfsm.stores.port import Query
from salesfsm.stores.sql.listing import _scans
from stores.deals import NOW

OPEN = (Outcome.OPEN,)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Query(outcomes=OPEN, stalled_by=NOW), "opportunities_stalled_at"),
        (Query(outcomes=OPEN, stalled_by=NOW, order="stalled_at"), "opportunities_stalled_at"),
        (Query(stages=("talking",), stalled_by=NOW), "opportunities_stalled_at"),
        (Query(due_by=NOW, order="due_at", limit=9), "opportunities_due_at"),
        (Query(due_by=NOW), "opportunities_due_at"),
        (Query(due_by=NOW, order="due_at", but=(("desk", "1"),)), "opportunities_due_at"),
        (Query(owner="anna"), "opportunities_owner"),
        (Query(owner="anna", stalled_by=NOW), "opportunities_owner"),
        (Query(stages=("talking",)), "opportunities_stage"),
    ],
)
def test_the_first_page_is_found_by_the_index_that_is_meant(
    sqlite_file: Path, query: Query, index: str
) -> None:
    assert f"USING INDEX {index} " in plan(sqlite_file, query)


@pytest.mark.parametrize(
    "query",
    [
        Query(),
        Query(stages=("talking",)),
        Query(stages=("talking", "closing")),
        Query(owner="anna"),
        Query(due_by=NOW, order="due_at"),
        Query(order="stalled_at"),
    ],
)
def test_pages_are_read_in_order_and_never_sorted(sqlite_file: Path, query: Query) -> None:
    assert "ORDER BY" not in plan(sqlite_file, query)


def plan(database: Path, query: Query) -> str:
    """How SQLite goes about the first page."""
    open_store(str(database)).close()
    page = _scans(query)[0].page(None, 100)
    text = page.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with closing(sqlite3.connect(database)) as connection:
        steps = connection.execute(f"EXPLAIN QUERY PLAN {text}").fetchall()
    return "; ".join(step[-1] for step in steps)

"""``salesfsm store``: tables made and upgraded, and what cannot be read listed by id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from calling import Ran

from salesfsm.stores import open_store
from stores.deals import begun

Run = Callable[..., Ran]


@pytest.fixture
def database(sqlite_file: Path) -> Path:
    """A store of two deals, the events of one of which are gone."""
    store = open_store(str(sqlite_file))
    store.append([begun("D-1"), begun("D-2")])
    store.close()
    with closing(sqlite3.connect(sqlite_file)) as connection:
        connection.execute("DELETE FROM events WHERE opportunity_id = 'D-2'")
        connection.commit()
    return sqlite_file


def test_upgrade_makes_the_tables_and_says_so(run: Run, sqlite_file: Path) -> None:
    first = run("store", "upgrade", f"sqlite:///{sqlite_file}")
    again = run("store", "upgrade", sqlite_file)
    assert (first.code, again.code) == (0, 0)
    assert "are made" in first.out
    assert "nothing to do" in again.out
    told = json.loads(run("store", "upgrade", sqlite_file, "--json").out)
    assert told == {"before": "0001", "after": "0001"}


def test_check_lists_what_cannot_be_read(run: Run, database: Path) -> None:
    ran = run("store", "check", database)
    assert ran.code == 1
    assert "D-2: event 1 is missing" in ran.out
    assert "1 of 2 opportunities" in ran.out
    told = json.loads(run("store", "check", database, "--json").out)
    assert told == {
        "opportunities": 2,
        "unreadable": [{"opportunity": "D-2", "reason": "event 1 is missing"}],
    }


def test_check_of_a_sound_store_finds_nothing(run: Run, sqlite_file: Path) -> None:
    run("store", "upgrade", sqlite_file)
    ran = run("store", "check", sqlite_file)
    assert (ran.code, ran.out.strip()) == (0, "all 0 opportunities can be read")


@pytest.mark.parametrize("url", ["none.db", "mysql://here/x", "postgresql://a@127.0.0.1:1/x"])
def test_a_store_that_cannot_be_opened_is_an_error_without_a_traceback(run: Run, url: str) -> None:
    ran = run("store", "check", url)
    assert ran.code == 2
    assert ran.err.startswith("error: ")
    assert not Path("none.db").exists()

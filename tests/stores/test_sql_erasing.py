"""What is erased is nowhere in the files of the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from salesfsm.stores import Store, open_store
from salesfsm.stores.sql import erasing
from stores.deals import begun, erased, updated
from stores.raw import run

SECRET = "Kowalska-7f3a"


@pytest.fixture
def store(sqlite_file: Path) -> Iterator[Store]:
    opened = open_store(str(sqlite_file))
    yield opened
    opened.close()


def bytes_of(database: Path) -> bytes:
    """All that is on the disk of a database, its log of writes included."""
    return b"".join(file.read_bytes() for file in database.parent.glob(f"{database.name}*"))


def test_no_byte_of_what_was_erased_stays_in_the_files(store: Store, sqlite_file: Path) -> None:
    last = begun("D-1", need=f"{SECRET} " * 40, key=f"open for {SECRET}")
    store.append([last])
    for number in range(20):
        last = updated(last.current, f"{number} {SECRET} " * (number * 20 + 1))
        store.append([last, begun(f"other {number}", need="stays" * 50)])
    assert SECRET.encode() in bytes_of(sqlite_file)
    store.erase(erased(last.current))
    assert SECRET.encode() not in bytes_of(sqlite_file)
    assert b"stays" in bytes_of(sqlite_file)


def test_a_reader_holds_nobody_up_and_the_log_is_emptied_once_it_has_ended(
    store: Store, sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "SWEEP", 0.0)
    last = begun("D-1", need=SECRET)
    store.append([last])
    with closing(sqlite3.connect(sqlite_file)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM events").fetchall()
        store.erase(erased(last.current))
        store.append([begun("D-2")])
        assert SECRET.encode() in bytes_of(sqlite_file)
    store.append([begun("D-3")])
    assert SECRET.encode() not in bytes_of(sqlite_file)


def test_an_append_is_done_although_the_log_cannot_be_emptied(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bool:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(erasing, "SWEEP", 0.0)
    monkeypatch.setattr("salesfsm.stores.sql.sqlite.Sqlite.erased", broken)
    last = begun("D-1", need=SECRET)
    store.append([last])
    store.erase(erased(last.current))
    store.append([begun("D-2")])
    assert store.load("D-2").opportunity.sequence == 1


def test_keys_are_kept_as_digests(store: Store, sqlite_file: Path) -> None:
    store.append([begun("D-1", key=SECRET)])
    assert SECRET.encode() not in bytes_of(sqlite_file)
    assert store.answered(SECRET) is not None


def test_no_row_of_postgresql_shows_what_was_erased(postgresql_store: str) -> None:
    store = open_store(postgresql_store)
    first = begun("D-1", need=SECRET, key=SECRET)
    second = updated(first.current, SECRET)
    store.append([first, second])
    store.erase(erased(second.current))
    store.close()
    for table in ("events", "opportunities", "idempotency_keys"):
        assert SECRET not in str(run(postgresql_store, f"SELECT * FROM {table}"))

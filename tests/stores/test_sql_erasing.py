"""What is erased is nowhere in the files of the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from salesfsm.stores import Store, open_store
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

"""Databases that cannot be reached or written: our own error, and nothing that was kept is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

import salesfsm as sf
from salesfsm.stores import Store, open_store
from salesfsm.stores.sql import sqlite
from stores.deals import begun, found, updated


@pytest.fixture
def store(sqlite_file: Path) -> Iterator[Store]:
    opened = open_store(str(sqlite_file))
    yield opened
    opened.close()


def test_a_full_disk_loses_nothing_that_was_kept(sqlite_file: Path) -> None:
    open_store(str(sqlite_file)).close()

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA max_page_count = 60")

    store = open_store(str(sqlite_file))
    sa.event.listen(store._engine, "connect", limit)
    store._engine.dispose()
    kept = []

    def fill() -> None:
        for number in range(1000):
            store.append([begun(f"D-{number:03}", need="long " * 200)])
            kept.append(f"D-{number:03}")

    with pytest.raises(sf.StoreUnavailableError, match="free space"):
        fill()
    assert kept
    assert found(store) == kept
    store.close()
    after = open_store(str(sqlite_file))
    assert found(after) == kept
    for name in kept:
        assert len(list(after.events(name))) == 1
    after.append([begun("D-999")])
    after.close()


def test_another_program_that_holds_the_lock_is_waited_for_and_then_told(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE", 0.05)
    store = open_store(str(sqlite_file))
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sf.StoreUnavailableError, match="locked"):
            store.append([begun("D-1")])
        assert found(store) == []  # reading waits for nobody
        other.execute("ROLLBACK")
    store.append([begun("D-1")])
    assert found(store) == ["D-1"]
    store.close()


def test_a_file_that_is_no_database_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("Call Anna. " * 99, encoding="utf-8")
    with pytest.raises(sf.StoreUnavailableError, match="another path"):
        open_store(str(text))
    assert text.read_text(encoding="utf-8") == "Call Anna. " * 99
    for path in (tmp_path, tmp_path / "no folder" / "deals.db"):
        with pytest.raises(sf.StoreUnavailableError, match="folder"):
            open_store(str(path))


def test_a_database_cut_short_is_told_as_damaged(sqlite_file: Path) -> None:
    store = open_store(str(sqlite_file))
    store.append([begun(f"D-{number}", need="long " * 100) for number in range(200)])
    store.close()
    whole = sqlite_file.read_bytes()
    sqlite_file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(sf.StoreUnavailableError, match="backup"):
        open_and_list(sqlite_file)


def open_and_list(database: Path) -> list[str]:
    """All ids in a database."""
    with closing(open_store(str(database))) as store:
        return found(store)


def test_a_file_that_may_only_be_read_is_told(store: Store) -> None:
    def protect(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    sa.event.listen(store._engine, "connect", protect)
    store._engine.dispose()
    with pytest.raises(sf.StoreUnavailableError, match="writable"):
        store.append([begun("D-1")])
    assert found(store) == []


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    url = "postgresql://anna:secret@127.0.0.1:1/deals?connect_timeout=2"
    with pytest.raises(sf.StoreUnavailableError, match="reached") as raised:
        open_store(url)
    assert "secret" not in str(raised.value)


def test_a_database_that_is_not_there_and_a_user_without_rights_are_told(
    postgresql_store: str,
) -> None:
    missing = sa.make_url(postgresql_store).set(database="no_such_database")
    with pytest.raises(sf.StoreUnavailableError, match="that database"):
        open_store(missing.render_as_string(False))
    with psycopg.connect(postgresql_store, autocommit=True) as connection:
        role = f"reader_{connection.info.backend_pid}"
        connection.execute(f"CREATE ROLE {role} LOGIN")
        try:
            connection.execute(f"GRANT USAGE ON SCHEMA salesfsm TO {role}")
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA salesfsm TO {role}")
            url = sa.make_url(postgresql_store).update_query_dict({"user": role})
            reader = open_store(url.render_as_string(False))
            assert found(reader) == []
            with pytest.raises(sf.StoreUnavailableError, match="right"):
                reader.append([begun("D-1")])
            reader.close()
        finally:
            connection.execute(f"DROP OWNED BY {role}")
            connection.execute(f"DROP ROLE {role}")


def test_connections_that_the_server_has_cut_are_replaced(postgresql_store: str) -> None:
    store = open_store(postgresql_store)
    first = begun("D-1")
    store.append([first])
    with psycopg.connect(postgresql_store, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    store.append([updated(first.current, "after the cut")])
    assert store.load("D-1").opportunity.sequence == 2
    store.close()


@pytest.mark.parametrize("url", [5, None, b"deals.db"])
def test_what_is_no_url_opens_no_store(url: object) -> None:
    with pytest.raises(sf.ValueTypeError, match="opened by its URL"):
        open_store(url)  # type: ignore[arg-type]


def test_memory_holds_nothing_that_was_there_before() -> None:
    with pytest.raises(sf.StoreUnavailableError, match="memory: holds nothing"):
        open_store("memory:", existing=True)

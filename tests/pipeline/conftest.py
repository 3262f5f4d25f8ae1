"""A pipeline of the desk's sale on each store that needs no server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.desk import SetClock, desk
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import Store, open_store


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all its tables and nothing in them, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "opportunities.db"
    open_store(f"sqlite:///{file}").close()
    return file


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, empty_file: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store. That all stores do the same, their own tests prove."""
    url = "memory:"
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(empty_file, tmp_path)}"
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def any_store(store_url: str) -> Iterator[Store]:
    """An empty store of every kind, for what depends on how they take turns."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def pipeline(store: Store, clock: SetClock) -> Pipeline:
    return Pipeline(desk(), store, clock=clock)

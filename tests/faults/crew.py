"""Processes that are started, killed and waited for; none of them outlives its test."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from faults.jobs import told
from faults.ledger import LONGEST

CONTEXT = get_context("forkserver")
# Two hundred processes are started: what takes long to import is imported once, and they fork.
CONTEXT.set_forkserver_preload(
    [
        "salesfsm.pipeline.pipeline",
        "salesfsm.stores.sql.store",
        "salesfsm.formats.process_file",
        "sqlalchemy.dialects.sqlite.pysqlite",
        "sqlalchemy.dialects.postgresql.psycopg",
        "alembic.command",
    ]
)


class Crew:
    """Processes by name. What they write down is in ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._processes: dict[str, ForkServerProcess] = {}

    def start(self, name: str, job: Callable[..., None], *args: object) -> None:
        """Start a process that does ``job(folder, name, *args)``."""
        process = CONTEXT.Process(target=told, args=(self.folder, name, job, *args), daemon=True)
        process.start()
        self._processes[name] = process

    def kill(self, name: str) -> bool:
        """``kill -9``; False where it had ended already."""
        process = self._processes.pop(name)
        process.kill()
        process.join(LONGEST)
        died = process.exitcode == -9
        assert died or process.exitcode == 0, self.errors(name)
        process.close()
        return died

    def finish(self) -> None:
        """Wait for all to end by themselves, without an error."""
        ends = time.monotonic() + LONGEST
        for name, process in self._processes.items():
            process.join(max(0, ends - time.monotonic()))
            assert process.exitcode == 0, f"{name}: {process.exitcode} {self.errors(name)}"

    def stop(self) -> None:
        """Have all end what they are at, and wait for them."""
        (self.folder / "stop").touch()
        self.finish()

    def errors(self, name: str) -> str:
        return (self.folder / f"{name}.errors").read_text(encoding="utf-8")

    def end(self) -> None:
        """Kill whatever is left."""
        for process in self._processes.values():
            process.kill()
            process.join(LONGEST)

"""A tick over 100,000 pending timers of which 1,000 are due, on SQLite.

Against appending the same events to the same store, decided beforehand: what is over is finding
what is due, and deciding. Between the rounds the file is put back, untimed.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import salesfsm as sf
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, take_rounds
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.pipeline.standing import current_of
from salesfsm.stores import Store, open_store
from salesfsm.stores.port import Append

PENDING, DUE = 100_000, 1_000
ROUNDS = 5
WORK = f"tick, {DUE:,} of {PENDING:,} timers due, SQLite"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MONTH = timedelta(days=30)

PROCESS = """
salesfsm: 1
process: winning_back
stages:
  - talking
  - {name: won, outcome: won}
  - {name: lost, outcome: lost}
transitions:
  - {trigger: win, source: talking, target: won}
  - {trigger: lose, source: talking, target: lost}
  - {trigger: win_back, source: lost, target: talking, after: 30d}
"""


def measure() -> list[Figure]:
    """The seconds that one tick takes, over appending what it decided."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        bench.fill()
        tasks = {
            "tick": Task(bench.tick, bench.put_back),
            "append": Task(bench.append, bench.put_back),
        }
        taken = take_rounds(tasks, ROUNDS)
        bench.close()
    seconds, bare = Spread.of(taken["tick"]), Spread.of(taken["append"])
    told = f"appending the same {in_units(bare.median)}"
    return [
        Figure(WORK, in_units(seconds.median), "", seconds, "s", Limit("at most", 1)),
        Figure(
            WORK,
            in_units(seconds.median),
            told,
            Spread.of_ratios(taken["tick"], taken["append"]),
        ),
    ]


class Bench:
    """A database of lost deals that are won back after a month, and a copy to put back."""

    def __init__(self, folder: Path) -> None:
        self.file, self.full = folder / "deals.db", folder / "full.db"
        self.process = sf.loads(PROCESS)
        self.store: Store | None = None

    def fill(self) -> None:
        """Lose the deals: the last thousand a month ago, the others since."""
        store = open_store(f"sqlite:///{self.file}")
        pipeline = Pipeline(self.process, store)
        due = {f"{number:06}" for number in range(0, PENDING, PENDING // DUE)}
        early, late = NOW - MONTH, NOW - MONTH / 2
        pipeline.open_many(
            [f"{number:06}" for number in range(PENDING)],
            lambda engine, name: engine.adopt(name, "lost", at=early if name in due else late),
            batch=5000,
        )
        decided = Pipeline(self.process, store).store
        engine = sf.Engine(self.process)
        self.appends = []
        for name in sorted(due):
            deal = decided.load(name).opportunity
            step = engine.elapse(deal, engine.due(deal)[0], at=NOW)
            row = current_of(engine, step.unwrap())
            self.appends.append(Append(row, step.events, deal.sequence))  # type: ignore[arg-type]
        store.close()
        shutil.copy(self.file, self.full)

    def put_back(self) -> None:
        """The database as it was filled, opened."""
        self.close()
        for left in self.file.parent.glob("deals.db*"):
            left.unlink()
        shutil.copy(self.full, self.file)
        self.store = open_store(f"sqlite:///{self.file}")
        self.pipeline = Pipeline(self.process, self.store, clock=lambda: NOW)

    def close(self) -> None:
        """Give the file back."""
        if self.store is not None:
            self.store.close()

    def tick(self) -> None:
        """Let all ring that are due."""
        tick = self.pipeline.tick()
        if len(tick.fired) != DUE:
            raise AssertionError(f"{len(tick.fired)} timers fired, not {DUE}: {tick.failed}")

    def append(self) -> None:
        """Keep what the tick would keep, in the batches in which it does."""
        for first in range(0, DUE, 500):
            self.pipeline.store.append(self.appends[first : first + 500])

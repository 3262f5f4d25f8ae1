"""Commands of a pipeline on SQLite, without and with subscribers that are told of each.

The subscribers do nothing: this is what it takes to tell each at least once, and in order.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from pathlib import Path

import salesfsm as sf
from benchmarks import sale
from benchmarks.figures import Figure, Spread
from benchmarks.timing import Task, take_rounds
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import open_store

ROUNDS, COMMANDS = 5, 200
SUBSCRIBERS = (0, 1, 3)


def measure() -> list[Figure]:
    """Commands a second, by how many subscribers are told."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        tasks = {}
        for count in SUBSCRIBERS:
            store = opened.enter_context(closing(open_store(str(Path(folder) / f"{count}.db"))))
            pipeline = Pipeline(sf.loads(sale.PROCESS), store)
            pipeline.open("A")
            for number in range(count):
                pipeline.subscribe(f"subscriber {number}", lambda event: None)
            tasks[_work(count)] = Task(lambda each=pipeline: _command(each), units=COMMANDS)
        taken = take_rounds(tasks, ROUNDS)
    figures = []
    for count in SUBSCRIBERS:
        rates = Spread.of([1 / seconds for seconds in taken[_work(count)]])
        told = f"{rates.median:,.0f} commands/s"
        figures.append(Figure(_work(count), told, "", rates, "commands/s"))
    return figures


def _work(subscribers: int) -> str:
    return f"pipeline, SQLite: commands told to {subscribers} subscribers"


def _command(pipeline: Pipeline) -> None:
    for _ in range(COMMANDS // 2):
        pipeline.assign("A", owner="anna").unwrap()
        pipeline.assign("A", owner="ewa").unwrap()

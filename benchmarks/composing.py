"""The largest process of the library: loading it from its files, and moving within it.

It holds the four planes with winback, mirror and compliance. The load is that of a program that
has loaded it before: what the texts of the library say is kept once they are parsed, and composed
and checked anew. The first load, in a fresh process, parses them too; it is timed beside it, by
that process itself and without the imports. The move is the one of ``moving``, in a process that
holds the four planes too.
"""

from __future__ import annotations

import subprocess
import sys

import salesfsm
from benchmarks.contestants import BareDict, ComposedEngine
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import Task, take_rounds

ROUNDS = 15
TURNS = 5
FRESH = 5
PROCESS = "library:four_planes"
FIRST_LOAD = f"""
from time import perf_counter
from salesfsm import load
start = perf_counter()
load({PROCESS!r})
print(perf_counter() - start)
"""


def measure() -> list[Figure]:
    """Milliseconds of the load, and the composed move over that of a bare dict."""
    stages = len(salesfsm.load(PROCESS).stages)
    contestants = {"ours": ComposedEngine(200), "bare": BareDict(200)}
    for each in contestants.values():
        each.validate()
    tasks = {
        name: Task(each.move, each.reset, each.deals) for name, each in contestants.items()
    } | {"load": Task(lambda: salesfsm.load(PROCESS))}
    taken = take_rounds(tasks, ROUNDS, TURNS)
    fresh = [_first_load() for _ in range(FRESH)]
    first = Spread.of(fresh)
    load, move = Spread.of(taken["load"]), Spread.of(taken["ours"])
    return [
        Figure(
            f"loading {stages} stages of four planes",
            in_units(load.median),
            "",
            Spread.of([seconds * 1_000 for seconds in taken["load"]]),
            "ms",
            Limit("at most", 50),
        ),
        Figure(
            "that, for the first time in a fresh process",
            in_units(first.median),
            "",
            Spread.of([seconds * 1_000 for seconds in fresh]),
            "ms",
        ),
        Figure(
            "one accepted move among them",
            in_units(move.median),
            f"bare dict {in_units(Spread.of(taken['bare']).median)}",
            Spread.of_ratios(taken["ours"], taken["bare"]),
            limit=Limit("at most", 4),
        ),
    ]


def _first_load() -> float:
    """Seconds of the first load in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", FIRST_LOAD], capture_output=True, check=True, text=True
    )
    return float(done.stdout)

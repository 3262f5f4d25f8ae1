"""How times are taken: in rounds in which every task has its turn, so that noise meets them all."""

from __future__ import annotations

import gc
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter


def nothing() -> None:
    """The preparation of a task that needs none."""


@dataclass(frozen=True, slots=True)
class Task:
    """Work to be timed, of so many ``units``; ``prepare`` runs before each turn, untimed."""

    run: Callable[[], object]
    prepare: Callable[[], object] = nothing
    units: int = 1


def take_rounds(tasks: Mapping[str, Task], rounds: int, turns: int = 1) -> dict[str, list[float]]:
    """Seconds for one unit of each task, by round, after a first round that does not count.

    In a round each task has ``turns`` turns, one after the other's, and its fastest one counts: a
    shared machine only ever adds time.
    """
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for count in range(rounds + 1):
        gc.collect()
        fastest = dict.fromkeys(tasks, float("inf"))
        for turn in range(turns):
            # Every other time in reverse, so that no task always follows the same one.
            order = list(tasks.items())[:: 1 if (count + turn) % 2 else -1]
            for name, task in order:
                fastest[name] = min(fastest[name], _seconds(task) / task.units)
        if count:
            for name, seconds in fastest.items():
                taken[name].append(seconds)
    return taken


def _seconds(task: Task) -> float:
    """One turn, without garbage collection meanwhile, as ``timeit`` does it."""
    task.prepare()
    gc.disable()
    try:
        start = perf_counter()
        task.run()
        return perf_counter() - start
    finally:
        gc.enable()


class CommandError(Exception):
    """A command that was to be timed ended with an error, so its time says nothing."""


def command(arguments: Sequence[str], folder: Path | None = None) -> Task:
    """The task of running a program to its end; raises :class:`CommandError` if it fails."""

    def run() -> None:
        done = subprocess.run(arguments, cwd=folder, capture_output=True, check=False)
        if done.returncode:
            told = done.stderr.decode(errors="replace").strip().splitlines()
            why = told[-1] if told else "it said nothing"
            raise CommandError(f"exit code {done.returncode}: {why}")

    return Task(run)

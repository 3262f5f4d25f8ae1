"""Replaying the Pipedrive change log, 15,406 changes of 2,000 deals, from the file to the report.

As a user runs it: `salesfsm replay` in a fresh process, flowchart included. Beside it, without a
limit: reading and replaying alone in this process, against Python's own `csv` on the same file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import salesfsm
from benchmarks.command_line import ROOT, SALESFSM, shared_data
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import CommandError, Task, command, take_rounds
from salesfsm.analytics.replay import replay_history
from salesfsm.formats.history import load_mapping, read_history

ROUNDS = 7
DEALS = 2_000
PROCESS = ROOT / "examples" / "pipedrive" / "process.yaml"
MAPPING = PROCESS.with_name("history.yaml")
WORK = "salesfsm replay of the Pipedrive log"


def measure() -> list[Figure]:
    """The replay at the command line, and its two parts in this process."""
    log = shared_data() / "pipedrive_change_log" / "deal_changes.csv"
    if not log.is_file():
        why = "deal_changes.csv is not here; SALESFSM_SHARED_DATA can name the folder of exports"
        return [Figure(WORK, missing=why)]
    return [_at_the_command_line(log), *_in_process(log)]


def _at_the_command_line(log: Path) -> Figure:
    arguments = [SALESFSM, "replay", str(PROCESS), str(log)]
    with TemporaryDirectory() as folder:  # the flowchart is written there
        try:
            taken = take_rounds({WORK: command(arguments, Path(folder))}, ROUNDS)
        except CommandError as error:
            return Figure(WORK, missing=f"it did not run: {error}")
    spread = Spread.of(taken[WORK])
    return Figure(WORK, in_units(spread.median), "", spread, "s", Limit("at most", 2))


def _in_process(log: Path) -> list[Figure]:
    process, mapping = salesfsm.load(PROCESS), load_mapping(MAPPING)
    history = read_history(log, mapping)
    if (found := len(replay_history(process, history).opportunities)) != DEALS:
        raise RuntimeError(f"the log has {DEALS} deals, and {found} were replayed")
    parts: dict[str, Callable[[], object]] = {
        "reading that log": lambda: read_history(log, mapping),
        "moving its deals through the engine": lambda: replay_history(process, history),
        "csv.DictReader": lambda: _rows(log),
    }
    taken = take_rounds({name: Task(run) for name, run in parts.items()}, ROUNDS)
    plain = taken.pop("csv.DictReader")
    reference = f"csv.DictReader {in_units(Spread.of(plain).median)}"
    return [
        Figure(
            name, in_units(Spread.of(seconds).median), reference, Spread.of_ratios(seconds, plain)
        )
        for name, seconds in taken.items()
    ]


def _rows(log: Path) -> list[dict[str, str]]:
    with log.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

"""Replaying the Pipedrive change log, 15,406 changes of 2,000 deals, from the file to the report.

As a user runs it: the `salesfsm replay` of a fresh process. Beside it, without a limit, reading
alone in this process, against Python's own `csv` on the same file.
"""

from __future__ import annotations

import csv
from pathlib import Path

from benchmarks.command_line import ROOT, SALESFSM, shared_data
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import CommandFailed, Task, command, take_rounds
from salesfsm.formats.history import load_mapping, read_history

ROUNDS = 7
EXAMPLE = ROOT / "examples" / "pipedrive"
WORK = "replay of the Pipedrive change log, 15,406 rows"
CLEAN_OR_FINDINGS = (0, 1)


def measure() -> list[Figure]:
    """The replay at the command line, and the reading that is a part of it."""
    log = shared_data() / "pipedrive_change_log" / "deal_changes.csv"
    if not log.is_file():
        why = "deal_changes.csv is not here; SALESFSM_SHARED_DATA can name the folder of exports"
        return [Figure(WORK, missing=why)]
    return [_replay(log), _read(log)]


def _replay(log: Path) -> Figure:
    arguments = [SALESFSM, "replay", str(EXAMPLE / "process.yaml"), str(log)]
    try:
        taken = take_rounds({WORK: command(arguments, CLEAN_OR_FINDINGS)}, ROUNDS)
    except CommandFailed as error:
        return Figure(WORK, missing=f"it did not run: {error}")
    spread = Spread.of(taken[WORK])
    return Figure(WORK, in_units(spread.median), "", spread, "s", Limit("at most", 2))


def _read(log: Path) -> Figure:
    mapping = load_mapping(EXAMPLE / "history.yaml")

    def rows() -> list[dict[str, str]]:
        with log.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    tasks = {"ours": Task(lambda: read_history(log, mapping)), "csv": Task(rows)}
    taken = take_rounds(tasks, ROUNDS)
    return Figure(
        "reading that log as changes of opportunities",
        in_units(Spread.of(taken["ours"]).median),
        f"csv.DictReader {in_units(Spread.of(taken['csv']).median)}",
        Spread.of_ratios(taken["ours"], taken["csv"]),
    )

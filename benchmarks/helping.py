"""The time that `salesfsm --help` takes to answer, as the console script is started."""

from __future__ import annotations

from benchmarks.command_line import SALESFSM
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import CommandError, command, take_rounds

ROUNDS = 20
WORK = "salesfsm --help"


def measure() -> list[Figure]:
    """Whole processes, from start to exit."""
    try:
        taken = take_rounds({WORK: command([SALESFSM, "--help"])}, ROUNDS)
    except CommandError as error:
        return [Figure(WORK, missing=f"it did not run: {error}")]
    spread = Spread.of(taken[WORK])
    return [Figure(WORK, in_units(spread.median), "", spread, "s", Limit("at most", 0.35))]

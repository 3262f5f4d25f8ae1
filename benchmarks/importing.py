"""The time of `import salesfsm` in a fresh interpreter, against pydantic's `BaseModel`.

Whole processes are timed, nothing is subtracted; `pass` shows what the interpreter itself takes.
Names may be imported when they are first used, so a second figure has a process loaded and an
engine made too: what a program waits for before it can decide.
"""

from __future__ import annotations

import sys

from benchmarks import sale
from benchmarks.figures import Figure, Limit, Spread, in_units
from benchmarks.timing import command, take_rounds

ROUNDS = 20
NOTHING = "pass"
OURS = "import salesfsm"
PYDANTIC = "from pydantic import BaseModel"
IN_USE = f"import salesfsm; salesfsm.Engine(salesfsm.loads({sale.PROCESS!r}))"


def measure() -> list[Figure]:
    """Fresh interpreters in turns, isolated (`-I`) so that no one's settings take part."""
    statements = (OURS, PYDANTIC, NOTHING, IN_USE)
    tasks = {each: command([sys.executable, "-I", "-c", each]) for each in statements}
    taken = take_rounds(tasks, ROUNDS)
    ours, pydantic, nothing, in_use = (taken[each] for each in statements)
    reference = f"pydantic's BaseModel {_told(pydantic)}"
    return [
        Figure(
            OURS,
            _told(ours),
            reference,
            Spread.of_ratios(ours, pydantic),
            limit=Limit("at most", 1.5),
        ),
        Figure(
            "that, a process loaded, an engine made",
            _told(in_use),
            reference,
            Spread.of_ratios(in_use, pydantic),
        ),
        Figure(
            "the interpreter alone",
            _told(nothing),
            reference,
            Spread.of_ratios(nothing, pydantic),
        ),
    ]


def _told(seconds: list[float]) -> str:
    spread = Spread.of(seconds)
    return f"{in_units(spread.median)} (best {in_units(spread.low)})"

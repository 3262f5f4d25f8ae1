"""What keeps well-formed definitions from being a process: names, types and rules that do not fit.

Not here: what makes a process a poor one (``salesfsm.checks``).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from salesfsm.errors import Problem
from salesfsm.process.problems import calendar, facts, names, references, rules, sizes

if TYPE_CHECKING:
    from salesfsm.process.process import Process

MOST_PROBLEMS = 100
"""How many problems are told at once."""

_ROUNDS = (
    sizes.FINDERS,
    (*names.FINDERS, *facts.FINDERS, *calendar.FINDERS, *references.FINDERS),
    rules.FINDERS,
)
"""Each round counts on what the one before it found nothing wrong with."""


def find_problems(process: Process) -> list[Problem]:
    """Every reason why the definitions are no process. Rules are read once the names are right."""
    for finders in _ROUNDS:
        every = (problem for finder in finders for problem in finder(process))
        if found := list(islice(every, MOST_PROBLEMS)):
            return found
    return []


__all__ = ["find_problems"]

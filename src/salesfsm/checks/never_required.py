"""SF121: a fact that a decision depends on and that no move requires before.

While it is unknown, a criterion that only warns says nothing, and a rule of assignment passes on.
"""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.asking import asked_by, criteria_of, required
from salesfsm.checks.finding import Check, Found, Path, Severity, found
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process
from salesfsm.rules.syntax import Node


def _find(process: Process) -> Iterator[Found]:
    needed, told = required(process), set[str]()
    for path, rule in _depending(process):
        for kind, name in asked_by(process, rule):
            if kind == "fact" and (kind, name) not in needed and name not in told:
                told.add(name)
                yield found(*path, fact=name)


def _depending(process: Process) -> Iterator[tuple[Path, Node]]:
    """The rules that decide something, and let everything pass while they are unknown."""
    for path, criterion in criteria_of(process):
        if criterion.level is not Level.BLOCK:
            yield path, criterion.rule
    for index, assignment in enumerate(process.assignments):
        if assignment.when is not None:
            yield ("assignments", index, "when"), assignment.when


CHECK = Check("SF121", Severity.NOTE, _find)

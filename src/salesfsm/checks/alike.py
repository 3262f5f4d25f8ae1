"""SF115: two stages that differ in nothing but their names, or their outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.process.definitions import Stage
from salesfsm.process.process import Process

OUTCOME = "outcome"
"""The case of two stages that mean the same and end differently."""

_TELLING = ("definition", "tasks", "entry", "exit", "reasons")
_APART = ("name", "label", "outcome", "probability")


def _find(process: Process) -> Iterator[Found]:
    told = [(_said(each), each, index) for index, each in enumerate(process.stages)]
    for (one, first, _), (other, second, index) in combinations(told, 2):
        if one == other and _says_something(first, second):
            case = "" if first.outcome is second.outcome else OUTCOME
            yield found("stages", index, case=case, stage=second.name, other=first.name)


def _said(stage: Stage) -> tuple[object, ...]:
    return tuple(getattr(stage, each) for each in Stage.model_fields if each not in _APART)


def _says_something(one: Stage, other: Stage) -> bool:
    """Whether the two can be the same by intent: bare open stages are told of by SF104."""
    closed = not one.is_open and one.outcome is other.outcome
    return closed or any(getattr(one, each) for each in _TELLING)


CHECK = Check("SF115", Severity.WARNING, _find, cases=(PLAIN, OUTCOME))

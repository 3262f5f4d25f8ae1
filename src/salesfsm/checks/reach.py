"""Which stages lead to which: what several checks ask of a process."""

from __future__ import annotations

from collections.abc import Iterable

from salesfsm.process.arcs import Arc, reached
from salesfsm.process.process import Process
from salesfsm.process.requirements import needed_by, never_met


def may_open(arc: Arc) -> bool:
    """Whether an arc is not shut by a criterion that is never met."""
    return not never_met(needed_by(arc.requirements))


def reached_from(process: Process, starts: Iterable[str]) -> set[str]:
    """The stages that can be reached from ``starts``, these included."""
    return reached(starts, _pairs(process))


def leading_to(process: Process, ends: Iterable[str]) -> set[str]:
    """The stages from which one of ``ends`` can be reached, these included."""
    return reached(ends, [(target, source) for source, target in _pairs(process)])


def _pairs(process: Process) -> list[tuple[str, str]]:
    return [(arc.source, arc.target) for arc in process.arcs if may_open(arc)]

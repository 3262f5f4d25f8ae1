"""Which stages lead to which: what several checks ask of a process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesfsm.process.arcs import Arc, needed_by, never_met
from salesfsm.process.process import Process


def may_open(arc: Arc) -> bool:
    """Whether an arc is not shut by a criterion that is never met."""
    return not never_met(needed_by(arc.requirements))


def reached_from(process: Process, starts: Iterable[str]) -> set[str]:
    """The stages that can be reached from ``starts``, these included."""
    return _spread(starts, _pairs(process))


def leading_to(process: Process, ends: Iterable[str]) -> set[str]:
    """The stages from which one of ``ends`` can be reached, these included."""
    return _spread(ends, [(target, source) for source, target in _pairs(process)])


def _pairs(process: Process) -> list[tuple[str, str]]:
    return [(arc.source, arc.target) for arc in process.arcs if may_open(arc)]


def _spread(starts: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    following: Mapping[str, set[str]] = {}
    following = {source: set() for source, _ in pairs}
    for source, target in pairs:
        following[source].add(target)
    found, waiting = set(starts), list(starts)
    while waiting:
        new = following.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found

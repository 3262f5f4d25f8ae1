"""Which ways between stages can be taken at all: what several checks ask of a process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from salesfsm.checks.settling import settled
from salesfsm.process.arcs import Arc, reached
from salesfsm.process.calendar import surely_over_by
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process
from salesfsm.process.requirements import Needed, Requirement, never_met
from salesfsm.rules import core


@dataclass(frozen=True, slots=True)
class JudgedWay:
    """An arc, and what keeps it from ever being taken.

    ``needed`` must be met, less what holds in its source anyway; ``earlier`` is the arc of its
    trigger that is taken wherever this one is open.
    """

    arc: Arc
    needed: frozenset[Needed]
    earlier: Arc | None = None

    @property
    def is_never_met(self) -> bool:
        """Whether a criterion of the way itself shuts it for good."""
        return never_met(self.needed)

    @property
    def may_be_taken(self) -> bool:
        """Whether nothing is known that shuts it for good."""
        return not self.is_never_met and self.earlier is None and _has_a_reason(self.arc)


@lru_cache(maxsize=8)
def ways(process: Process) -> tuple[JudgedWay, ...]:
    """Every way of ``process``, in the order of its arcs."""
    found = []
    branches: dict[tuple[str, str], list[JudgedWay]] = {}
    for arc in process.arcs:
        needed = needed_in(arc.source, arc.requirements)
        before = branches.setdefault((arc.source, arc.trigger), [])
        earlier = next((each.arc for each in before if _is_taken_first(each, arc, needed)), None)
        way = JudgedWay(arc, needed, earlier)
        found.append(way)
        if not way.is_never_met:
            before.append(way)
    return tuple(found)


@lru_cache(maxsize=8)
def open_arcs(process: Process) -> tuple[Arc, ...]:
    """The arcs that nothing shuts for good."""
    return tuple(way.arc for way in ways(process) if way.may_be_taken)


def needed_in(stage: str, requirements: Iterable[Requirement]) -> frozenset[Needed]:
    """What blocks unless it is met, for an opportunity that stands in ``stage``."""
    return frozenset(
        (condition, each.since)
        for each in requirements
        if each.level is Level.BLOCK
        for condition in core.conjuncts(settled(each.condition, stage))
    )


def reached_from(process: Process, starts: Iterable[str]) -> set[str]:
    """The stages that can be reached from ``starts``, these included."""
    return reached(starts, pairs(process))


def leading_to(process: Process, ends: Iterable[str]) -> set[str]:
    """The stages from which one of ``ends`` can be reached, these included."""
    return reached(ends, [(target, source) for source, target in pairs(process)])


def pairs(process: Process) -> list[tuple[str, str]]:
    """Source and target of each arc that nothing shuts."""
    return [(arc.source, arc.target) for arc in open_arcs(process)]


def _is_taken_first(earlier: JudgedWay, arc: Arc, needed: frozenset[Needed]) -> bool:
    """Whether the earlier way is open, and taken, wherever ``arc`` is; also when a timer rings.

    In what a timer fires, only those take part whose time has come.
    """
    before = earlier.arc.after
    in_time = arc.after is None or (before is not None and surely_over_by(before, arc.after))
    return in_time and earlier.needed <= needed and earlier.arc.open_to_all_of(arc)


def _has_a_reason(arc: Arc) -> bool:
    """Whether one of the reasons that a way asks for can be given, where it asks for any."""
    asking = dict(arc.reasons_asking)
    return not arc.reasons or any(
        not never_met(needed_in(arc.source, asking.get(reason, ()))) for reason in arc.reasons
    )

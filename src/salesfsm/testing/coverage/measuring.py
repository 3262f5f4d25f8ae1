"""What observations say of a process: its ways taken and refused, its criteria met and not met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field

from salesfsm.process.arcs import Arc, ArcKey
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, needed_by, never_met
from salesfsm.rules import core
from salesfsm.testing.coverage.observing import Observation

_REASON = "reason.required"
"""What a way lacks that all its criteria let pass."""


@dataclass(slots=True)
class Both:
    """Something that can come out in two ways, and the tests in which it did.

    ``yes`` is taken or met, ``no`` refused or not met. It cannot come out as ``no`` where it is not
    ``refusable``, nor as ``yes`` where it is not ``takeable``.
    """

    name: str
    takeable: bool = True
    refusable: bool = True
    yes: set[str] = field(default_factory=set)
    no: set[str] = field(default_factory=set)

    @property
    def points(self) -> int:
        """How many verdicts it can have."""
        return self.takeable + self.refusable

    @property
    def hit(self) -> int:
        """How many of them it had."""
        return (self.takeable and bool(self.yes)) + (self.refusable and bool(self.no))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far tests exercised a process: by way, and by criterion, in both verdicts."""

    process: Process
    ways: Mapping[ArcKey, Both]
    criteria: tuple[Both, ...]

    @property
    def points(self) -> int:
        """How many verdicts there are to see."""
        return sum(each.points for each in self._every())

    @property
    def hit(self) -> int:
        """How many of them were seen."""
        return sum(each.hit for each in self._every())

    @property
    def share(self) -> float:
        """Those that were seen, from 0 to 1; a process without ways is covered."""
        return self.hit / self.points if self.points else 1.0

    def _every(self) -> Iterator[Both]:
        yield from self.ways.values()
        yield from self.criteria


def coverage_of(process: Process, observed: Mapping[Observation, AbstractSet[str]]) -> Coverage:
    """The coverage of ``process`` by observations, each with the tests that made it."""
    measured = _Measured(process)
    for observation, tests in observed.items():
        measured.add(observation, tests)
    return Coverage(process, measured.ways, tuple(measured.criteria.values()))


class _Measured:
    """Adds up observations. A criterion that several ways share is one: it has one definition."""

    def __init__(self, process: Process) -> None:
        self.arcs: dict[tuple[str, str], list[Arc]] = {}
        self.ways: dict[ArcKey, Both] = {}
        self.criteria: dict[int, Both] = {}
        using: dict[int, list[Arc]] = {}
        for arc in process.arcs:
            self.arcs.setdefault((arc.source, arc.trigger), []).append(arc)
            needed = needed_by(arc.requirements)
            name = f"{arc.trigger}: {arc.source} -> {arc.target}"
            way = self.ways.setdefault(arc.key, Both(name, False, bool(needed)))
            way.takeable = way.takeable or not never_met(needed)
            for each in arc.requirements:
                using.setdefault(id(each), []).append(arc)
        for arc in process.arcs:
            for each in arc.requirements:
                if id(each) not in self.criteria:
                    name = f"{_where(using[id(each)])}: {each.code}"
                    self.criteria[id(each)] = _criterion(name, each)

    def add(self, seen: Observation, tests: AbstractSet[str]) -> None:
        lacking: dict[str, set[str]] = {}
        for target, code in seen.lacking:
            lacking.setdefault(target, set()).add(code)
        for arc in self.arcs.get((seen.source, seen.trigger), ()):
            codes = lacking.get(arc.target, set())
            taken = arc.target == seen.taken
            if not taken and not codes:
                continue  # it was not looked at
            if taken and not seen.overridden:
                self.ways[arc.key].yes |= tests
            elif codes - {_REASON}:
                self.ways[arc.key].no |= tests
            for each in arc.requirements:
                if each.since is None or each.since <= seen.day:
                    both = self.criteria[id(each)]
                    (both.no if each.code in codes else both.yes).update(tests)
            if taken:
                return


def _criterion(name: str, requirement: Requirement) -> Both:
    """A criterion, which has both verdicts unless it says one of them outright."""
    always = requirement.condition if isinstance(requirement.condition, core.Always) else None
    return Both(
        name,
        takeable=always is None or always.holds,
        refusable=always is None or not always.holds,
    )


def _where(arcs: Iterable[Arc]) -> str:
    """Where a criterion stands, told from the ways that ask it: a stage left, entered, or a way."""
    every = list(arcs)
    sources, targets = {arc.source for arc in every}, {arc.target for arc in every}
    if len(every) == 1:
        return f"{every[0].source} -> {every[0].target}"
    if len(sources) == 1:
        return f"leaving {every[0].source}"
    return f"entering {every[0].target}" if len(targets) == 1 else every[0].trigger

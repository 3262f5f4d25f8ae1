"""What observations say of a process: its ways taken and refused, its criteria met and not met."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from salesfsm.process.arcs import Arc, ArcKey
from salesfsm.process.kinds import Acting
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, needed_by, never_met
from salesfsm.rules import core
from salesfsm.testing.coverage.answers import Observation


@dataclass(slots=True)
class Both:
    """Something that can come out in two ways, and the names of the tests in which it did.

    A criterion was met or unmet in them; a way was taken, which is its being met, or refused.
    It cannot be met where it says outright that it never is, nor unmet where it asks nothing.
    """

    name: str
    can_be_met: bool
    can_be_unmet: bool
    met_in: set[str] = field(default_factory=set)
    unmet_in: set[str] = field(default_factory=set)

    @property
    def points(self) -> int:
        """How many verdicts it can have."""
        return self.can_be_met + self.can_be_unmet

    @property
    def hit(self) -> int:
        """How many of them it had."""
        met = self.can_be_met and bool(self.met_in)
        return met + (self.can_be_unmet and bool(self.unmet_in))


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
            name = f"{arc.trigger}: {arc.source} -> {arc.target}"
            way = self.ways.setdefault(arc.key, Both(name, False, False))
            way.can_be_met |= not never_met(needed_by(arc.requirements))
            way.can_be_unmet |= _may_be_refused(process, arc)
            for each in arc.requirements:
                using.setdefault(id(each), []).append(arc)
        for arc in process.arcs:
            for each in arc.requirements:
                self._count(f"{_where(using[id(each)])}: {each.code}", each)
            for reason, asked in arc.reasons_asking:
                for each in asked:
                    self._count(f"{arc.target} for {reason}: {each.code}", each)

    def _count(self, name: str, requirement: Requirement) -> None:
        """Count a criterion, which has both verdicts unless it says one of them outright."""
        always = requirement.condition if isinstance(requirement.condition, core.Always) else None
        both = Both(name, always is None or always.holds, always is None or not always.holds)
        self.criteria.setdefault(id(requirement), both)

    def add(self, seen: Observation, tests: AbstractSet[str]) -> None:
        arcs = self.arcs[seen.source, seen.trigger]
        for way in seen.ways:
            arc = arcs[way.index]
            both, asking = self.ways[arc.key], dict(arc.reasons_asking)
            if way.verdict == "taken":
                both.met_in |= tests
            elif way.verdict == "refused":
                both.unmet_in |= tests
            self._add(arc.requirements, way.lacking, seen.day, tests)
            for reason, lacking in way.reasons:
                self._add(asking[reason], lacking, seen.day, tests)

    def _add(
        self,
        requirements: Iterable[Requirement],
        lacking: Container[str],
        day: date,
        tests: AbstractSet[str],
    ) -> None:
        for each in requirements:
            if each.since is None or each.since <= day:
                both = self.criteria[id(each)]
                (both.unmet_in if each.code in lacking else both.met_in).update(tests)


def _may_be_refused(process: Process, arc: Arc) -> bool:
    """Whether criteria, those of all its reasons, or who fires it may be in the way of a way."""
    acting = process.acting_in(process.stage_by_name[arc.source])
    asked = (arc.requirements, *(each for _, each in arc.reasons_asking))
    return bool(arc.roles) or acting is not Acting.ANYONE or any(map(needed_by, asked))


def _where(arcs: Iterable[Arc]) -> str:
    """Where a criterion stands, told from the ways that ask it: a stage left, entered, or a way."""
    every = list(arcs)
    sources, targets = {arc.source for arc in every}, {arc.target for arc in every}
    if len(every) == 1:
        return f"{every[0].source} -> {every[0].target}"
    if len(sources) == 1:
        return f"leaving {every[0].source}"
    return f"entering {every[0].target}" if len(targets) == 1 else every[0].trigger

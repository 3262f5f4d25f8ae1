"""Mutants: a process with one thing weakened, dropped or swapped, to see whether tests notice.

A mutant that no scenario tells from the process is a hole in the scenarios, or a criterion, task or
transition that changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from salesfsm.checks.reach import ways
from salesfsm.engine.engine import Engine
from salesfsm.errors import CommandError, DefinitionError
from salesfsm.process.arcs import Arc
from salesfsm.process.journey import Milestone
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, contract_requirements, entry_requirements
from salesfsm.rules import core
from salesfsm.rules.explanation import asked
from salesfsm.testing.changing import Path, Words, changes
from salesfsm.testing.engines import Decider, engine_of, items_of, process_of
from salesfsm.testing.scenarios.definitions import Scenario
from salesfsm.testing.scenarios.reading import ScenarioFile
from salesfsm.testing.scenarios.running import failure_of, run_scenarios

Way = tuple[str, str]
"""A stage, and a trigger that is fired in it."""


@dataclass(frozen=True, slots=True, repr=False)
class Mutant:
    """A process with one change: what it is in words, and the path to what was changed.

    ``ways`` are those that it decides otherwise; none where only openings and hand-overs ask what
    was changed.
    """

    process: Process
    words: Words
    path: Path
    ways: frozenset[Way]

    @property
    def change(self) -> str:
        """The change in English."""
        return self.words.told()

    def __repr__(self) -> str:
        return f"<Mutant {self.change}>"


@dataclass(frozen=True, slots=True)
class MutationReport:
    """The mutants that scenarios noticed, those that survived all of them, and those not tried.

    Scenarios fire triggers: what only openings and hand-overs ask is ``untried``.
    """

    noticed: tuple[Mutant, ...]
    survived: tuple[Mutant, ...]
    untried: tuple[Mutant, ...] = ()

    @property
    def total(self) -> int:
        """How many mutants were tried."""
        return len(self.noticed) + len(self.survived)


def mutate(decider: Decider, files: Iterable[ScenarioFile]) -> MutationReport:
    """Try every mutant of a process against scenarios, each of which must hold for the process.

    An engine is needed where the process names Python predicates. Raises
    :class:`~salesfsm.errors.CommandError` for scenarios of another process, for ones that do not
    hold, and where there is none.
    """
    engine = engine_of(decider)
    process = engine.process
    needed = "mutate takes a list of files of scenarios, such as [read_scenarios(path)]"
    every = items_of(files, ScenarioFile, needed)
    if not every:
        raise CommandError("no scenarios are given: name the files that should notice a mutant")
    for file in every:
        if file.process != process:
            raise CommandError(f"these scenarios are about {file.process.key}, not {process.key}")
        for outcome in run_scenarios(file, engine):
            if not outcome:
                raise CommandError(
                    f"{outcome.place}: this scenario does not hold for the process itself: "
                    f"{outcome.scenario.name}\n{outcome.failure}"
                )
    tried = [
        (file.time(index), each, _tried(each, process))
        for file in every
        for index, each in enumerate(file.scenarios)
    ]
    noticed: list[Mutant] = []
    survived: list[Mutant] = []
    untried: list[Mutant] = []
    for mutant in mutants(process):
        if not mutant.ways:
            untried.append(mutant)
            continue
        changed = Engine(mutant.process, predicates=engine.predicates)
        # A scenario about other ways is decided as before.
        near = ((at, each) for at, each, ways in tried if not ways.isdisjoint(mutant.ways))
        found = any(failure_of(changed, each, at) for at, each in near)
        (noticed if found else survived).append(mutant)
    return MutationReport(tuple(noticed), tuple(survived), tuple(untried))


def _tried(scenario: Scenario, process: Process) -> frozenset[Way]:
    """The ways of which a scenario claims something."""
    return frozenset((stage, scenario.when.trigger) for stage in scenario.stages_in(process))


def mutants(decider: Decider) -> Iterator[Mutant]:
    """Every mutant of a process that is a process itself, in the order of its definitions.

    One that decides nothing otherwise is none: a task of a stage that is only left aside is asked
    by no way, so that it may as well be optional.
    """
    process = process_of(decider)
    before, begun = _branches(process), _beginnings(process)
    for each in changes(process):
        try:
            mutated = process.model_copy(update=each.update)
        except DefinitionError:
            continue  # what is left does not fit together, so nobody could ship it
        after = _branches(mutated)
        every = before.keys() | after.keys()
        changed = frozenset(way for way in every if before.get(way) != after.get(way))
        if changed or _beginnings(mutated) != begun:
            yield Mutant(mutated, each.words, each.path, changed)


Asked = tuple[tuple[Requirement, ...], tuple[Milestone, ...]]
"""What is asked, and the milestones in it as what proves them is defined."""


def _branches(process: Process) -> dict[Way, list[tuple[Arc, Asked]]]:
    """The arcs that a trigger in a stage may take, in the order in which they are tried.

    Those that are never taken are no difference: check tells them (SF106).
    """
    found: dict[Way, list[tuple[Arc, Asked]]] = {}
    for way in ways(process):
        if way.may_be_taken:
            arc = way.arc
            of_reasons = (each for _, every in arc.reasons_asking for each in every)
            every = _asked(process, (*arc.requirements, *of_reasons))
            found.setdefault((arc.source, arc.trigger), []).append((arc, every))
    return found


def _beginnings(process: Process) -> list[Asked]:
    """What openings and hand-overs ask."""
    begun = (entry_requirements(process, process.stage_by_name[name]) for name in process.begins)
    given = (contract_requirements(process, each.needs) for each in process.handovers)
    return [_asked(process, every) for every in (*begun, *given)]


def _asked(process: Process, requirements: tuple[Requirement, ...]) -> Asked:
    names = {name for each in requirements for name in _milestones_in(each.condition)}
    return requirements, tuple(each for each in process.buyer.milestones if each.name in names)


@lru_cache(maxsize=4096)
def _milestones_in(condition: core.Condition) -> tuple[str, ...]:
    return tuple(name for kind, name in asked(condition) if kind == "milestone")

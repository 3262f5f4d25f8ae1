"""The arcs of a process, compiled: one fast question for each, and the long answer after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time

from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Blocker
from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Acting, Level
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, needed_by
from salesfsm.rules import core
from salesfsm.rules.closure import compile_all_met
from salesfsm.rules.explanation import explain
from salesfsm.rules.subject import PredicateFunction
from salesfsm.rules.types import DATETIME
from salesfsm.rules.verdict import MET

Predicates = Mapping[str, PredicateFunction]


class Guard:
    """The requirements of one thing, such as an arc: asked fast, explained slowly.

    ``clear(opportunity, at)`` says whether every requirement is met, whatever its level;
    :meth:`examine` says which are not. Where it is not ``strict`` some requirement does not block,
    so that what is not clear may be open all the same.
    """

    __slots__ = ("_predicates", "_requirements", "clear", "strict", "target")

    def __init__(
        self, requirements: Iterable[Requirement], target: str, predicates: Predicates
    ) -> None:
        self._requirements = tuple(requirements)
        self._predicates = predicates
        self.target = target
        self.strict = all(each.level is Level.BLOCK for each in self._requirements)
        self.clear = compile_all_met([_dated(each) for each in self._requirements], predicates)

    def examine(self, opportunity: Opportunity, at: datetime) -> list[Blocker]:
        """A blocker for each requirement that is not met, of any level, in their order."""
        found = []
        for each in self._in_force(at):
            why = explain(each.condition, opportunity, at, self._predicates, each.code)
            if why.verdict is not MET:
                found.append(
                    Blocker(
                        each.code, self.target, each.level, why, each.says, each.owner, each.hint
                    )
                )
        return found

    def needed(self, at: datetime) -> frozenset[core.Condition]:
        """The conditions without which it is blocked at this time; none if nothing can block it."""
        return frozenset(condition for condition, _ in needed_by(self._in_force(at)))

    def _in_force(self, at: datetime) -> Iterator[Requirement]:
        for each in self._requirements:
            if each.since is None or each.since <= at.date():
                yield each


def _dated(requirement: Requirement) -> core.Condition:
    """The condition, met by itself before the date from which it holds."""
    if requirement.since is None:
        return requirement.condition
    start = datetime.combine(requirement.since, time(), UTC)
    before = core.Compare("<", core.Reserved(DATETIME, "now"), core.Constant(DATETIME, start))
    return core.some((before, requirement.condition))


class Plan(Guard):
    """An arc with its guard.

    It is ``free`` where anybody may take it, with any of its ``reasons``; those that ask something
    themselves are in ``asking``. ``teams`` are those that own opportunities in its target; any may
    where there are none.
    """

    __slots__ = ("arc", "asking", "free", "reasons", "stops", "teams")

    def __init__(
        self, arc: Arc, predicates: Predicates, *, teams: tuple[str, ...], open_: bool
    ) -> None:
        super().__init__(arc.requirements, arc.target, predicates)
        self.arc = arc
        self.reasons = arc.reasons
        self.asking = {
            reason: Guard(every, arc.target, predicates) for reason, every in arc.reasons_asking
        }
        self.stops = arc.stops
        self.teams = teams
        self.free = open_ and not arc.roles and not self.asking


PlanTable = Mapping[str, Mapping[str, tuple[Plan, ...]]]
"""By stage and trigger, the plans in the order of the definitions."""


def plans_of(process: Process, predicates: Predicates) -> PlanTable:
    """The plans of ``process``, by stage and trigger."""
    table: dict[str, dict[str, tuple[Plan, ...]]] = {stage.name: {} for stage in process.stages}
    for arc in process.arcs:
        row = table[arc.source]
        open_ = process.acting_in(process.stage_by_name[arc.source]) is Acting.ANYONE
        teams = process.teams_of_stages[arc.target]
        plan = Plan(arc, predicates, teams=teams, open_=open_)
        row[arc.trigger] = (*row.get(arc.trigger, ()), plan)
    return table


def split_by_level(
    found: Iterable[Blocker],
) -> tuple[tuple[Blocker, ...], tuple[Blocker, ...]]:
    """The blockers that block, and those that only warn or advise."""
    every = tuple(found)
    blocking = tuple(each for each in every if each.level is Level.BLOCK)
    return blocking, tuple(each for each in every if each.level is not Level.BLOCK)

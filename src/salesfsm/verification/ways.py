"""A process as the solver sees it: its single ways with the formulas of when each is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import z3

from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, entry_requirements
from salesfsm.rules import core
from salesfsm.rules.values import EARLIEST
from salesfsm.verification.conditions import Conditions
from salesfsm.verification.encoding import Texts
from salesfsm.verification.knowledge import Knowledge
from salesfsm.verification.past import pasts
from salesfsm.verification.solving import Solver
from salesfsm.verification.witness import near


@dataclass(frozen=True, slots=True)
class Way:
    """An arc with what blocks it until it is met."""

    arc: Arc
    needs: tuple[Requirement, ...]

    @property
    def path(self) -> tuple[str | int, ...]:
        """The path to its transition in the definition."""
        return "transitions", self.arc.transition

    @property
    def conditions(self) -> tuple[core.Condition, ...]:
        """What must be met."""
        return tuple(each.condition for each in self.needs)

    @property
    def reasons(self) -> tuple[tuple[core.Condition, ...], ...]:
        """What each reason asks, where all that may be given ask something; else nothing."""
        if len(self.arc.reasons_asking) < len(self.arc.reasons):
            return ()
        return tuple(
            tuple(each.condition for each in blocking(asked))
            for _, asked in self.arc.reasons_asking
        )


def blocking(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Those that refuse; what only warns or advises keeps nobody."""
    return tuple(each for each in requirements if each.level is Level.BLOCK)


class Model:
    """The knowledge about one opportunity of ``process``, and its ways, as formulas about it.

    Criteria that hold from a date on are taken as they are once all of them hold. ``at`` is the
    time near which witnesses are looked for first; ``in_force`` is the day from which all hold.
    """

    def __init__(self, process: Process, at: datetime, timeout: float) -> None:
        self.process, self.at, self.timeout = process, at, timeout
        self.ways = tuple(Way(arc, blocking(arc.requirements)) for arc in process.arcs)
        since = [each.since for each in self._requirements() if each.since is not None]
        self.in_force = max([EARLIEST.date(), *since])
        self.texts = Texts()
        self.knowledge, self.conditions = self.another("")
        self.solver = Solver([*self.knowledge.domain, self.knowledge.in_calendar], timeout)
        self.hopes = near(at, self.knowledge)

    def another(self, label: str) -> tuple[Knowledge, Conditions]:
        """The variables of another opportunity, or of this one at another time."""
        process = self.process
        knowledge = Knowledge(
            process.vocabulary,
            self.texts,
            label=label,
            ranges=process.facts,
            lasting=[each.name for each in process.buyer.milestones if each.valid_for is None],
        )
        knowledge.domain.append(knowledge.today >= self.in_force.toordinal())
        knowledge.domain += pasts(process, knowledge)
        team = knowledge.reserved["team"]
        if process.teams:
            names = [team.value == self.texts.code(each.name) for each in process.teams]
            knowledge.domain.append(z3.Implies(team.known, z3.Or(names)))
        return knowledge, Conditions(knowledge)

    def stands_in(self, stage: str, knowledge: Knowledge | None = None) -> z3.BoolRef:
        """That the opportunity stands in ``stage``."""
        return (knowledge or self.knowledge).stage == self.texts.code(stage)

    def open(self, way: Way, conditions: Conditions | None = None) -> z3.BoolRef:
        """That nothing blocks the way, wherever the opportunity stands."""
        compiled = conditions or self.conditions
        found = compiled.met(way.conditions)
        if not way.reasons:
            return found
        return z3.And(found, z3.Or([compiled.met(each) for each in way.reasons]))

    def may_begin(self, stage: str, conditions: Conditions) -> z3.BoolRef:
        """That nothing keeps an opportunity from beginning in ``stage``."""
        asked = entry_requirements(self.process, self.process.stage_by_name[stage])
        return conditions.met([each.condition for each in blocking(asked)])

    def _requirements(self) -> Iterable[Requirement]:
        for arc in self.process.arcs:
            yield from arc.requirements
            for _, asked in arc.reasons_asking:
                yield from asked
        for name in self.process.starts:
            yield from entry_requirements(self.process, self.process.stage_by_name[name])

"""A process as the solver sees it: what may be known of one opportunity, as formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import z3

from salesfsm.process.kinds import Maker
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, entry_requirements
from salesfsm.rules.values import EARLIEST
from salesfsm.verification.conditions import Conditions
from salesfsm.verification.encoding import Texts
from salesfsm.verification.knowledge import Knowledge
from salesfsm.verification.past import Pasts
from salesfsm.verification.report import Kind
from salesfsm.verification.solving import Solver
from salesfsm.verification.ways import GuardedWay, Taking, blocking
from salesfsm.verification.witness import near


class Model:
    """The knowledge about one opportunity of ``process``, and its ways, as formulas about it.

    Criteria that hold from a date on are taken as they are once all of them hold. ``at`` is the
    time near which witnesses are looked for first; ``in_force`` is the day from which all hold.
    ``asked`` counts the questions.
    """

    def __init__(self, process: Process, at: datetime, timeout: float) -> None:
        self.process, self.at, self.timeout = process, at, timeout
        self.asked: Counter[Kind] = Counter()
        self.ways = tuple(GuardedWay(arc, blocking(arc.requirements)) for arc in process.arcs)
        since = [each.since for each in self._requirements() if each.since is not None]
        self.in_force = max([EARLIEST.date(), *since])
        self.texts = Texts()
        self._pasts = Pasts(process, process.begins)
        self.knowledge, self.conditions = self.known_at("")
        self.solver = Solver([*self.knowledge.domain, self.knowledge.in_calendar], timeout)
        self.hopes = near(at, self.knowledge)

    def known_at(self, label: str) -> tuple[Knowledge, Conditions]:
        """The variables of the opportunity at another time; ``label`` keeps them apart."""
        process = self.process
        knowledge = Knowledge(
            process.vocabulary,
            self.texts,
            label=label,
            ranges=process.facts,
            lasting=[each.name for each in process.buyer.milestones if each.valid_for is None],
        )
        knowledge.domain.append(knowledge.today >= self.in_force.toordinal())
        knowledge.domain += self._pasts.of(knowledge)
        knowledge.domain += self._evidence(knowledge)
        team = knowledge.reserved["team"]
        if process.teams:
            names = [team.value == self.texts.code(each.name) for each in process.teams]
            knowledge.domain.append(z3.Implies(team.known, z3.Or(names)))
        return knowledge, Conditions(knowledge)

    def stands_in(self, stage: str, knowledge: Knowledge | None = None) -> z3.BoolRef:
        """That the opportunity stands in ``stage``."""
        return (knowledge or self.knowledge).stage == self.texts.code(stage)

    def met(self, way: GuardedWay) -> z3.BoolRef:
        """That all is met that the way asks, reasons aside: so it keeps those after it shut."""
        return self.conditions.met(way.conditions)

    def open(self, way: GuardedWay) -> z3.BoolRef:
        """That nothing blocks the way but an earlier one, wherever the opportunity stands."""
        if not way.reasons:
            return self.met(way)
        return z3.And(self.met(way), z3.Or([self.conditions.met(each) for each in way.reasons]))

    def taken(self, taking: Taking) -> z3.BoolRef:
        """That the way is open, and nothing comes before it."""
        return z3.And(self.open(taking.way), *(z3.Not(self.met(each)) for each in taking.rivals))

    def entry(self, stage: str) -> tuple[Requirement, ...]:
        """What keeps an opportunity from beginning in ``stage``."""
        return blocking(entry_requirements(self.process, self.process.stage_by_name[stage]))

    def _evidence(self, knowledge: Knowledge) -> Iterable[z3.BoolRef]:
        """That evidence is in force no longer than it may, and was an activity if the buyer's."""
        for each in self.process.buyer.milestones:
            proof, length = knowledge.proofs[each.name], each.valid_for
            if length is None or length.business_days:
                continue
            if not length.elapsed:  # it has expired when it is made, so that none is accepted
                yield z3.Not(proof.there)
            elif only_of_the_buyer(each.made_by):
                longest = length.elapsed.days + 2  # the clock may be changed meanwhile
                yield z3.Implies(proof.in_force, knowledge.days_since_activity <= longest)

    def _requirements(self) -> Iterable[Requirement]:
        for way in self.ways:
            yield from way.needs
            for _, asked in way.arc.reasons_asking:
                yield from blocking(asked)
        for stage in self.process.begins:
            yield from self.entry(stage)


def only_of_the_buyer(made_by: Iterable[str]) -> bool:
    """Whether nobody else can make such evidence, so that it is an activity of the buyer."""
    return set(made_by) == {Maker.BUYER}

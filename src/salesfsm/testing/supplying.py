"""What a walk tries where a move is blocked: small changes of what is lacking, likely ones first.

A fact of a fitting value, evidence of an accepted kind, a task, an activity, another owner, a later
day. Which of them is kept, and where to go then, is for :mod:`~salesfsm.testing.walking`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, product

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Activity, Evidence, Opportunity
from salesfsm.engine.results import Blocker, Move
from salesfsm.engine.step import Step
from salesfsm.process.arcs import Arc
from salesfsm.rules import core
from salesfsm.rules.explanation import Explanation
from salesfsm.rules.verdict import Verdict
from salesfsm.testing.candidates import DAYS, Asked, asked_by, constants_in, values_of
from salesfsm.testing.engines import SELLER
from salesfsm.testing.onward import ways_of

ATTEMPTS = 10
"""How many times somebody is contacted in vain before the walk tries something else."""


@dataclass(frozen=True)
class Spot:
    """Where a walk stands: the opportunity, the time, and the accepted steps that led here.

    The steps go back over hand-overs to the first opening.
    """

    deal: Opportunity
    at: datetime
    steps: tuple[Step, ...] = ()

    @property
    def events(self) -> list[Event]:
        """All that happened to the opportunity, and to none that it was handed over from."""
        every = (event for step in self.steps for event in step.events)
        return [event for event in every if event.opportunity_id == self.deal.id]

    def after(self, *steps: Step) -> Spot:
        """The spot after accepted steps, with the opportunity of the last one.

        Those of a hand-over are two: of the giver, and of the receiver that goes on.
        """
        return replace(self, deal=steps[-1].unwrap(), steps=(*self.steps, *steps))

    def of_giver(self) -> Spot:
        """The spot just after a hand-over, with the giver instead of what that began."""
        return replace(self, deal=self.steps[-2].unwrap(), steps=self.steps[:-1])


def lacking(why: Explanation, wanted: bool = True) -> list[Explanation]:
    """The leaves of an explanation that stand in the way."""
    if why.verdict is (Verdict.MET if wanted else Verdict.UNMET):
        return []
    if not why.parts:
        return [why]
    inner = wanted != why.negated
    return [leaf for part in why.parts for leaf in lacking(part, inner)]


def cost(blockers: Iterable[Blocker]) -> int:
    """How much is in the way: the unmet parts of all criteria."""
    return sum(len(lacking(each.explanation)) if each.explanation else 1 for each in blockers)


class Supplier:
    """Supplies what an opportunity lacks, by commands of the engine; nothing is overridden."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.process = engine, engine.process
        self.ways = ways_of(engine.process)

    def facts_for(self, blockers: Iterable[Blocker], at: datetime) -> Iterator[tuple[str, object]]:
        """Facts by name, with values that may meet what blocks an opening."""
        leaves = [
            leaf for each in blockers if each.explanation for leaf in lacking(each.explanation)
        ]
        constants = constants_in(leaf.condition for leaf in leaves)
        for kind, name in chain.from_iterable(leaf.asks for leaf in leaves):
            if kind == "fact":
                yield from ((name, v) for v in values_of(self.process.facts[name], at, constants))

    def tries(self, spot: Spot, blockers: tuple[Blocker, ...], move: Move) -> Iterator[Spot]:
        """Spots that differ by one change of something that is lacking, then by two changes.

        The second one may be of anything that the move asks: an answer of the buyer, or a later
        day, can undo what was met before.
        """
        asking = [
            requirement.condition
            for way in self._branches(move)
            for requirement in way.requirements
        ]
        constants = constants_in(asking)
        missing = asked_by(self._conditions(blockers, move))
        for pair in missing:
            yield from self._options(spot, pair, constants)
        for one, other in product(missing, asked_by(asking)):
            for first, second in ((one, other), (other, one)):
                for between in self._options(spot, first, constants):
                    yield from self._options(between, second, constants)

    def _conditions(self, blockers: tuple[Blocker, ...], move: Move) -> Iterator[core.Condition]:
        """What is in the way, part by part."""
        for each in blockers:
            if each.explanation is not None:
                yield from (leaf.condition for leaf in lacking(each.explanation))
            elif each.code == "shadowed":  # the other branch has to be shut, and this one not
                ends = each.details["taken"], move.target
                for way in self._branches(move):
                    if way.target in ends:
                        yield from (requirement.condition for requirement in way.requirements)

    def _branches(self, move: Move) -> Iterator[Arc]:
        """The ways that share trigger and source with the move, itself included."""
        for way in self.ways:
            if (way.trigger, way.source) == (move.trigger, move.source):
                yield way

    def _options(self, spot: Spot, pair: Asked, constants: tuple[object, ...]) -> Iterator[Spot]:
        kind, name = pair
        deal, at, engine = spot.deal, spot.at, self.engine
        match kind:
            case "fact":
                for value in values_of(self.process.facts[name], at, constants):
                    yield spot.after(engine.update(deal, {name: value}, at=at, by=SELLER))
                if name in deal.facts:
                    yield spot.after(engine.update(deal, {name: None}, at=at, by=SELLER))
            case "milestone":
                milestone = self.process.milestone_by_name[name]
                evidence = Evidence(
                    name,
                    kind=next(iter(milestone.accepts), "note"),
                    made_by=milestone.made_by[0],
                    ref="walk/1",
                )
                if step := engine.record(deal, evidence, at=at, by=SELLER):
                    yield spot.after(step)
                if name in deal.evidence:
                    yield spot.after(engine.withdraw(deal, name, at=at, by=SELLER))
                    if milestone.moves:
                        phase = milestone.moves[0]
                        yield spot.after(engine.buyer_revisits(deal, phase, at=at, by=SELLER))
            case "task":
                yield spot.after(engine.complete(deal, name, at=at, by=SELLER))
            case "activity":
                yield from self._contacts(spot, name or self.process.activities[0])
            case "reserved":
                yield from self._reserved(spot, name, constants)

    def _contacts(self, spot: Spot, activity: str) -> Iterator[Spot]:
        answer = Activity(activity, made_by="buyer")
        yield spot.after(self.engine.log(spot.deal, answer, at=spot.at, by=SELLER))
        for _ in range(ATTEMPTS):
            spot = spot.after(self.engine.log(spot.deal, activity, at=spot.at, by=SELLER))
            yield spot

    def _reserved(self, spot: Spot, name: str, constants: tuple[object, ...]) -> Iterator[Spot]:
        engine, deal, at = self.engine, spot.deal, spot.at
        texts = [each for each in constants if isinstance(each, str)]
        match name:
            case "today" | "now" | "days_in_stage" | "days_since_activity":
                if name == "days_since_activity":  # shorter again after an answer
                    answer = Activity(self.process.activities[0], made_by="buyer")
                    yield spot.after(engine.log(deal, answer, at=at, by=SELLER))
                for days in (*(n for n in constants if type(n) is int and 0 < n < 3_650), *DAYS):
                    yield replace(spot, at=at + timedelta(days=days))
            case "owner":
                for owner in (*texts, SELLER):
                    yield spot.after(engine.assign(deal, owner=owner, at=at, by=SELLER))
            case "team":
                for team in self.process.team_by_name or texts:
                    yield spot.after(engine.assign(deal, team=team, at=at, by=SELLER))
            case "buyer":
                for stand in (engine.buyer_resumes, engine.buyer_holds, engine.buyer_abandons):
                    if step := stand(deal, at=at, by=SELLER):
                        yield spot.after(step)

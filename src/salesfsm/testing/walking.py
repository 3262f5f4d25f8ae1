"""Walks a process as a careful seller would: what a refusal asks for is supplied, then it goes on.

Nothing here knows a process. ``walk`` follows ``engine.route``; where a move is blocked, it tries
small changes (a fact of a fitting value, evidence of an accepted kind, a task, an activity, a later
day) and keeps the first that leaves less in the way. Nothing is overridden or placed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, product

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event, Moved, Opened
from salesfsm.engine.opportunity import Activity, Evidence, Opportunity
from salesfsm.engine.results import Blocker, Move
from salesfsm.engine.step import Step
from salesfsm.process.arcs import ArcKey
from salesfsm.rules import core
from salesfsm.rules.explanation import Explanation
from salesfsm.rules.verdict import Verdict
from salesfsm.testing.candidates import DAYS, Asked, asked_by, constants_in, values_of
from salesfsm.testing.engines import MOMENT, SELLER, Decider, engine_of

ATTEMPTS = 10


class StuckError(AssertionError):
    """No small change opens the way; the message is the engine's own explanation."""


@dataclass(frozen=True)
class Spot:
    """Where a walk stands: the opportunity, the time, and the accepted steps that led here."""

    deal: Opportunity
    at: datetime
    steps: tuple[Step, ...] = ()

    def after(self, step: Step) -> Spot:
        """The spot after an accepted step."""
        return replace(self, deal=step.unwrap(), steps=(*self.steps, step))


@dataclass
class Walk:
    """A finished walk: where it ended, the accepted steps in order, and the refusals on the way."""

    opportunity: Opportunity
    at: datetime
    steps: tuple[Step, ...]
    refused: list[Step]

    @property
    def events(self) -> list[Event]:
        """Everything that happened."""
        return [event for step in self.steps for event in step.events]

    @property
    def stages(self) -> list[str]:
        """The stages in the order in which they were entered."""
        moves = [event.target for event in self.events if isinstance(event, Moved)]
        begun = [event.stage for event in self.events if isinstance(event, Opened)]
        return begun + moves


def walk(
    decider: Decider,
    *stops: str,
    start: str | None = None,
    deal: Opportunity | None = None,
    at: datetime = MOMENT,
    reason: str | None = None,
) -> Walk:
    """From a new opportunity (in ``start``), or from ``deal``, to each of the stages ``stops``.

    Whatever a move lacks is supplied by small changes; nothing is overridden or placed. ``reason``
    is taken where a stage entered has it, else its first one. Raises
    :class:`StuckError` where no legal way was found.
    """
    walker = Walker(engine_of(decider, at), reason)
    spot = walker.open(at, start) if deal is None else Spot(deal, max(at, deal.at))
    for stop in stops:
        spot = walker.go(spot, stop)
    return Walk(spot.deal, spot.at, spot.steps, walker.refused)


def lacking(why: Explanation, wanted: bool = True) -> list[Explanation]:
    """The leaves of an explanation that stand in the way."""
    if why.verdict is (Verdict.MET if wanted else Verdict.UNMET):
        return []
    if not why.parts:
        return [why]
    inner = wanted != why.negated
    return [leaf for part in why.parts for leaf in lacking(part, inner)]


class Walker:
    """Goes on from spot to spot; the refusals on the way are kept."""

    def __init__(self, engine: Engine, reason: str | None) -> None:
        self.engine, self.process, self.reason = engine, engine.process, reason
        self.refused: list[Step] = []

    # beginning and moving

    def open(self, at: datetime, start: str | None) -> Spot:
        """A new opportunity, with the facts that its first stage asks on entry."""
        facts: dict[str, object] = {}
        while not (step := self._opened(at, start, facts)):
            for name, value in self._facts_for(step.blockers, at):
                tried = self._opened(at, start, {**facts, name: value})
                if _cost(tried.blockers) < _cost(step.blockers):
                    facts[name] = value
                    break
            else:
                raise StuckError(step.explain())
        return Spot(step.unwrap(), at, (step,))

    def _opened(self, at: datetime, start: str | None, facts: dict[str, object]) -> Step:
        return self.engine.open("WALK-1", at=at, by=SELLER, stage=start, facts=facts, owner=SELLER)

    def _facts_for(self, blockers: Iterable[Blocker], at: datetime) -> Iterator[tuple[str, object]]:
        leaves = [
            leaf for each in blockers if each.explanation for leaf in lacking(each.explanation)
        ]
        constants = constants_in(leaf.condition for leaf in leaves)
        for kind, name in chain.from_iterable(leaf.asks for leaf in leaves):
            if kind == "fact":
                yield from ((name, v) for v in values_of(self.process.facts[name], at, constants))

    def go(self, spot: Spot, to: str) -> Spot:
        """On to the stage ``to``, at each stage by the shortest way that can be opened."""
        taken: set[ArcKey] = set()
        while spot.deal.stage != to:
            stuck: StuckError | None = None
            for move in self._ways(spot, to):
                key = (move.trigger, move.source, move.target)
                if key in taken:
                    continue
                try:
                    spot = self.take(spot, move)
                except StuckError as error:
                    stuck = stuck or error
                    continue
                taken.add(key)
                break
            else:
                raise stuck or StuckError(f"no way leads from {spot.deal.stage} to {to}")
        return spot

    def _ways(self, spot: Spot, to: str) -> list[Move]:
        """The moves from here that lead on to ``to``: the one of the route, then the others."""
        first = self.engine.route(spot.deal, to, at=spot.at).moves[:1]
        distance = {to: 0}
        waiting = [to]
        for stage in waiting:
            for arc in self.process.arcs:
                if arc.target == stage and arc.source not in distance:
                    distance[arc.source] = distance[stage] + 1
                    waiting.append(arc.source)
        others = [m for m in self.engine.moves(spot.deal, at=spot.at) if m.target in distance]
        return [*first, *sorted(others, key=lambda move: distance[move.target])]

    def take(self, spot: Spot, move: Move) -> Spot:
        """Along one move, after the changes that open it."""
        reason = self.reason if self.reason in move.reasons else next(iter(move.reasons), None)
        if not move.allowed:
            answer = self.engine.fire(spot.deal, move.trigger, at=spot.at, by=SELLER)
            if not answer:  # another branch of the trigger may have been open
                self.refused.append(answer)
            spot = self._opening(spot, move)
        by, role = SELLER, None
        for _ in range(3):  # who acts may be limited to a role, and to a team or the owner
            step = self.engine.fire(
                spot.deal, move.trigger, at=spot.at, by=by, role=role, reason=reason
            )
            if step:
                break
            self.refused.append(step)
            details = {key: text for each in step.blockers for key, text in each.details.items()}
            role = details.get("roles", role or "").split(", ")[0] or None
            by = (details.get("owner") or details.get("members", by)).split(", ")[0]
        if not step or step.unwrap().stage != move.target:
            raise StuckError(step.explain())
        return spot.after(step)

    # opening a way

    def _opening(self, spot: Spot, move: Move) -> Spot:
        """The spot from which ``move`` is open, after the changes that its blockers ask for."""
        while (blockers := self._blockers(spot, move)) is not None:
            cost = _cost(blockers)
            for tried in self._tries(spot, blockers, move):
                left = self._blockers(tried, move)
                if left is None or _cost(left) < cost:
                    spot = tried
                    break
            else:
                raise StuckError(self.engine.explain(spot.deal, move.trigger, at=spot.at))
        return spot

    def _blockers(self, spot: Spot, move: Move) -> tuple[Blocker, ...] | None:
        """What blocks the move as of now, or None where it is allowed."""
        for each in self.engine.moves(spot.deal, at=spot.at):
            if (each.trigger, each.target) == (move.trigger, move.target):
                return None if each.allowed else each.blockers
        raise StuckError(f"{move.trigger} does not lead from {spot.deal.stage}")

    def _tries(self, spot: Spot, blockers: tuple[Blocker, ...], move: Move) -> Iterator[Spot]:
        """Spots that differ by one change of something that is lacking, then by two changes.

        The second one may be of anything that the move asks: an answer of the buyer, or a later
        day, can undo what was met before.
        """
        asking = [
            requirement.condition
            for arc in self.process.arcs
            if (arc.trigger, arc.source) == (move.trigger, move.source)
            for requirement in arc.requirements
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
            elif each.code == "shadowed":  # the other branch has to be shut
                shut = (move.trigger, move.source, each.details["taken"])
                for arc in self.process.arcs:
                    if arc.key == shut:
                        yield from (requirement.condition for requirement in arc.requirements)

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
                yield spot.after(engine.record(deal, evidence, at=at, by=SELLER))
                if name in deal.evidence:
                    yield spot.after(engine.withdraw(deal, name, at=at, by=SELLER))
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
                for team in (*texts, *(each.name for each in self.process.teams)):
                    yield spot.after(engine.assign(deal, team=team, at=at, by=SELLER))
            case "buyer":
                for stand in (engine.buyer_resumes, engine.buyer_holds, engine.buyer_abandons):
                    if step := stand(deal, at=at, by=SELLER):
                        yield spot.after(step)


def _cost(blockers: Iterable[Blocker]) -> int:
    """How much is in the way: the unmet parts of all criteria."""
    return sum(len(lacking(each.explanation)) if each.explanation else 1 for each in blockers)

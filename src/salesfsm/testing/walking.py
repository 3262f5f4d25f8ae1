"""Walks a process as a careful seller would: what a refusal asks for is supplied, then it goes on.

Nothing here knows a process. ``walk`` follows ``engine.route``, and hand-overs where that ends;
where a way is blocked, it tries the small changes of :mod:`~salesfsm.testing.supplying` and keeps
the first that leaves less in the way. Nothing is overridden or placed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event, Moved, Opened
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Move
from salesfsm.engine.step import Step
from salesfsm.testing.engines import MOMENT, SELLER, Decider, engine_of, items_of
from salesfsm.testing.onward import WayKey, key_of, owner_in, taken, ways_on
from salesfsm.testing.supplying import Spot, Supplier, cost

PATIENCE = 100
"""How many changes are tried for a move where it matters little whether it can be taken."""


class StuckError(AssertionError):
    """No small change opens the way; the message is the engine's own explanation."""


@dataclass
class Walk:
    """A finished walk: where it ended, the accepted steps in order, and the refusals on the way.

    After a hand-over ``opportunity`` is the one that began; ``steps`` has those of its giver too.
    """

    opportunity: Opportunity
    at: datetime
    steps: tuple[Step, ...]
    refused: list[Step]

    @property
    def events(self) -> list[Event]:
        """All that happened to ``opportunity``."""
        return Spot(self.opportunity, self.at, self.steps).events

    @property
    def stages(self) -> list[str]:
        """The stages in the order in which they were entered, those of its givers first."""
        every = [event for step in self.steps for event in step.events]
        return [
            event.target if isinstance(event, Moved) else event.stage
            for event in every
            if isinstance(event, Moved | Opened)
        ]


def walk(
    decider: Decider,
    *stops: str,
    start: str | None = None,
    deal: Opportunity | None = None,
    at: datetime = MOMENT,
    reason: str | None = None,
) -> Walk:
    """From a new opportunity (in ``start``), or from ``deal``, to each of the stages ``stops``.

    Whatever a move or a hand-over lacks is supplied by small changes; nothing is overridden or
    placed. After a hand-over the opportunity that it begins goes on. ``reason`` is taken where a
    stage entered has it, else its first one. Raises :class:`StuckError` where no legal way was
    found.
    """
    walker = Walker(engine_of(decider, at), reason)
    items_of(stops, str, "walk takes stages one by one, such as walk(process, 'closing', 'won')")
    spot = walker.open(at, start) if deal is None else Spot(deal, max(at, deal.at))
    for stop in stops:
        spot = walker.go(spot, stop)
    return Walk(spot.deal, spot.at, spot.steps, walker.refused)


class Walker:
    """Goes on from spot to spot; the refusals on the way are kept.

    ``patience`` is how many changes it tries before it gives a move up; all of them if left out.
    """

    def __init__(
        self, engine: Engine, reason: str | None = None, *, patience: int | None = None
    ) -> None:
        self.engine, self.process, self.reason = engine, engine.process, reason
        self.patience = patience
        self.supplier = Supplier(engine)
        self.refused: list[Step] = []

    def open(self, at: datetime, start: str | None) -> Spot:
        """A new opportunity, with the facts that its first stage asks on entry."""
        facts: dict[str, object] = {}
        while not (step := self._opened(at, start, facts)):
            for name, value in self.supplier.facts_for(step.blockers, at):
                tried = self._opened(at, start, {**facts, name: value})
                if cost(tried.blockers) < cost(step.blockers):
                    facts[name] = value
                    break
            else:
                stage = start or self.process.starts[0]
                raise StuckError(f"nothing can be opened in {stage!r}:\n{step.explain()}")
        return Spot(step.unwrap(), at, (step,))

    def _opened(self, at: datetime, start: str | None, facts: dict[str, object]) -> Step:
        owner = owner_in(self.process, start or self.process.starts[0])
        return self.engine.open("WALK-1", at=at, by=SELLER, stage=start, facts=facts, owner=owner)

    def go(self, spot: Spot, to: str) -> Spot:
        """On to the stage ``to``, at each stage by the shortest way that can be opened.

        Where all that is left leads nowhere, it is the first way that did not open that tells why.
        """
        taken: set[WayKey] = set()
        stuck: StuckError | None = None
        while spot.deal.stage != to:
            for move in self._ways(spot, to):
                if key_of(move) in taken:
                    continue
                try:
                    spot = self.take(spot, move)
                except StuckError as error:
                    stuck = stuck or error
                    continue
                taken.add(key_of(move))
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
            for way in self.supplier.ways:
                if way.target == stage and way.source not in distance:
                    distance[way.source] = distance[stage] + 1
                    waiting.append(way.source)
        others = [m for m in ways_on(self.engine, spot.deal, spot.at) if m.target in distance]
        return [*first, *sorted(others, key=lambda move: distance[move.target])]

    def take(self, spot: Spot, move: Move) -> Spot:
        """Along one way, after the changes that open it; over a hand-over, with what it begins."""
        if not move.allowed:
            self._refused(spot, move, SELLER, None)
            spot = self.opening(spot, move)
        by, role = SELLER, None
        for _ in range(3):  # who acts may be limited to a role, and to a team or the owner
            move = self._again(spot, move, by, role)
            if move.allowed:
                break
            self._refused(spot, move, by, role)
            details = {key: text for each in move.blockers for key, text in each.details.items()}
            role = details.get("roles", role or "").split(", ")[0] or None
            by = (details.get("owner") or details.get("members", by)).split(", ")[0]
        reason = self.reason if self.reason in move.reasons else next(iter(move.reasons), None)
        steps = taken(self.engine, spot.deal, move, spot.at, by=by, role=role, reason=reason)
        if not steps[0] or steps[-1].unwrap().stage != move.target:
            raise StuckError(steps[0].explain())
        return spot.after(*steps)

    def _refused(self, spot: Spot, move: Move, by: str, role: str | None) -> None:
        """Keep the refusal, if it is one: another branch of the trigger may be open."""
        step, *_ = taken(self.engine, spot.deal, move, spot.at, by=by, role=role)
        if not step:
            self.refused.append(step)

    def opening(self, spot: Spot, move: Move) -> Spot:
        """The spot from which ``move`` is open, after the changes that its blockers ask for."""
        while not (now := self._again(spot, move)).allowed:
            for tried in islice(self.supplier.tries(spot, now.blockers, move), self.patience):
                then = self._again(tried, move)
                if then.allowed or cost(then.blockers) < cost(now.blockers):
                    spot = tried
                    break
            else:
                step, *_ = taken(self.engine, spot.deal, move, spot.at, by=SELLER)
                way = f"{move.trigger} does not lead from {move.source} to {move.target}"
                raise StuckError(f"{way}, whatever is tried:\n{step.explain()}")
        return spot

    def _again(
        self, spot: Spot, move: Move, by: str | None = None, role: str | None = None
    ) -> Move:
        """The move as it is from this spot, for anybody or for somebody."""
        for each in ways_on(self.engine, spot.deal, spot.at, by, role):
            if key_of(each) == key_of(move):
                return each
        raise StuckError(f"{move.trigger} does not lead from {spot.deal.stage}")

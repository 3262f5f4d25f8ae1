"""Hypothesis strategies drawn from a process: opportunities as they may stand, whole histories.

Some are led to where they stand, and given what a move lacks, so that they get past guards that
chance would seldom meet.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import MissingExtraError, UnknownNameError
from salesfsm.process.arcs import MoveKind
from salesfsm.testing.engines import MOMENT, SELLER, Decider, engine_of
from salesfsm.testing.happenings import CIRCUMSTANCES, commands, later
from salesfsm.testing.knowledge import evidence, facts
from salesfsm.testing.onward import ways_on
from salesfsm.testing.oracle import Oracle
from salesfsm.testing.paths import beginnings, shortest_paths
from salesfsm.testing.supplying import Spot
from salesfsm.testing.walking import PATIENCE, StuckError, Walker

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise MissingExtraError("drawing data with hypothesis", "testing") from None


_DAYS_AGO = st.sampled_from((0, 1, 10, 40, 120, 400))
"""How long ago an opportunity came to where it stands."""

_AHEAD = (MoveKind.ADVANCE, MoveKind.WIN, MoveKind.HANDOVER)


def opportunities(
    decider: Decider, *, at: str | None = None, moment: datetime = MOMENT
) -> st.SearchStrategy[Opportunity]:
    """An opportunity that stands in the stage ``at``, or in any, with anything known of it.

    About half were led there by legal moves; the others are there whether or not a legal way leads
    there with what is known: they were adopted. About half may take a move that was drawn. The last
    event is not after ``moment``. Raises :class:`~salesfsm.errors.UnknownNameError` for a stage
    that the process does not have.
    """
    engine = engine_of(decider, moment)
    process = engine.process
    if at is not None and at not in process.stage_by_name:
        raise UnknownNameError("stage", at, process.stage_by_name, within=process.name)
    stages = st.just(at) if at else st.sampled_from(list(process.stage_by_name))
    return _standing(engine, _Guide(engine), stages, moment)


def histories(
    decider: Decider, *, most: int = 12, moment: datetime = MOMENT
) -> st.SearchStrategy[list[Event]]:
    """The events of an opportunity from its opening at ``moment`` on, or from a hand-over.

    Each was accepted by the engine at its time, so ``replay(process, events)`` folds them. Up to
    ``most`` things happen: some are commands drawn blindly, others supply what a way lacks and
    take it. Some histories begin with the way to a stage that was drawn, or end with it. Where that
    leads over a hand-over, the history is the one of what that began: its ``origin`` says of whom.
    """
    engine = engine_of(decider, moment)
    return _happening(engine, _Guide(engine), most, moment)


class _Guide:
    """Leads new opportunities to stages, by the same way each time; remembers the last ways."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.walker = engine, Walker(engine, patience=PATIENCE)
        self.oracle = Oracle(engine.process, engine.predicates)
        paths = shortest_paths(engine.process)
        self._starts = {path.stages[-1]: path.start for path in paths}
        self._led: dict[tuple[str, datetime], Spot | None] = {}
        self._lasts: dict[str, timedelta] = {}

    def to(self, stage: str, begun: datetime) -> Spot | None:
        """Where it stands once it was led to ``stage``; None where nothing leads there."""
        key = stage, begun
        if key not in self._led:
            self._led[key] = self._begin(stage, begun)
        return self._led[key]

    def by(self, stage: str, moment: datetime) -> Spot | None:
        """As :meth:`to`, begun so early that it is there by ``moment``, if that can be done."""
        for _ in range(3):  # a later beginning may take longer, as business days have it
            spot = self.to(stage, moment - self._lasts.get(stage, timedelta(0)))
            if spot is None or spot.at <= moment:
                return spot
            self._lasts[stage] = self._lasts.get(stage, timedelta(0)) + (spot.at - moment)
        return None

    def on(self, spot: Spot, stage: str) -> Spot:
        """On to ``stage`` from anywhere, or nowhere."""
        return self._go(spot, stage) or spot

    def _begin(self, stage: str, begun: datetime) -> Spot | None:
        try:
            first = self.walker.open(begun, self._starts.get(stage))
        except StuckError:
            return None
        return self._go(first, stage)

    def _go(self, spot: Spot, stage: str) -> Spot | None:
        try:
            return self.walker.go(spot, stage)
        except StuckError:
            return None


@st.composite
def _standing(
    draw: st.DrawFn,
    engine: Engine,
    guide: _Guide,
    stages: st.SearchStrategy[str],
    moment: datetime,
) -> Opportunity:
    stage = draw(stages)
    ago = timedelta(days=draw(_DAYS_AGO))
    led = guide.by(stage, moment - ago) if draw(st.booleans()) else None
    spot = led or draw(_adopted(engine, stage, moment - ago))
    if draw(st.sampled_from((False, True, True))):
        spot = draw(_ready(guide, spot, moment))
    for _ in range(draw(st.sampled_from((0, 0, 1, 2, 4)))):
        at = spot.at + (moment - spot.at) * draw(st.sampled_from((0, 0, 0.5, 1)))
        command = draw(commands(engine, spot.deal, at, about=CIRCUMSTANCES))
        step = command.put_to(engine, spot.deal, at)
        spot = Spot(spot.deal, at, spot.steps).after(step) if step else spot
    return spot.deal


@st.composite
def _ready(draw: st.DrawFn, guide: _Guide, spot: Spot, moment: datetime) -> Spot:
    """With all that one of the ways lacks that are blocked, if that can be had by ``moment``."""
    ways = ways_on(guide.engine, spot.deal, spot.at)
    blocked = [way for way in ways if not way.allowed]
    if not blocked:
        return spot
    ahead = [way for way in blocked if way.kind in _AHEAD]
    try:
        ready = guide.walker.opening(spot, draw(st.sampled_from([*blocked, *ahead, *ahead])))
    except StuckError:
        return spot
    return ready if ready.at <= moment else spot


@st.composite
def _adopted(draw: st.DrawFn, engine: Engine, name: str, at: datetime) -> Spot:
    """In a stage as the world outside has it, with anything known, proven and done."""
    process = engine.process
    stage = process.stage_by_name[name]
    reason = draw(st.sampled_from([each.name for each in stage.reasons])) if stage.reasons else None
    known = draw(facts(engine, at=at))
    step = engine.adopt("T-1", name, at=at, by=SELLER, facts=known, owner=SELLER, reason=reason)
    spot = Spot(step.unwrap(), at, (step,))
    for milestone in draw(_some(list(process.milestone_by_name))):
        piece = draw(evidence(engine, milestone))
        if step := engine.record(
            spot.deal, piece, at=at, by=SELLER
        ):  # not where it expires at once
            spot = spot.after(step)
    for task in draw(_some(list(process.task_by_name))):
        spot = spot.after(engine.complete(spot.deal, task, at=at, by=SELLER))
    for activity in draw(_some(list(process.activities))):
        spot = spot.after(engine.log(spot.deal, activity, at=at, by=SELLER))
    return spot


def _some(names: list[str]) -> st.SearchStrategy[list[str]]:
    """Any of the names: none, one, many, all."""
    if not names:
        return st.just([])
    every = len(names)
    return st.integers(0, 2**every - 1).map(
        lambda chosen: [name for i, name in enumerate(names) if chosen >> i & 1]
    )


@st.composite
def _happening(
    draw: st.DrawFn, engine: Engine, guide: _Guide, most: int, moment: datetime
) -> list[Event]:
    stages = st.sampled_from(list(engine.process.stage_by_name))
    led = guide.to(draw(stages), moment) if draw(st.integers(0, 2)) == 2 else None
    start = draw(st.sampled_from(beginnings(engine.process)))
    spot = led or guide.walker.open(moment, start)
    for _ in range(draw(st.integers(0, most))):
        spot = draw(later(engine, guide.oracle, guide.walker, spot))
    if spot.deal.hold is None and draw(st.integers(0, 3)) == 3:
        spot = guide.on(spot, draw(stages))
    return spot.events

"""A history out of a model, lived through with the engine, so that its events replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Activity, Evidence, Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import SalesFsmError
from salesfsm.process.kinds import Acting
from salesfsm.process.process import Process
from salesfsm.rules import core
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.subject import PredicateFunction, Subject
from salesfsm.rules.values import EARLIEST
from salesfsm.rules.verdict import MET
from salesfsm.verification.encoding import MICROSECOND
from salesfsm.verification.report import Witness
from salesfsm.verification.ways import Way
from salesfsm.verification.witness import NAME, Reading


@dataclass(frozen=True, slots=True)
class Told:
    """One act of a history: what is known then, and the way that is taken (None: the opening).

    ``active`` is the time of the last activity before it, in microseconds.
    """

    reading: Reading
    way: Way | None
    reason: str
    active: int


def replayed(process: Process, told: Sequence[Told], never: core.Condition) -> Witness | None:
    """The history as the engine lives through it, if it ends with ``never`` met; else None."""
    answers: dict[str, bool] = {}
    predicates = predicates_of(process, answers)
    life = _Life(Engine(process, predicates=predicates), answers)
    try:
        for act in told:
            life.live(act)
    except (_RefusedError, SalesFsmError):
        return None
    deal, at = life.deal, told[-1].reading.now
    if deal is None or compile_verdict(never, predicates)(deal, at) is not MET:
        return None
    return Witness(deal, at, dict(answers), tuple(life.events))


def predicates_of(process: Process, answers: Mapping[str, bool]) -> dict[str, PredicateFunction]:
    """Functions that answer as ``answers`` says at the time, and else know nothing."""

    def saying(name: str) -> PredicateFunction:
        def answer(_: Subject, __: datetime) -> bool | None:
            return answers.get(name)

        return answer

    return {name: saying(name) for name in process.predicates}


class _RefusedError(Exception):
    """The engine does not do what the model says."""


class _Life:
    """Lives through the acts and keeps the events."""

    def __init__(self, engine: Engine, answers: dict[str, bool]) -> None:
        self.engine, self.answers = engine, answers
        self.deal: Opportunity | None = None
        self.events: list[Event] = []

    def live(self, act: Told) -> None:
        """Learn what the act knows, then move; or open."""
        reading = act.reading
        self.answers.clear()
        self.answers.update(reading.answers)
        if act.way is None or self.deal is None:
            self._opened(reading)
            return
        for step in self._learning(self.deal, act):
            self._done(step)
        arc = act.way.arc
        moved = self.engine.fire(
            self.deal,
            arc.trigger,
            at=reading.now,
            by=_somebody(self.engine.process, self.deal),
            role=arc.roles[0] if arc.roles else None,
            reason=act.reason if arc.reasons else None,
        )
        self._done(moved)
        if self.deal.stage != arc.target:
            raise _RefusedError

    def _opened(self, reading: Reading) -> None:
        self._done(
            self.engine.open(
                NAME,
                at=reading.now,
                facts=reading.facts,
                stage=reading.text(reading.knowledge.stage),
                owner=reading.reserved("owner"),
                team=reading.reserved("team"),
            )
        )

    def _learning(self, deal: Opportunity, act: Told) -> Iterator[Step]:
        reading, engine = act.reading, self.engine
        active = EARLIEST + act.active * MICROSECOND
        if active != deal.active_at or reading.attempts != dict(deal.attempts):
            yield from self._activities(max(active, deal.at), reading)
        changed = {k: v for k, v in reading.facts.items() if deal.facts.get(k) != v}
        if changed:
            yield engine.update(self._now, changed, at=reading.now)
        for task in reading.tasks:
            if task not in deal.tasks:
                yield engine.complete(self._now, task, at=reading.now)
        owner, team = reading.reserved("owner") or "", reading.reserved("team") or ""
        if (owner, team) != (deal.owner or "", deal.team or ""):
            yield engine.assign(self._now, owner=owner, team=team, at=reading.now)

    def _activities(self, at: datetime, reading: Reading) -> Iterator[Step]:
        """What both sides do at the time of the last activity: evidence first, attempts last."""
        engine = self.engine
        for milestone in reading.evidence:
            held = self._now.evidence.get(milestone)
            if not held or held[0].until <= reading.now:
                defined = engine.process.milestone_by_name[milestone]
                kind = next(iter(defined.accepts), "")
                evidence = Evidence(milestone, kind=kind, made_by=defined.made_by[0])
                yield engine.record(self._now, evidence, at=at)
        if self._now.active_at != at or self._now.attempts:
            answer = Activity(engine.process.activities[0], made_by="buyer")
            yield engine.log(self._now, answer, at=at)
        if reading.buyer != self._now.buyer:
            moves = {
                "active": engine.buyer_resumes,
                "on_hold": engine.buyer_holds,
                "abandoned": engine.buyer_abandons,
            }
            yield moves[reading.buyer](self._now, at=at)
        for kind, count in reading.attempts.items():
            for _ in range(count):
                yield engine.log(self._now, kind, at=at)

    @property
    def _now(self) -> Opportunity:
        if self.deal is None:
            raise _RefusedError
        return self.deal

    def _done(self, step: Step) -> None:
        if not step.accepted:
            raise _RefusedError
        self.deal = step.opportunity
        self.events += step.events


def _somebody(process: Process, deal: Opportunity) -> str | None:
    """Somebody who may act where the opportunity stands."""
    stage = process.stage_by_name[deal.stage]
    match process.acting_in(stage):
        case Acting.OWNER:
            return deal.owner
        case Acting.TEAM:
            team = process.team_by_name.get(stage.team or deal.team or "")
            return team.members[0] if team and team.members else None
    return None

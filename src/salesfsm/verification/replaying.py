"""A history out of a model, lived through with the engine, so that its events replay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from msgspec.structs import replace

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import DueKind, Event
from salesfsm.engine.opportunity import Activity, Evidence, Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import SalesFsmError
from salesfsm.process.kinds import Maker
from salesfsm.process.process import Process
from salesfsm.rules import core
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.subject import PredicateFunction, Subject
from salesfsm.rules.values import EARLIEST
from salesfsm.rules.verdict import MET
from salesfsm.verification.encoding import MICROSECOND
from salesfsm.verification.receiving import received
from salesfsm.verification.report import Witness
from salesfsm.verification.steps import Handing, Move
from salesfsm.verification.ways import Taking
from salesfsm.verification.witness import MANY_ATTEMPTS, NAME, Reading, acceptable, somebody


@dataclass(frozen=True, slots=True)
class Told:
    """One act of a history: what is known then, and the step that is taken (None: the opening).

    ``active`` is the time of the last activity before it, in microseconds.
    """

    reading: Reading
    step: Move | Handing | None
    reason: str
    active: int


def replayed(process: Process, told: Sequence[Told], never: core.Condition) -> Witness | None:
    """The history as the engine lives through it, if it ends with ``never`` met; else None.

    Of a history that was handed over, the events are those of the one that received it.
    """
    answers: dict[str, bool] = {}
    predicates = predicates_of(process, answers)
    life = _Life(Engine(process, predicates=predicates), answers)
    try:
        for act in told:
            life.live(act)
    except (_RefusedError, SalesFsmError):
        return None
    deal, at = life.deal, told[-1].reading.now
    if compile_verdict(never, predicates)(deal, at) is not MET:
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
        self._deal: Opportunity | None = None
        self.events: list[Event] = []

    @property
    def deal(self) -> Opportunity:
        """The opportunity as it is by now."""
        if self._deal is None:
            raise _RefusedError
        return self._deal

    def live(self, act: Told) -> None:
        """Learn what the act knows, then move or hand over; or open."""
        reading = act.reading
        self._answer(reading.answers)
        if act.step is None:
            self._opened(reading)
            return
        for step in self._learning(act):
            self._done(step)
        if isinstance(act.step, Handing):
            self._answer(reading.then)
            self._handed(act.step, reading)
            return
        taking = act.step.taking
        self._done(self._rung(taking, act) if taking.timed else self._fired(taking, act))
        self._answer(reading.then)
        if self.deal.stage != taking.way.arc.target:
            raise _RefusedError

    def _answer(self, answers: Mapping[str, bool]) -> None:
        self.answers.clear()
        self.answers.update(answers)

    def _opened(self, reading: Reading) -> None:
        if reading.evidence:
            predicates = predicates_of(self.engine.process, self.answers)
            self._done(received(reading, predicates))
            return
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

    def _fired(self, taking: Taking, act: Told) -> Step:
        arc = taking.way.arc
        return self.engine.fire(
            self.deal,
            arc.trigger,
            at=act.reading.now,
            by=somebody(self.engine.process, self.deal),
            role=taking.role,
            reason=act.reason if arc.reasons else None,
        )

    def _rung(self, taking: Taking, act: Told) -> Step:
        arc, now = taking.way.arc, act.reading.now
        for due in self.engine.due(self.deal):
            if (due.kind, due.name) == (DueKind.TRANSITION, arc.trigger) and due.at <= now:
                by = somebody(self.engine.process, self.deal)
                return self.engine.elapse(self.deal, due, at=now, by=by)
        raise _RefusedError

    def _handed(self, step: Handing, reading: Reading) -> None:
        handed = self.engine.hand_over(
            self.deal,
            step.handover.name,
            id=f"{self.deal.id}+",
            at=reading.now,
            by=somebody(self.engine.process, self.deal),
            owner=reading.reserved("owner"),
            team=reading.reserved("team"),
        )
        self.events.clear()
        self._done(handed.receiving)

    def _learning(self, act: Told) -> Iterator[Step]:
        reading, engine = act.reading, self.engine
        yield from self._withdrawals(reading)
        active = EARLIEST + act.active * MICROSECOND
        if self._was_active(active, reading):
            yield from self._activities(max(active, self.deal.at), reading)
        for milestone in self._lacking(reading):
            if _piece(engine.process, milestone).made_by != Maker.BUYER:
                yield engine.record(self.deal, _piece(engine.process, milestone), at=reading.now)
        changed = {k: v for k, v in reading.facts.items() if self.deal.facts.get(k) != v}
        forgotten = dict.fromkeys(name for name in self.deal.facts if name not in reading.facts)
        if changed or forgotten:
            yield engine.update(self.deal, changed | forgotten, at=reading.now)
        for task in reading.tasks:
            if task not in self.deal.tasks:
                yield engine.complete(self.deal, task, at=reading.now)
        owner, team = reading.reserved("owner") or "", reading.reserved("team") or ""
        if (owner, team) != (self.deal.owner or "", self.deal.team or ""):
            yield engine.assign(self.deal, owner=owner, team=team, at=reading.now)

    def _withdrawals(self, reading: Reading) -> Iterator[Step]:
        """Evidence goes that is to be there no more, or to have expired; old evidence comes."""
        at, engine = self.deal.at, self.engine
        for milestone in list(self.deal.evidence):
            wanted = reading.evidence.get(milestone)
            if wanted is None or (not wanted and self._in_force(milestone, reading.now)):
                yield engine.withdraw(self.deal, milestone, at=at)
        for milestone, in_force in reading.evidence.items():
            if not in_force and milestone not in self.deal.evidence:
                piece = _piece(engine.process, milestone)
                made_at = self._expiring(milestone, reading.now)
                yield engine.record(self.deal, replace(piece, made_at=made_at), at=at)

    def _expiring(self, milestone: str, now: datetime) -> datetime:
        """When evidence was made that expires at the last moment before ``now``, about a day."""
        process = self.engine.process
        made_at, valid = self.deal.at, process.milestone_by_name[milestone].valid_for
        if valid is None:
            raise _RefusedError
        while process.calendar.after(made_at, valid) > now:
            made_at -= timedelta(days=1)
        return made_at

    def _lacking(self, reading: Reading) -> list[str]:
        """The milestones that are to be proven by now, and are not yet."""
        wanted = (name for name, in_force in reading.evidence.items() if in_force)
        return [name for name in wanted if not self._in_force(name, reading.now)]

    def _in_force(self, milestone: str, now: datetime) -> bool:
        return any(piece.until > now for piece in self.deal.evidence.get(milestone, ()))

    def _was_active(self, active: datetime, reading: Reading) -> bool:
        """Whether anything is to be done by the buyer, or by the seller."""
        process = self.engine.process
        return (
            active != self.deal.active_at
            or reading.attempts != dict(self.deal.attempts)
            or reading.buyer != self.deal.buyer
            or any(_piece(process, e).made_by == Maker.BUYER for e in self._lacking(reading))
        )

    def _activities(self, at: datetime, reading: Reading) -> Iterator[Step]:
        """What both sides do at the time of the last activity: evidence first, attempts last."""
        engine = self.engine
        if sum(reading.attempts.values()) > MANY_ATTEMPTS:
            raise _RefusedError
        for milestone in self._lacking(reading):
            piece = _piece(engine.process, milestone)
            if piece.made_by == Maker.BUYER:
                yield engine.record(self.deal, piece, at=at)
        if self.deal.active_at != at or self.deal.attempts:
            answer = Activity(engine.process.activities[0], made_by="buyer")
            yield engine.log(self.deal, answer, at=at)
        if reading.buyer != self.deal.buyer:
            moves = {
                "active": engine.buyer_resumes,
                "on_hold": engine.buyer_holds,
                "abandoned": engine.buyer_abandons,
            }
            yield moves[reading.buyer](self.deal, at=at)
        for kind, count in reading.attempts.items():
            for _ in range(count):
                yield engine.log(self.deal, kind, at=at)

    def _done(self, step: Step) -> None:
        if not step.accepted:
            raise _RefusedError
        self._deal = step.opportunity
        self.events += step.events


def _piece(process: Process, milestone: str) -> Evidence:
    return acceptable(process.milestone_by_name[milestone])

"""A history out of a model, lived through with the engine, so that its events replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec

from msgspec.structs import replace

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import DueKind
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
from salesfsm.verification.shortening import Course, Deed, RefusedError, begun, shortest
from salesfsm.verification.steps import Handing, Moving
from salesfsm.verification.ways import Taking
from salesfsm.verification.witness import MANY_ATTEMPTS, NAME, Reading, acceptable, somebody


@dataclass(frozen=True, slots=True)
class Told:
    """One act of a history: what is known then, and the step that is taken (None: the opening).

    ``active`` is the time of the last activity before it, in microseconds.
    """

    reading: Reading
    step: Moving | Handing | None
    reason: str
    active: int


def replayed(process: Process, told: Sequence[Told], never: core.Condition) -> Witness | None:
    """The history as the engine lives through it, if it ends with ``never`` met; else None.

    What is done in it and matters nothing is left out. Of a history that was handed over, the
    events are those of the one that received it.
    """
    last = told[-1]
    at, answers = last.reading.now, last.reading.then if last.step else last.reading.answers
    verdict = compile_verdict(never, predicates_of(process, answers))
    try:
        history = _History(process, told[0].reading)
        for act in told[1:]:
            history.goes_on(act)
        life = shortest(history.course, lambda deal: verdict(deal, at) is MET)
    except (RefusedError, SalesFsmError):
        return None
    return Witness(life.deal, at, answers, life.events)


def predicates_of(process: Process, answers: Mapping[str, bool]) -> dict[str, PredicateFunction]:
    """Functions that answer as ``answers`` says at the time, and else know nothing."""

    def saying(name: str) -> PredicateFunction:
        def answer(_: Subject, __: datetime) -> bool | None:
            return answers.get(name)

        return answer

    return {name: saying(name) for name in process.predicates}


P = ParamSpec("P")


def _deed(
    do: Callable[Concatenate[Opportunity, P], Step], *given: P.args, **more: P.kwargs
) -> Deed:
    """What people do meanwhile."""
    return Deed(lambda deal: do(deal, *given, **more))


class _History:
    """Goes through the acts with the engine, and keeps the course of the deeds."""

    def __init__(self, process: Process, first: Reading) -> None:
        self.process, self.engine = process, _answering(process, {})
        self.course = Course([begun(_opened(first))])

    @property
    def deal(self) -> Opportunity:
        """The opportunity as it is by now."""
        return self.course.life.deal

    def goes_on(self, act: Told) -> None:
        """Learn what the act knows, then move or hand over."""
        for deed in self._learning(act):
            self.course.goes_on(deed)
        reading, step = act.reading, act.step
        if isinstance(step, Handing):
            engine = _answering(self.process, reading.then)
            handed = Deed(lambda deal: _handed(engine, deal, step, reading), leads=True)
            self.course.goes_on(handed)
        elif step is not None:
            engine = _answering(self.process, reading.answers)
            moved = Deed(lambda deal: _moved(engine, deal, step.taking, act), leads=True)
            self.course.goes_on(moved)

    def _learning(self, act: Told) -> Iterator[Deed]:
        reading, engine = act.reading, self.engine
        yield from self._withdrawals(reading)
        active = EARLIEST + act.active * MICROSECOND
        if self._was_active(active, reading):
            yield from self._activities(max(active, self.deal.at), reading)
        for milestone in self._lacking(reading):
            if _piece(self.process, milestone).made_by != Maker.BUYER:
                yield _deed(engine.record, _piece(self.process, milestone), at=reading.now)
        forgotten = dict.fromkeys(name for name in self.deal.facts if name not in reading.facts)
        for name, value in (forgotten | reading.facts).items():
            if self.deal.facts.get(name) != value:
                yield _deed(engine.update, {name: value}, at=reading.now)
        for task in reading.tasks:
            if task not in self.deal.tasks:
                yield _deed(engine.complete, task, at=reading.now)
        owner, team = reading.reserved("owner") or "", reading.reserved("team") or ""
        if (owner, team) != (self.deal.owner or "", self.deal.team or ""):
            yield _deed(engine.assign, owner=owner, team=team, at=reading.now)

    def _withdrawals(self, reading: Reading) -> Iterator[Deed]:
        """Evidence goes that is to be there no more, or to have expired; old evidence comes."""
        at, engine = self.deal.at, self.engine
        for milestone in list(self.deal.evidence):
            wanted = reading.evidence.get(milestone)
            if wanted is None or (not wanted and self._in_force(milestone, reading.now)):
                yield _deed(engine.withdraw, milestone, at=at)
        for milestone, in_force in reading.evidence.items():
            if not in_force and milestone not in self.deal.evidence:
                piece = _piece(self.process, milestone)
                made_at = self._expiring(milestone, reading.now)
                yield _deed(engine.record, replace(piece, made_at=made_at), at=at)

    def _expiring(self, milestone: str, now: datetime) -> datetime:
        """When evidence was made that expires at the last moment before ``now``, about a day."""
        made_at, valid = self.deal.at, self.process.milestone_by_name[milestone].valid_for
        if valid is None:
            raise RefusedError
        while self.process.calendar.after(made_at, valid) > now:
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
        process = self.process
        return (
            active != self.deal.active_at
            or reading.attempts != dict(self.deal.attempts)
            or reading.buyer != self.deal.buyer
            or any(_piece(process, e).made_by == Maker.BUYER for e in self._lacking(reading))
        )

    def _activities(self, at: datetime, reading: Reading) -> Iterator[Deed]:
        """What both sides do at the time of the last activity: evidence first, attempts last."""
        engine = self.engine
        if sum(reading.attempts.values()) > MANY_ATTEMPTS:
            raise RefusedError
        for milestone in self._lacking(reading):
            piece = _piece(self.process, milestone)
            if piece.made_by == Maker.BUYER:
                yield _deed(engine.record, piece, at=at)
        if self.deal.active_at != at or self.deal.attempts:
            answer = Activity(self.process.activities[0], made_by="buyer")
            yield _deed(engine.log, answer, at=at)
        if reading.buyer != self.deal.buyer:
            moves = {
                "active": engine.buyer_resumes,
                "on_hold": engine.buyer_holds,
                "abandoned": engine.buyer_abandons,
            }
            yield _deed(moves[reading.buyer], at=at)
        for kind, count in reading.attempts.items():
            for _ in range(count):
                yield _deed(engine.log, kind, at=at)


def _answering(process: Process, answers: Mapping[str, bool]) -> Engine:
    return Engine(process, predicates=predicates_of(process, answers))


def _opened(reading: Reading) -> Step:
    if reading.evidence:
        return received(reading, predicates_of(reading.process, reading.answers))
    return _answering(reading.process, reading.answers).open(
        NAME,
        at=reading.now,
        facts=reading.facts,
        stage=reading.text(reading.knowledge.stage),
        owner=reading.reserved("owner"),
        team=reading.reserved("team"),
    )


def _moved(engine: Engine, deal: Opportunity, taking: Taking, act: Told) -> Step:
    """The way taken, by somebody or by its timer; and none but that one."""
    arc, now, by = taking.way.arc, act.reading.now, somebody(engine.process, deal)
    if taking.timed:
        step = _rung(engine, deal, arc.trigger, now, by)
    else:
        reason = act.reason if arc.reasons else None
        step = engine.fire(deal, arc.trigger, at=now, by=by, role=taking.role, reason=reason)
    if step.opportunity is None or step.opportunity.stage != arc.target:
        raise RefusedError
    return step


def _rung(engine: Engine, deal: Opportunity, trigger: str, now: datetime, by: str | None) -> Step:
    for due in engine.due(deal):
        if (due.kind, due.name) == (DueKind.TRANSITION, trigger) and due.at <= now:
            return engine.elapse(deal, due, at=now, by=by)
    raise RefusedError


def _handed(engine: Engine, deal: Opportunity, step: Handing, reading: Reading) -> Step:
    return engine.hand_over(
        deal,
        step.handover.name,
        id=f"{deal.id}+",
        at=reading.now,
        by=somebody(engine.process, deal),
        owner=reading.reserved("owner"),
        team=reading.reserved("team"),
    ).receiving


def _piece(process: Process, milestone: str) -> Evidence:
    return acceptable(process.milestone_by_name[milestone])

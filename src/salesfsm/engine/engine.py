"""The engine: a process, compiled once, that answers commands. Immutable, shared by threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from salesfsm.engine import commands
from salesfsm.engine.beginning import adopted, open_examined, opened
from salesfsm.engine.events import Moved
from salesfsm.engine.evolve import evolve, moved
from salesfsm.engine.firing import fire_examined
from salesfsm.engine.opportunity import (
    Activity,
    Evidence,
    Opportunity,
    Override,
    check_texts,
)
from salesfsm.engine.plans import Guard, plans_of
from salesfsm.engine.refusals import (
    refuse_opportunity,
    refuse_process,
    refuse_stage,
    refuse_time,
)
from salesfsm.engine.results import Move, Route
from salesfsm.engine.routing import shortest_route
from salesfsm.engine.step import Step
from salesfsm.engine.ways import ways
from salesfsm.errors import (
    CommandError,
    UnknownNameError,
    ValueTypeError,
    shorten,
)
from salesfsm.process.arcs import requirements
from salesfsm.process.process import Process
from salesfsm.rules.subject import PredicateFunction
from salesfsm.rules.values import LATEST, aware

Clock = Callable[[], datetime]
"""Gives the present time, aware."""


def system_clock() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


class Engine:
    """Answers commands about opportunities of one process.

    ``predicates`` are the Python functions that the process names; ``clock`` is asked for the time
    where a command does not give ``at``. Every command takes ``at`` (aware; when it happens, not
    before the opportunity's last event) and ``by`` (who does it), and returns a
    :class:`~salesfsm.engine.step.Step`. What cannot be understood raises a subclass of
    :class:`~salesfsm.errors.SalesFsmError`: unknown names, wrong types, naive times, time running
    back, an opportunity of another process.
    """

    def __init__(
        self,
        process: Process,
        *,
        predicates: Mapping[str, PredicateFunction] | None = None,
        clock: Clock = system_clock,
    ) -> None:
        if not isinstance(process, Process):
            raise ValueTypeError(
                f"an Engine takes a Process, not {shorten(repr(process))}: load(file) gives one"
            )
        given = dict(predicates or {})
        for name in given:
            if name not in process.predicates:
                raise UnknownNameError("predicate", name, process.predicates, within=process.name)
        if missing := [name for name in process.predicates if name not in given]:
            raise CommandError(
                f"{process.key} asks Python: give Engine(predicates={{...}}) with a function for "
                + ", ".join(missing)
            )
        self._process = process
        self._name, self._version = process.name, process.version
        self._clock = clock
        self._plans = plans_of(process.arcs, process.stage_by_name, given)
        self._entries = {
            name: Guard(requirements(process, process.stage_by_name[name].entry), name, given)
            for name in process.starts
        }

    @property
    def process(self) -> Process:
        """The process that this engine decides by."""
        return self._process

    # beginning and moving

    def open(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        *,
        at: datetime | None = None,
        by: str | None = None,
        facts: Mapping[str, object] | None = None,
        stage: str | None = None,
        owner: str | None = None,
        team: str | None = None,
    ) -> Step:
        """Begin an opportunity, in the first stage unless another one that may begin is named."""
        stage = self._process.starts[0] if stage is None else stage
        now = aware(self._clock() if at is None else at)
        event = opened(self._process, id, stage, now, by, facts or {}, owner, team)
        return open_examined(self._process, self._entries, event)

    def adopt(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        stage: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        facts: Mapping[str, object] | None = None,
        owner: str | None = None,
        team: str | None = None,
        reason: str | None = None,
        note: str = "",
    ) -> Step:
        """Begin an opportunity that the world outside has in ``stage`` already.

        For imports: no criterion is asked, and any stage will do. ``reason`` is why it is lost, if
        it is; ``note`` says where it comes from.
        """
        now = aware(self._clock() if at is None else at)
        event = opened(self._process, id, stage, now, by, facts or {}, owner, team)
        return adopted(self._process, event, reason, note)

    def fire(
        self,
        opportunity: Opportunity,
        trigger: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        reason: str | None = None,
        override: Override | None = None,
    ) -> Step:
        """Take the first transition of ``trigger`` whose criteria are met.

        ``reason`` is needed where the stage entered has reasons. Where none is open, ``override``
        lets a role that the process names take the first one all the same; the event keeps it.
        """
        now = self._clock() if at is None else at
        if now.__class__ is not datetime or now.tzinfo is not UTC:
            now = aware(now)
        if opportunity.__class__ is not Opportunity:
            refuse_opportunity(opportunity)
        if by is not None and by.__class__ is not str:
            check_texts(by=by)
        if not opportunity.at <= now < LATEST:
            refuse_time(opportunity, now)
        if opportunity.process != self._name or opportunity.version != self._version:
            refuse_process(self._process, opportunity)
        try:
            plans = self._plans[opportunity.stage].get(trigger)
        except KeyError:
            refuse_stage(self._process, opportunity)
        if plans is not None and opportunity.hold is None and override is None:
            for plan in plans:
                if plan.clear(opportunity, now):
                    if reason in plan.reasons if plan.reasons else reason is None:
                        arc = plan.arc
                        event = Moved(
                            opportunity.id,
                            opportunity.sequence + 1,
                            now,
                            by,
                            trigger,
                            arc.source,
                            arc.target,
                            arc.kind,
                            reason,
                        )
                        new = moved(opportunity, event)
                        return Step(True, new, (event,), (), (), trigger, self._process)
                    break
                if not plan.strict:  # it may be open, with warnings that the long way tells
                    break
        return fire_examined(
            self._process, self._plans, opportunity, trigger, now, by, reason, override
        )

    def place(
        self,
        opportunity: Opportunity,
        stage: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        reason: str | None = None,
        note: str = "",
    ) -> Step:
        """Record that the world outside has the opportunity in ``stage``, whatever is allowed.

        For imports and synchronisation with another system, where the move has happened already:
        no criterion is asked. The event says that it was placed, and ``note`` why.
        """
        now = self._moment(opportunity, at, by)
        decision = commands.place(self._process, opportunity, stage, reason, note, now, by)
        return self._answered(opportunity, "place", decision)

    # what is known, proven, done and planned

    def update(
        self,
        opportunity: Opportunity,
        facts: Mapping[str, object],
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Record facts by name; a value of None says that the fact is known no more."""
        now = self._moment(opportunity, at, by)
        decision = commands.update(self._process, opportunity, facts, now, by)
        return self._answered(opportunity, "update", decision)

    def record(
        self,
        opportunity: Opportunity,
        evidence: Evidence,
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Record a piece of evidence, if its milestone accepts its kind and maker."""
        now = self._moment(opportunity, at, by)
        decision = commands.record(self._process, opportunity, evidence, now, by)
        return self._answered(opportunity, "record", decision)

    def withdraw(
        self,
        opportunity: Opportunity,
        milestone: str,
        *,
        ref: str | None = None,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Withdraw the evidence for a milestone: the piece with ``ref``, or all of it."""
        now = self._moment(opportunity, at, by)
        decision = commands.withdraw(self._process, opportunity, milestone, ref, reason, now, by)
        return self._answered(opportunity, "withdraw", decision)

    def complete(
        self,
        opportunity: Opportunity,
        task: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Complete a task of any stage."""
        now = self._moment(opportunity, at, by)
        decision = commands.complete(self._process, opportunity, task, now, by)
        return self._answered(opportunity, "complete", decision)

    def log(
        self,
        opportunity: Opportunity,
        activity: Activity | str,
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Log an activity that took place or, with a ``due`` time, plan one."""
        now = self._moment(opportunity, at, by)
        activity = Activity(activity) if isinstance(activity, str) else activity
        decision = commands.log(self._process, opportunity, activity, now, by)
        return self._answered(opportunity, "log", decision)

    def assign(
        self,
        opportunity: Opportunity,
        *,
        owner: str | None = None,
        team: str | None = None,
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Give it to an owner, a team or both; None keeps, the empty text takes away."""
        now = self._moment(opportunity, at, by)
        decision = commands.assign(opportunity, owner, team, now, by)
        return self._answered(opportunity, "assign", decision)

    def hold(
        self,
        opportunity: Opportunity,
        *,
        until: datetime | None = None,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Let an open opportunity rest: nothing moves it until it is resumed."""
        now = self._moment(opportunity, at, by)
        decision = commands.hold(self._process, opportunity, until, reason, now, by)
        return self._answered(opportunity, "hold", decision)

    def resume(
        self, opportunity: Opportunity, *, at: datetime | None = None, by: str | None = None
    ) -> Step:
        """Let a resting opportunity go on."""
        now = self._moment(opportunity, at, by)
        return self._answered(opportunity, "resume", commands.resume(opportunity, now, by))

    # questions

    def moves(self, opportunity: Opportunity, *, at: datetime | None = None) -> tuple[Move, ...]:
        """Every way on from where it stands, in the order of the definitions, with its blockers."""
        now = self._moment(opportunity, at)
        return tuple(
            move
            for plans in self._plans[opportunity.stage].values()
            for move in ways(plans, opportunity, now)
        )

    def route(self, opportunity: Opportunity, to: str, *, at: datetime | None = None) -> Route:
        """The shortest legal way to the stage ``to``, and what each move on it needs as of now.

        It leads through no closed stage unless there is no other way. Among ways of the same
        length it is the one with the fewest blockers.
        """
        now = self._moment(opportunity, at)
        if to not in self._process.stage_by_name:
            raise commands.unknown_stage(self._process, to)
        return shortest_route(self._process, self._plans, opportunity, to, now)

    def explain(
        self,
        opportunity: Opportunity,
        trigger: str,
        *,
        at: datetime | None = None,
        reason: str | None = None,
        override: Override | None = None,
        language: str = "en",
    ) -> str:
        """What firing ``trigger`` now would do, or why it would be refused. Nothing is changed."""
        step = self.fire(opportunity, trigger, at=at, reason=reason, override=override)
        return step.explain(language)

    # shared by all

    def _moment(
        self, opportunity: Opportunity, at: datetime | None, by: str | None = None
    ) -> datetime:
        if not isinstance(opportunity, Opportunity):
            refuse_opportunity(opportunity)
        check_texts(by=by)
        now = aware(self._clock() if at is None else at)
        if now < opportunity.at:
            refuse_time(opportunity, now)
        if opportunity.process != self._name or opportunity.version != self._version:
            refuse_process(self._process, opportunity)
        if opportunity.stage not in self._plans:
            refuse_stage(self._process, opportunity)
        return now

    def _answered(
        self, opportunity: Opportunity, command: str, decision: commands.Decision
    ) -> Step:
        if isinstance(decision, list):
            return Step(False, opportunity, (), tuple(decision), (), command, self._process)
        new = opportunity
        for event in decision:
            new = evolve(new, event)
        return Step(True, new, decision, (), (), command, self._process)

"""The engine: a process, compiled once, that answers commands. Immutable, shared by threads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from salesfsm.engine import commands
from salesfsm.engine.acting import Actor
from salesfsm.engine.alignment import Alignment, alignment_of
from salesfsm.engine.asking import Queryable
from salesfsm.engine.beginning import adopted, open_examined, opened
from salesfsm.engine.events import Moved, Opened
from salesfsm.engine.evolve import moved
from salesfsm.engine.firing import fire_due, fire_examined
from salesfsm.engine.handing import Handed, as_move, hand_over
from salesfsm.engine.opportunity import Opportunity, Override, check_texts
from salesfsm.engine.recording import Recorder
from salesfsm.engine.refusals import (
    refuse_opportunity,
    refuse_process,
    refuse_stage,
    refuse_time,
)
from salesfsm.engine.results import Move, Route
from salesfsm.engine.routing import shortest_route
from salesfsm.engine.step import Step
from salesfsm.engine.timing import Due, due_of, elapsed
from salesfsm.engine.ways import ways
from salesfsm.errors import CommandError, UnknownNameError
from salesfsm.process.arcs import sources_among
from salesfsm.process.handover import Handover
from salesfsm.rules.values import LATEST, aware


class Engine(Recorder, Queryable):
    """Answers commands about opportunities of one process.

    ``predicates`` are the Python functions that the process names; ``clock`` is asked for the time
    where a command does not give ``at``. Every command takes ``at`` (aware; when it happens, not
    before the opportunity's last event) and ``by`` (who does it), and returns a
    :class:`~salesfsm.engine.step.Step`. What cannot be understood raises a subclass of
    :class:`~salesfsm.errors.SalesFsmError`: unknown names, wrong types, naive times, time running
    back, an opportunity of another process.
    """

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
        role: str | None = None,
        reason: str | None = None,
        override: Override | None = None,
    ) -> Step:
        """Take the first transition of ``trigger`` whose criteria are met.

        ``role`` is the one that ``by`` acts in, for transitions that are limited to roles.
        ``reason`` is needed where the stage entered has reasons. Where none is open, ``override``
        lets a role that the process names take the first one all the same; the event keeps it.
        """
        now = self._clock() if at is None else at
        if now.__class__ is not datetime or now.tzinfo is not UTC:
            now = aware(now)
        if opportunity.__class__ is not Opportunity:
            refuse_opportunity(opportunity)
        if by is not None and not (by.__class__ is str and by.isascii()):
            check_texts(by=by)
        if not opportunity.at <= now < LATEST:
            refuse_time(opportunity, now)
        if opportunity.process != self._name or opportunity.version != self._version:
            refuse_process(self._process, opportunity)
        try:
            plans = self._plans[opportunity.stage].get(trigger)
        except KeyError:
            refuse_stage(self._process, opportunity)
        resting = opportunity.rest is not None and opportunity.hold is not None
        if plans is not None and not resting and override is None and role is None:
            for plan in plans:
                if plan.clear(opportunity, now):
                    if (
                        (not plan.teams or opportunity.team in plan.teams)
                        and plan.free
                        and (reason in plan.reasons if plan.reasons else reason is None)
                    ):
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
                            plan.stops,
                        )
                        new = moved(opportunity, event)
                        return Step(True, new, (event,), (), (), trigger, self._process)
                    break
                if not plan.strict:  # it may be open, with warnings that the long way tells
                    break
        return fire_examined(
            self._process,
            self._plans,
            opportunity,
            trigger,
            now,
            Actor(by, role),
            reason,
            override,
        )

    def hand_over(
        self,
        opportunity: Opportunity,
        handover: str,
        *,
        id: str,  # noqa: A002  # the word of every CRM
        at: datetime | None = None,
        by: str | None = None,
        owner: str | None = None,
        team: str | None = None,
    ) -> Handed:
        """Begin a new opportunity ``id`` of the next plane, linked to this one, out of this one.

        It inherits what the contract of the hand-over names, evidence with its dates. Where the
        contract is not met, or the stage in which it would begin asks more, it is refused.
        """
        now = self._moment(opportunity, at, by)
        process = self._process
        found = process.handover_by_name.get(handover)
        if found is None:
            known = process.handover_by_name
            raise UnknownNameError("handover", handover, known, within=process.name)
        if id == opportunity.id:
            raise CommandError(f"{id!r} is the giving opportunity: the receiving one needs its own")
        event = opened(process, id, found.target, now, by, {}, owner, team)
        return self._handed(found, opportunity, event)

    def _handed(self, handover: Handover, giver: Opportunity, event: Opened) -> Handed:
        needs, entry = self._contracts[handover.name], self._entries[handover.target]
        return hand_over(self._process, handover, needs, entry, giver, event)

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

    def elapse(
        self,
        opportunity: Opportunity,
        due: Due,
        *,
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Let a timer ring that has come due: it is recorded, with the move that it makes, if any.

        That of a transition fires its trigger, among the ways of it that have come due, and is
        refused where that is; that of a hold lets it go on. Raises
        :class:`~salesfsm.errors.CommandError` for one that is not due.
        """
        now = self._moment(opportunity, at, by)
        fire = partial(fire_due, self._process, self._plans, at=now, by=by)
        return elapsed(self._process, opportunity, due, now, by, fire)

    # questions

    def due(self, opportunity: Opportunity) -> tuple[Due, ...]:
        """All that comes due by itself, the earliest first; also what has come due already.

        Which of it has rung, the pipeline knows.
        """
        self._own(opportunity)
        return due_of(self._process, opportunity)

    def moves(
        self,
        opportunity: Opportunity,
        *,
        at: datetime | None = None,
        by: str | None = None,
        role: str | None = None,
    ) -> tuple[Move, ...]:
        """Every way on from where it stands, in the order of the definitions, with its blockers.

        With ``by`` or ``role``, also what keeps that person from taking it.
        """
        now = self._moment(opportunity, at, by)
        actor = None if by is None and role is None else Actor(by, role)
        return tuple(
            move
            for plans in self._plans[opportunity.stage].values()
            for move in ways(self._process, plans, opportunity, now, actor)
        )

    def handovers(
        self, opportunity: Opportunity, *, at: datetime | None = None, by: str | None = None
    ) -> tuple[Move, ...]:
        """Every hand-over from where it stands, with what blocks it, as moves of that kind."""
        now, process = self._moment(opportunity, at, by), self._process
        found = []
        for each in process.handovers:
            if opportunity.stage not in sources_among(process, each.source):
                continue
            event = opened(process, opportunity.id, each.target, now, by, {}, None, None)
            found.append(as_move(self._handed(each, opportunity, event), each, opportunity))
        return tuple(found)

    def route(self, opportunity: Opportunity, to: str, *, at: datetime | None = None) -> Route:
        """The shortest legal way to the stage ``to``, and what each move on it needs as of now.

        It leads through no closed stage, and over no path aside, unless there is no other way.
        Among ways of the same length it is the one with the fewest blockers.
        """
        now = self._moment(opportunity, at)
        if to not in self._process.stage_by_name:
            raise commands.unknown_stage(self._process, to)
        return shortest_route(self._process, self._plans, opportunity, to, now)

    def alignment(self, opportunity: Opportunity, *, at: datetime | None = None) -> Alignment:
        """How far seller and buyer are apart, and what the buyer still owes between them."""
        return alignment_of(self._process, opportunity, self._moment(opportunity, at))

    def explain(
        self,
        opportunity: Opportunity,
        trigger: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        role: str | None = None,
        reason: str | None = None,
        override: Override | None = None,
        language: str = "en",
    ) -> str:
        """What firing ``trigger`` now would do, or why it would be refused. Nothing is changed."""
        step = self.fire(
            opportunity, trigger, at=at, by=by, role=role, reason=reason, override=override
        )
        return step.explain(language)

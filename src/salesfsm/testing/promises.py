"""What the state machine of the kit holds the engine to, whatever happens to an opportunity."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from salesfsm.engine.codec import opportunity_from_json, opportunity_to_json
from salesfsm.engine.engine import Engine
from salesfsm.engine.events import DueKind, Event, Moved, Opened, Placed
from salesfsm.engine.evolve import replay
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import MissingExtraError
from salesfsm.process.arcs import Arc
from salesfsm.process.handover import Handover
from salesfsm.rules.closure import VerdictFunction
from salesfsm.rules.verdict import Verdict
from salesfsm.testing.engines import SELLER
from salesfsm.testing.foretelling import (
    Changes,
    Command,
    Whose,
    fired,
    handed_over,
    hold,
    hold_to,
    moved,
)
from salesfsm.testing.oracle import Attempt, Oracle
from salesfsm.testing.supplying import Spot

try:
    from hypothesis.stateful import RuleBasedStateMachine, invariant
except ModuleNotFoundError as error:
    if error.name != "hypothesis":
        raise
    raise MissingExtraError("the state machine of hypothesis", "testing") from None


class Promises(RuleBasedStateMachine):
    """An opportunity that commands are put to; each answer has to be as it was foretold."""

    engine: Engine
    oracle: Oracle
    never: tuple[tuple[str, VerdictFunction], ...] = ()
    """What no opening and no move may lead into, as rules with the functions that judge them."""
    spot: Spot

    @property
    def deal(self) -> Opportunity:
        """The opportunity as it stands."""
        return self.spot.deal

    @property
    def events(self) -> list[Event]:
        """All that has happened to it."""
        return self.spot.events

    @invariant()
    def it_is_the_fold_of_its_events(self) -> None:
        """Nothing changes an opportunity but its events."""
        hold(replay(self.engine.process, self.events) == self.deal, "its events fold to another")
        hold(self.deal.sequence == len(self.events), "its events are not counted")

    @invariant()
    def it_survives_being_stored(self) -> None:
        """JSON keeps all of it."""
        read = opportunity_from_json(opportunity_to_json(self.deal))
        hold(read == self.deal, "JSON does not keep all of it")

    @invariant()
    def asking_and_doing_agree(self) -> None:
        """What ``moves`` calls allowed is accepted and leads where it says; all else is refused."""
        deal, at, stages = self.deal, self.spot.at, self.engine.process.stage_by_name
        moves = self.engine.moves(deal, at=at, by=SELLER)
        for trigger in dict.fromkeys(move.trigger for move in moves):
            ways = [move for move in moves if move.trigger == trigger]
            target = next((move.target for move in ways if move.allowed), None)
            arc = self.oracle.chosen(deal, Attempt(trigger, SELLER), at)
            named = [each.name for each in stages[arc.target if arc else ways[0].target].reasons]
            given = self.oracle.reasons(deal, arc, at) if arc else ()
            leads = arc.target if arc and (given or not arc.reasons) else None
            hold(target == leads, f"moves() has {trigger} lead to {target}, the rules to {leads}")
            for reason in dict.fromkeys((None, *(given or named)[:1])):
                command = fired(Attempt(trigger, SELLER, reason=reason))
                step = command.put_to(self.engine, deal, at)
                taken = arc if leads and bool(reason) == bool(arc and arc.reasons) else None
                hold_to(deal, step, self._moved(taken, reason), at, command)

    @invariant()
    def timers_run(self) -> None:
        """What fires by itself comes due so long after the opportunity entered its stage."""
        due = self.engine.due(self.deal)
        told = {(each.name, each.at) for each in due if each.kind is DueKind.TRANSITION}
        timers = self.oracle.timers(self.deal)
        hold(told == timers, f"timers that run: {sorted(told)}, and should: {sorted(timers)}")

    @invariant()
    def what_must_never_be_is_not(self) -> None:
        """No beginning and no move led into what must never be, unless a rule was overridden."""
        last = self.spot.steps[-1].events
        if any(isinstance(event, Opened | Moved) for event in last):
            self._judge(self.deal, last[-1].at)

    def _judge(self, deal: Opportunity, at: datetime) -> None:
        if self._went_astray:
            return
        for text, verdict in self.never:
            met = verdict(deal, at) is Verdict.MET
            hold(not met, f"this must never be, and is, in {deal.stage!r}: {text}")

    @property
    def _went_astray(self) -> bool:
        """Whether a rule was overridden for it, or for one that it was handed over from."""
        return any(
            isinstance(event, Placed) or (isinstance(event, Moved) and event.override is not None)
            for step in self.spot.steps
            for event in step.events
        )

    def _later(self, hours: int) -> None:
        self.spot = Spot(self.deal, self.spot.at + timedelta(hours=hours), self.spot.steps)

    def _moved(self, arc: Arc | None, reason: str | None) -> Changes | None:
        if arc is None:
            return None
        return moved(self.engine.process, self.deal, arc, reason, self.spot.at)

    def _fires(self, attempt: Attempt) -> None:
        deal, at = self.deal, self.spot.at
        arc = self.oracle.taken(deal, attempt, at)
        step = self._does(fired(attempt), self._moved(arc, attempt.reason))
        if arc is not None:
            event = next(each for each in step.events if isinstance(each, Moved))
            told = event.trigger, event.source, event.target, event.kind, event.stops
            made = attempt.trigger, deal.stage, arc.target, arc.kind, arc.stops
            hold(told == made, f"the event says {told}, and it was {made}")
            without = self.oracle.taken(deal, replace(attempt, override=None), at)
            why = attempt.reason, attempt.role, None if without else attempt.override
            said = event.reason, event.role, event.override
            hold(said == why, f"the event says {said}, and it was {why}")

    def _hands_over(self, handover: Handover, by: str, its: Whose) -> Spot | None:
        """The spot with what begins by it, or None where it is refused."""
        process, deal, at = self.engine.process, self.deal, self.spot.at
        command = Command("hand_over", {"handover": handover.name, **its}, by)
        name = f"{deal.id}.{handover.name}"
        handed = self.engine.hand_over(deal, handover.name, id=name, at=at, by=by, **its)
        may = self.oracle.may_hand_over(deal, handover, by, at)
        expected = handed_over(process, name, handover, deal, at, its)
        agree = bool(handed) == (may and self.oracle.begins(expected))
        hold(agree, f"{command} and what is asked do not agree: {handed!r}")
        hold_to(deal, handed.giving, {"at": at} if handed else None, at, command)
        every = self.engine.handovers(deal, at=at, by=by)
        told = any(way.allowed for way in every if way.trigger == handover.name)
        bare = handed_over(process, name, handover, deal, at, {})
        agree = told == (may and self.oracle.begins(bare))
        hold(agree, f"handovers() and what {command} asks do not agree")
        if not handed:
            return None
        begun = handed.receiving.unwrap()
        hold(begun == expected, f"{command} begins {begun}, and should {expected}")
        self._judge(begun, at)
        return self.spot.after(handed.giving, handed.receiving)

    def _does(self, command: Command, foretold: Changes | None) -> Step:
        step = command.put_to(self.engine, self.deal, self.spot.at)
        hold_to(self.deal, step, foretold, self.spot.at, command)
        if step:
            self.spot = self.spot.after(step)
        return step

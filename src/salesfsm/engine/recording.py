"""Commands that record what is known, proven, done and planned, and whose an opportunity is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from salesfsm.engine import assigning, buying, commands
from salesfsm.engine.events import BuyerMove
from salesfsm.engine.making import Compiled
from salesfsm.engine.opportunity import Activity, Evidence, Opportunity
from salesfsm.engine.step import Step


class Recorder(Compiled):
    """What can be recorded of an opportunity; none of it moves it from stage to stage."""

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
        turn: int | None = None,
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Give it to an owner, a team or both; None keeps, the empty text takes away.

        With neither, the rules of assignment of the process decide. Where members take turns,
        ``turn`` is how many opportunities that rule has assigned before.
        """
        now = self._moment(opportunity, at, by)
        if owner is None and team is None:
            table = self._assignments
            decision = assigning.assign_by_rule(self._process, table, opportunity, turn, now, by)
        else:
            decision = assigning.assign(self._process, opportunity, owner, team, now, by)
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

    # the buyer, beside proving milestones

    def buyer_revisits(
        self,
        opportunity: Opportunity,
        phase: str,
        *,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Record that the buyer goes back to ``phase``: evidence beyond it is withdrawn."""
        now = self._moment(opportunity, at, by)
        decision = buying.buyer_revisits(self._process, opportunity, phase, reason, now, by)
        return self._answered(opportunity, "buyer_revisits", decision)

    def buyer_holds(
        self,
        opportunity: Opportunity,
        *,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Record that the buyer pauses: no stage that mirrors a phase is entered meanwhile."""
        return self._buyer(opportunity, BuyerMove.HOLD, reason, at, by)

    def buyer_resumes(
        self,
        opportunity: Opportunity,
        *,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Record that the buyer goes on, after a pause or after giving up."""
        return self._buyer(opportunity, BuyerMove.RESUME, reason, at, by)

    def buyer_abandons(
        self,
        opportunity: Opportunity,
        *,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
    ) -> Step:
        """Record that the buyer gives the matter up; rules ask it as ``buyer == abandoned``."""
        return self._buyer(opportunity, BuyerMove.ABANDON, reason, at, by)

    def _buyer(
        self,
        opportunity: Opportunity,
        move: BuyerMove,
        reason: str,
        at: datetime | None,
        by: str | None,
    ) -> Step:
        now = self._moment(opportunity, at, by)
        decision = buying.buyer_stands(opportunity, move, reason, now, by)
        return self._answered(opportunity, f"buyer_{_DOES[move]}", decision)


_DOES = {
    BuyerMove.HOLD: "holds",
    BuyerMove.RESUME: "resumes",
    BuyerMove.ABANDON: "abandons",
}

"""Commands that record what is known, proven, done and planned of an opportunity, by its id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Activity, Evidence
from salesfsm.engine.step import Step
from salesfsm.pipeline.deciding import Decider


class Recorder(Decider):
    """What can be recorded; none of it moves an opportunity from stage to stage."""

    def update(
        self,
        id: str,  # noqa: A002  # the word of every CRM
        facts: Mapping[str, object],
        *,
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Record facts by name; a value of None says that the fact is known no more."""
        return self._command(id, key, expected, Engine.update, facts, at=at, by=by)

    def record(
        self,
        id: str,  # noqa: A002
        evidence: Evidence,
        *,
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Record a piece of evidence, if its milestone accepts its kind and maker."""
        return self._command(id, key, expected, Engine.record, evidence, at=at, by=by)

    def withdraw(
        self,
        id: str,  # noqa: A002
        milestone: str,
        *,
        ref: str | None = None,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Withdraw the evidence for a milestone: the piece with ``ref``, or all of it."""
        return self._command(
            id, key, expected, Engine.withdraw, milestone, ref=ref, reason=reason, at=at, by=by
        )

    def complete(
        self,
        id: str,  # noqa: A002
        task: str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Complete a task of any stage."""
        return self._command(id, key, expected, Engine.complete, task, at=at, by=by)

    def log(
        self,
        id: str,  # noqa: A002
        activity: Activity | str,
        *,
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Log an activity that took place or, with a ``due`` time, plan one."""
        return self._command(id, key, expected, Engine.log, activity, at=at, by=by)

    def assign(
        self,
        id: str,  # noqa: A002
        *,
        owner: str | None = None,
        team: str | None = None,
        turn: int | None = None,
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Give it to an owner, a team or both, or to whom the rules of assignment choose."""
        return self._command(
            id, key, expected, Engine.assign, owner=owner, team=team, turn=turn, at=at, by=by
        )

    def hold(
        self,
        id: str,  # noqa: A002
        *,
        until: datetime | None = None,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Let an open opportunity rest: nothing moves it until it is resumed."""
        return self._command(
            id, key, expected, Engine.hold, until=until, reason=reason, at=at, by=by
        )

    def resume(
        self,
        id: str,  # noqa: A002
        *,
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Let a resting opportunity go on."""
        return self._command(id, key, expected, Engine.resume, at=at, by=by)

    # the buyer, beside proving milestones

    def buyer_revisits(
        self,
        id: str,  # noqa: A002
        phase: str,
        *,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Record that the buyer goes back to ``phase``: evidence beyond it is withdrawn."""
        return self._command(
            id, key, expected, Engine.buyer_revisits, phase, reason=reason, at=at, by=by
        )

    def buyer_holds(
        self,
        id: str,  # noqa: A002
        *,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Record that the buyer pauses: no stage that mirrors a phase is entered meanwhile."""
        return self._command(id, key, expected, Engine.buyer_holds, reason=reason, at=at, by=by)

    def buyer_resumes(
        self,
        id: str,  # noqa: A002
        *,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Record that the buyer goes on, after a pause or after giving up."""
        return self._command(id, key, expected, Engine.buyer_resumes, reason=reason, at=at, by=by)

    def buyer_abandons(
        self,
        id: str,  # noqa: A002
        *,
        reason: str = "",
        at: datetime | None = None,
        by: str | None = None,
        key: str | None = None,
        expected: int | None = None,
    ) -> Step:
        """Record that the buyer gives the matter up."""
        return self._command(id, key, expected, Engine.buyer_abandons, reason=reason, at=at, by=by)

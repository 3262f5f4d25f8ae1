"""What a process allows, worked out a second time: by explanations, from the definitions alone.

It shares neither the compiled guards nor the decisions of the engine, so that each checks the
other. It is slow, and for tests only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from salesfsm.engine.opportunity import Opportunity, Override
from salesfsm.process.arcs import Arc, arcs_of, sources_among
from salesfsm.process.handover import Handover
from salesfsm.process.kinds import Acting, Level
from salesfsm.process.people import Assignment
from salesfsm.process.process import Process
from salesfsm.process.requirements import (
    Requirement,
    contract_requirements,
    entry_requirements,
)
from salesfsm.rules import core
from salesfsm.rules.explanation import explain
from salesfsm.rules.resolve import resolve
from salesfsm.rules.subject import PredicateFunction
from salesfsm.rules.verdict import Verdict


@dataclass(frozen=True)
class Attempt:
    """A trigger as somebody fires it; ``due`` where it fires by itself, when its time has come."""

    trigger: str
    by: str | None = None
    role: str | None = None
    reason: str | None = None
    override: Override | None = None
    due: bool = False


class Oracle:
    """Says of one process what may happen to an opportunity of it."""

    def __init__(self, process: Process, predicates: Mapping[str, PredicateFunction]) -> None:
        self.process, self._predicates = process, predicates
        self._ways: dict[tuple[str, str], tuple[Arc, ...]] = {}
        for arc in arcs_of(process):
            key = arc.source, arc.trigger
            self._ways[key] = (*self._ways.get(key, ()), arc)

    def taken(self, deal: Opportunity, attempt: Attempt, at: datetime) -> Arc | None:
        """The way that the attempt takes, or None where it must be refused."""
        arc = self.chosen(deal, attempt, at)
        if arc is None or not arc.reasons:
            return arc
        if attempt.reason is None:
            return None
        free = attempt.reason in self.reasons(deal, arc, at)
        return arc if free or self._overriding(deal, attempt) else None

    def chosen(self, deal: Opportunity, attempt: Attempt, at: datetime) -> Arc | None:
        """The way that the attempt would take with any reason that fits: the first that is open.

        Where none is, an override of a role that may takes the first of all.
        """
        if deal.hold is not None:
            return None
        free = [
            arc
            for arc in self._ways.get((deal.stage, attempt.trigger), ())
            if self._may_take(deal, attempt, arc)
            and (not attempt.due or self._is_due(deal, arc, at))
        ]
        for arc in free:
            if self._met(arc.requirements, deal, at):
                return arc
        return free[0] if free and self._overriding(deal, attempt) else None

    def reasons(self, deal: Opportunity, arc: Arc, at: datetime) -> tuple[str, ...]:
        """The reasons that may be given for taking the way now."""
        asking = dict(arc.reasons_asking)
        return tuple(
            reason for reason in arc.reasons if self._met(asking.get(reason, ()), deal, at)
        )

    def timers(self, deal: Opportunity) -> set[tuple[str, datetime]]:
        """The triggers that fire by themselves where it stands, and when."""
        if deal.hold is not None:
            return set()
        return {
            (arc.trigger, self.process.calendar.after(deal.running_since, arc.after))
            for (stage, _), arcs in self._ways.items()
            for arc in arcs
            if stage == deal.stage and arc.after is not None
        }

    def begins(self, deal: Opportunity) -> bool:
        """Whether what asks its first stage on entry is met; it stands as it was opened."""
        stage = self.process.stage_by_name[deal.stage]
        return self._met(entry_requirements(self.process, stage), deal, deal.at)

    def may_hand_over(self, deal: Opportunity, handover: Handover, by: str, at: datetime) -> bool:
        """Whether all is met that the hand-over asks of the giver."""
        return (
            deal.hold is None
            and deal.stage in sources_among(self.process, handover.source)
            and self._may_act(deal, by)
            and self._met(contract_requirements(self.process, handover.needs), deal, at)
        )

    def assigning(self, deal: Opportunity, at: datetime) -> Assignment | None:
        """The rule of assignment that decides whose it is; None where none is met."""
        vocabulary = self.process.vocabulary
        for each in self.process.assignments:
            if each.when is None or self._says(resolve(each.when, vocabulary), deal, at):
                return each
        return None

    def _met(self, requirements: Iterable[Requirement], deal: Opportunity, at: datetime) -> bool:
        return all(
            self._says(each.condition, deal, at)
            for each in requirements
            if each.level is Level.BLOCK and (each.since is None or each.since <= at.date())
        )

    def _says(self, condition: core.Condition, deal: Opportunity, at: datetime) -> bool:
        return explain(condition, deal, at, self._predicates).verdict is Verdict.MET

    def _may_take(self, deal: Opportunity, attempt: Attempt, arc: Arc) -> bool:
        return (not arc.roles or attempt.role in arc.roles) and self._may_act(deal, attempt.by)

    def _may_act(self, deal: Opportunity, by: str | None) -> bool:
        stage = self.process.stage_by_name[deal.stage]
        acting = self.process.acting_in(stage)
        if acting is Acting.OWNER:
            return deal.owner is None or by == deal.owner
        name = stage.team or deal.team
        if acting is Acting.ANYONE or name is None:
            return True
        return any(each.name == name and by in each.members for each in self.process.teams)

    def _is_due(self, deal: Opportunity, arc: Arc, at: datetime) -> bool:
        after = arc.after
        return after is not None and self.process.calendar.after(deal.running_since, after) <= at

    def _overriding(self, deal: Opportunity, attempt: Attempt) -> bool:
        stage = self.process.stage_by_name[deal.stage]
        override = attempt.override
        return override is not None and override.role in self.process.overrides_in(stage)

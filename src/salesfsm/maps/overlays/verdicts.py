"""How the criteria of every stage stand for one opportunity, by the rules of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Blocker, Move
from salesfsm.process.process import Process
from salesfsm.process.requirements import (
    Requirement,
    entry_requirements,
    leaving_requirements,
)
from salesfsm.rules import core
from salesfsm.rules.explanation import asked, explain
from salesfsm.rules.verdict import MET, STALE, UNMET, Verdict

_OF_THE_STAGE = frozenset({"stage", "days_in_stage"})
"""The reserved names that say nothing yet about a stage in which the opportunity is not."""


class Verdicts:
    """Answers for one opportunity at one time.

    What asks a Python predicate is known to the engine alone: it is told where it stands in the way
    of a move from here, and left open elsewhere.
    """

    def __init__(
        self, process: Process, opportunity: Opportunity, at: datetime, moves: Sequence[Move]
    ) -> None:
        self.process, self.opportunity, self.at = process, opportunity, at
        self._blocking = [each for move in moves for each in move.blockers]
        self._unmet = [*self._blocking, *(each for move in moves for each in move.warnings)]
        self._by_stage: dict[str, dict[str, list[core.Condition]]] = {}

    def blocks(self, code: str) -> bool:
        """Whether what has this code stands in the way of a move from here: by itself, or as the
        part of a criteria set."""
        return any(code in _lacking(each) for each in self._blocking)

    def proof(self, milestone: str) -> Verdict:
        """Whether the milestone is proven, or was, by evidence that has expired."""
        pieces = self.opportunity.evidence.get(milestone)
        if not pieces:
            return UNMET
        return MET if pieces[0].until > self.at else STALE

    def criterion(self, stage: str, code: str) -> Verdict | None:
        """The verdict on what ``stage`` asks under ``code``; None where it cannot be told.

        Where the stage asks several things under one code, all of them must be met.
        """
        if stage not in self._by_stage:
            self._by_stage[stage] = self._conditions(stage)
        verdicts = [self._verdict(each, stage) for each in self._by_stage[stage].get(code, ())]
        if not verdicts or None in verdicts:
            return None
        return next((each for each in verdicts if each is not MET), MET)

    def _conditions(self, stage: str) -> dict[str, list[core.Condition]]:
        """By code, what the stage asks, and what the parts of its criteria sets do."""
        found: dict[str, list[core.Condition]] = {}
        for code, condition in self._asked(stage):
            every = found.setdefault(code, [])
            if condition not in every:
                every.append(condition)
        return found

    def _asked(self, stage: str) -> Iterator[tuple[str, core.Condition]]:
        definition = self.process.stage_by_name[stage]
        arcs = (arc for arc in self.process.arcs if arc.source == stage)
        every: Iterable[Requirement] = (
            *leaving_requirements(self.process, definition),
            *entry_requirements(self.process, definition),
            *(each for arc in arcs for each in arc.requirements),
        )
        for requirement in every:
            if requirement.since is None or requirement.since <= self.at.date():
                yield requirement.code, requirement.condition
                for part in core.walk(requirement.condition):
                    if isinstance(part, core.Named):
                        yield part.code, part.item

    def _verdict(self, condition: core.Condition, stage: str) -> Verdict | None:
        here = stage == self.opportunity.stage
        if any(isinstance(part, core.Predicate) for part in core.walk(condition)):
            return self._of_the_engine(condition) if here else None
        names = {name for kind, name in asked(condition) if kind == "reserved"}
        if not here and not names.isdisjoint(_OF_THE_STAGE):
            return None
        return explain(condition, self.opportunity, self.at).verdict

    def _of_the_engine(self, condition: core.Condition) -> Verdict | None:
        """What the engine found where the condition is asked of a move from here."""
        found = next((each for each in self._unmet if _is_about(each, condition)), None)
        if found is not None and found.explanation is not None:
            return found.explanation.verdict
        arcs = (arc for arc in self.process.arcs if arc.source == self.opportunity.stage)
        is_asked = any(each.condition == condition for arc in arcs for each in arc.requirements)
        return MET if is_asked else None


def _lacking(blocker: Blocker) -> set[str]:
    parts = blocker.explanation.parts if blocker.explanation else ()
    return {blocker.code, *(part.code for part in parts if part.verdict is not MET)}


def _is_about(blocker: Blocker, condition: core.Condition) -> bool:
    return blocker.explanation is not None and blocker.explanation.condition == condition

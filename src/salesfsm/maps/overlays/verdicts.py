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
    requirements,
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
        self,
        process: Process,
        opportunity: Opportunity,
        at: datetime,
        moves: Sequence[Move],
        lacking: Iterable[Move],
    ) -> None:
        """``moves`` are those from where it stands; ``lacking`` those that wait for something."""
        self.process, self.opportunity, self.at = process, opportunity, at
        self._blocking = [each for move in lacking for each in move.blockers]
        self._unmet = [each for move in moves for each in (*move.blockers, *move.warnings)]
        self._lacking = {(code, what) for each in self._blocking for code, what in _lacking(each)}
        self._asked: dict[tuple[str, str], dict[str, list[core.Condition]]] = {}

    def task_blocks(self, task: str) -> bool:
        """Whether the task stands in the way of a move from here."""
        return any(each.code == f"task.{task}" for each in self._blocking)

    def blocks(self, stage: str, name: str) -> bool:
        """Whether the criterion stands in the way of a move from here: by itself, or as the part of
        a criteria set. It is called as in :meth:`criterion`."""
        code = name.partition(":")[0]
        return stage == self.opportunity.stage and any(
            (code, _unnamed(each)) in self._lacking for each in self._conditions(stage, name)
        )

    def proof(self, milestone: str) -> Verdict:
        """Whether the milestone is proven, or was, by evidence that has expired."""
        pieces = self.opportunity.evidence.get(milestone)
        if not pieces:
            return UNMET
        return MET if pieces[0].until > self.at else STALE

    def criterion(self, stage: str, name: str) -> Verdict | None:
        """The verdict on what the card of ``stage`` asks; None where it cannot be told.

        ``name`` is the id of its box, without ``criterion.``: its code and what asks it.
        """
        verdicts = [self._verdict(each, stage) for each in self._conditions(stage, name)]
        if not verdicts or None in verdicts:
            return None
        return next((each for each in verdicts if each is not MET), MET)

    def _conditions(self, stage: str, name: str) -> Sequence[core.Condition]:
        """What is asked under a name: one condition, unless a set has two parts of one code."""
        code, _, where = name.partition(":")
        if (stage, where) not in self._asked:
            found: dict[str, list[core.Condition]] = {}
            for each, condition in self._coded(stage, where):
                found.setdefault(each, []).append(condition)
            self._asked[stage, where] = found
        return self._asked[stage, where].get(code, ())

    def _coded(self, stage: str, where: str) -> Iterator[tuple[str, core.Condition]]:
        """By code, what is asked, and what the parts of its criteria sets do."""
        for requirement in self._requirements(stage, where):
            if requirement.since is None or requirement.since <= self.at.date():
                yield requirement.code, requirement.condition
                for part in core.walk(requirement.condition):
                    if isinstance(part, core.Named):
                        yield part.code, part.item

    def _requirements(self, stage: str, where: str) -> Sequence[Requirement]:
        """What the exit of the stage asks, the entry of another, or a transition by its number."""
        known = self.process.stage_by_name
        if not where:
            return leaving_requirements(self.process, known[stage])
        if where in known:
            return entry_requirements(self.process, known[where])
        return requirements(self.process, self.process.transitions[int(where)].when, "when")

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


def _lacking(blocker: Blocker) -> Iterator[tuple[str, core.Condition]]:
    """By code, what it lacks: itself, and the parts of a criteria set that are not met."""
    if blocker.explanation:
        yield blocker.code, _unnamed(blocker.explanation.condition)
        for part in blocker.explanation.parts:
            if part.verdict is not MET:
                yield part.code, _unnamed(part.condition)


def _unnamed(condition: core.Condition) -> core.Condition:
    return condition.item if isinstance(condition, core.Named) else condition


def _is_about(blocker: Blocker, condition: core.Condition) -> bool:
    return blocker.explanation is not None and blocker.explanation.condition == condition

"""The single ways from stage to stage that the transitions stand for, with kind and criteria."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from salesfsm.process.definitions import (
    ANY,
    CLOSED,
    OPEN,
    Criterion,
    Stage,
    Task,
    Transition,
)
from salesfsm.process.fields import Text
from salesfsm.process.journey import Milestone
from salesfsm.process.kinds import Level, Outcome
from salesfsm.rules import core, syntax
from salesfsm.rules.explanation import asked
from salesfsm.rules.resolve import resolve
from salesfsm.rules.sets import element_of
from salesfsm.rules.values import Duration

if TYPE_CHECKING:
    from salesfsm.process.process import Process


class MoveKind(StrEnum):
    """What a move does, which follows from the order and the outcomes of its two stages."""

    ADVANCE = "advance"
    REGRESS = "regress"
    REPEAT = "repeat"
    WIN = "win"
    LOSE = "lose"
    REOPEN = "reopen"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Requirement:
    """A criterion of an arc, ready to be compiled: its condition, and what to tell of it."""

    code: str
    condition: core.Condition
    level: Level = Level.BLOCK
    says: Text | None = None
    owner: str | None = None
    hint: Text | None = None
    since: date | None = None


ArcKey = tuple[str, str, str]
"""Trigger, source and target of an arc."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One way from one stage to another: what a transition means for one of its sources."""

    trigger: str
    source: str
    target: str
    kind: MoveKind
    requirements: tuple[Requirement, ...]
    label: Text | None = None
    after: Duration | None = None
    reasons: tuple[str, ...] = ()
    transition: int = field(default=0, compare=False)
    """The index of the transition in the process."""

    @property
    def key(self) -> ArcKey:
        """Trigger, source and target: what counts of moves are kept by."""
        return self.trigger, self.source, self.target


def reached(starts: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    """The stages that pairs of stages lead to from ``starts``, these included."""
    following: dict[str, set[str]] = {}
    for source, target in pairs:
        following.setdefault(source, set()).add(target)
    found, waiting = set(starts), list(starts)
    while waiting:
        new = following.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


Needed = tuple[core.Condition, date | None]
"""Something that must be met, and the date from which it must."""


def needed_by(requirements: Iterable[Requirement]) -> frozenset[Needed]:
    """What blocks unless it is met, taken apart as far as each must be met by itself.

    Where all of this is among what another arc needs, that arc is never open without this one.
    """
    return frozenset(
        (condition, each.since)
        for each in requirements
        if each.level is Level.BLOCK
        for condition in core.conjuncts(each.condition)
    )


def never_met(needed: Iterable[Needed]) -> bool:
    """Whether one of the conditions says outright that it cannot be met."""
    return any(condition == core.Always(False) for condition, _ in needed)


def move_kind(process: Process, source: Stage, target: Stage) -> MoveKind:
    """The kind of a move from ``source`` to ``target``.

    The outcome of the target comes first, then whether the source was closed, then the paths, then
    the order of the stages.
    """
    if target.outcome is Outcome.WON:
        return MoveKind.WIN
    if target.outcome is Outcome.LOST:
        return MoveKind.LOSE
    if not source.is_open:
        return MoveKind.REOPEN
    if source.path != target.path:
        return MoveKind.ASIDE
    if source.name == target.name:
        return MoveKind.REPEAT
    order = list(process.stage_by_name)
    ahead = order.index(source.name) < order.index(target.name)
    return MoveKind.ADVANCE if ahead else MoveKind.REGRESS


def sources_of(process: Process, transition: Transition) -> tuple[str, ...]:
    """The stages that a transition leaves from. A group leaves out the target itself."""
    found: dict[str, None] = {}
    for source in transition.source:
        if source not in (OPEN, CLOSED, ANY):
            found[source] = None
            continue
        for stage in process.stages:
            wanted = source == ANY or stage.is_open == (source == OPEN)
            if wanted and stage.name != transition.target:
                found[stage.name] = None
    return tuple(found)


def arcs_of(process: Process) -> tuple[Arc, ...]:
    """Every arc of ``process``; what several arcs share is resolved once."""
    entry = {s.name: requirements(process, s.entry) for s in process.stages}
    leaving = {
        s.name: (*_of_tasks(s.tasks), *requirements(process, s.exit)) for s in process.stages
    }
    found = []
    for index, transition in enumerate(process.transitions):
        target = process.stage_by_name[transition.target]
        own = requirements(process, transition.when)
        for name in sources_of(process, transition):
            kind = move_kind(process, process.stage_by_name[name], target)
            guards = leaving[name] if kind in (MoveKind.ADVANCE, MoveKind.WIN) else ()
            found.append(
                Arc(
                    transition.trigger,
                    name,
                    target.name,
                    kind,
                    (*guards, *own, *entry[target.name]),
                    transition.label,
                    transition.after,
                    tuple(reason.name for reason in target.reasons),
                    index,
                )
            )
    return tuple(found)


def requirements(process: Process, criteria: Iterable[Criterion]) -> tuple[Requirement, ...]:
    """The criteria with their rules resolved; a whole criteria set becomes one for each element."""
    found: list[Requirement] = []
    for criterion in criteria:
        condition = resolve(criterion.rule, process.vocabulary)
        for code, part in _split(criterion, condition):
            element, milestone = element_of(code), _milestone_of(process, part)
            taken = sum(each.code == code or each.code.startswith(f"{code}.#") for each in found)
            found.append(
                Requirement(
                    f"{code}.#{taken + 1}" if taken else code,
                    part,
                    criterion.level,
                    criterion.says or (element.label if element else _asked_of(process, part)),
                    criterion.owner or (milestone.owner if milestone else None),
                    criterion.hint
                    or (element.hint if element else None)
                    or (milestone.hint if milestone else None),
                    criterion.since,
                )
            )
    return tuple(found)


def _asked_of(process: Process, condition: core.Condition) -> Text | None:
    """The label of the one thing that a condition asks, in the words of the process."""
    match condition:
        case core.Predicate(name):
            return process.predicates[name]
        case core.Proven(milestone):
            return process.milestone_by_name[milestone].label
    named = [name for kind, name in asked(condition) if kind == "fact"]
    return process.facts[named[0]].label if len(named) == 1 else None


def _milestone_of(process: Process, condition: core.Condition) -> Milestone | None:
    """The milestone that a condition asks and nothing else."""
    if not isinstance(condition, core.Proven):
        return None
    return process.milestone_by_name[condition.milestone]


def _split(criterion: Criterion, condition: core.Condition) -> list[tuple[str, core.Condition]]:
    whole = isinstance(condition, core.AtLeast) and condition.needed == len(condition.items)
    if isinstance(condition, core.AtLeast) and whole and criterion.code is None:
        named = [each for each in condition.items if isinstance(each, core.Named)]
        if len(named) == len(condition.items):
            return [(each.code, each.item) for each in named]
    return [(criterion.code or _code(criterion.rule, condition), condition)]


def _code(rule: syntax.Node, condition: core.Condition) -> str:
    """A code from what the rule is about: the set's name, or the names that it asks."""
    if isinstance(rule, syntax.Call) and any(
        isinstance(p, core.Named) for p in core.walk(condition)
    ):
        return rule.function
    prefix = {"milestone": "proven.", "task": "task.", "activity": "attempts."}
    names = [f"{prefix.get(kind, '')}{name}".rstrip(".") for kind, name in asked(condition)]
    telling = [name for name in names if name not in ("today", "now")] or names
    return "+".join(telling[:3]) or "always"


def _of_tasks(tasks: Iterable[Task]) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            f"task.{task.name}",
            core.Done(task.name),
            task.level,
            task.label,
            task.owner,
            task.hint,
        )
        for task in tasks
        if not task.optional
    )

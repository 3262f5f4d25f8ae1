"""What is asked before a move: criteria, tasks and the mirror, resolved, ready to be compiled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from salesfsm.process.definitions import Criterion, Stage, Task
from salesfsm.process.fields import Text
from salesfsm.process.handover import Contract
from salesfsm.process.journey import Milestone
from salesfsm.process.kinds import Level
from salesfsm.process.mirror import MIRROR, MIRROR_LAG, mirror_conditions
from salesfsm.rules import core, syntax
from salesfsm.rules.explanation import asked
from salesfsm.rules.printer import print_rule
from salesfsm.rules.resolve import resolve
from salesfsm.rules.sets import element_of

if TYPE_CHECKING:
    from salesfsm.process.process import Process


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
    place: str = field(kw_only=True, compare=False)
    """The key of the definition that asks it: ``exit``, ``when``, ``entry``."""
    rule: syntax.Node | None = field(default=None, compare=False)
    """The rule as it is written; None where there is none, as for tasks."""

    @property
    def written(self) -> str:
        """Where it is asked, and by which rule: ``entry: budget > 0``."""
        return self.place if self.rule is None else f"{self.place}: {print_rule(self.rule)}"


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


def entry_requirements(process: Process, stage: Stage) -> tuple[Requirement, ...]:
    """What beginning in ``stage`` asks, and moves that do not lead back: the mirror, and entry."""
    return (*mirror_requirements(process, stage), *requirements(process, stage.entry, "entry"))


def mirror_requirements(process: Process, stage: Stage) -> tuple[Requirement, ...]:
    """That the buyer is where ``stage`` mirrors them, or as far off as the process allows.

    Being behind the buyer only warns: whoever is late must not be held up.
    """
    asked = process.mirror_in(stage).level
    leading = {each.moves[1]: each for each in process.buyer.milestones if each.moves}
    found = []
    for code, condition in mirror_conditions(process, stage):
        kind, _, phase = code.partition(".")
        late = kind == MIRROR_LAG and asked is Level.BLOCK
        level = Level.WARN if late else asked
        milestone = leading.get(phase) if kind == MIRROR else None
        owner, hint = (milestone.owner, milestone.hint) if milestone else (None, None)
        found.append(Requirement(code, condition, level, owner=owner, hint=hint, place="mirrors"))
    return tuple(found)


def leaving_requirements(process: Process, stage: Stage) -> tuple[Requirement, ...]:
    """What moves ahead out of ``stage`` ask: its tasks, and its exit criteria."""
    return (*_of_tasks(stage.tasks), *requirements(process, stage.exit, "exit"))


def contract_requirements(process: Process, contract: Contract) -> tuple[Requirement, ...]:
    """What must be known and proven before an opportunity is handed over."""
    asked = [("known", name) for name in contract.facts]
    asked += [("proven", name) for name in contract.milestones]
    return requirements(
        process,
        (
            Criterion(rule=syntax.Call(function, (syntax.Name(name),)), code=f"handover.{name}")
            for function, name in asked
        ),
        "needs",
    )


def requirements(
    process: Process, criteria: Iterable[Criterion], place: str
) -> tuple[Requirement, ...]:
    """The criteria with their rules resolved; a whole criteria set becomes one for each element.

    ``place`` is the key of the definition under which they stand.
    """
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
                    criterion.rule,
                    place=place,
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
        case core.Done(task):
            return process.task_by_name[task].label
    match [(kind, name) for kind, name in asked(condition) if kind != "reserved"]:
        case [("fact", name)]:
            return process.facts[name].label
    return None


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
            place="tasks",
        )
        for task in tasks
        if not task.optional
    )

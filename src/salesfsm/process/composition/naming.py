"""Other names for the stages, tasks and hand-overs of a draft, wherever they are named."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Collection

from salesfsm.errors import CommandError, shorten
from salesfsm.process.composition.draft import Draft
from salesfsm.process.definitions import Criterion, Stage, Transition
from salesfsm.process.fields import NAME_FORM
from salesfsm.process.people import Assignment
from salesfsm.rules.renaming import Renaming, rename

_NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", re.ASCII)


def with_prefix(draft: Draft, prefix: str, *, facts: Collection[str] = ()) -> Draft:
    """The draft with ``prefix.`` before the names of its stages, tasks and hand-overs.

    ``facts`` are those of the process that it goes into, besides its own.
    """
    as_prefix(prefix)
    names = Renaming(
        {stage.name: f"{prefix}.{stage.name}" for stage in draft.stages},
        {task: f"{prefix}.{task}" for task in draft.task_by_name},
        {*draft.facts, *facts},
    )
    return renamed(draft, names, lambda handover: f"{prefix}.{handover}")


def as_prefix(prefix: str) -> str:
    """``prefix``, if names can begin with it; raises CommandError."""
    if not isinstance(prefix, str) or not _NAME.fullmatch(prefix):
        raise CommandError(
            f"{shorten(str(prefix))!r} cannot be put before names: a name has {NAME_FORM}"
        )
    if any(map(keyword.iskeyword, prefix.split("."))):
        raise CommandError(
            f"{prefix!r} cannot be put before names: rules are read as Python's expressions, in "
            "which it is a keyword"
        )
    return prefix


def renamed(draft: Draft, names: Renaming, handover: Callable[[str], str] = str) -> Draft:
    """The draft with other names for stages and tasks; ``handover`` gives those of hand-overs."""
    return draft.but(
        stages=tuple(_stage(stage, names) for stage in draft.stages),
        transitions=tuple(_transition(each, names) for each in draft.transitions),
        opens_in=tuple(map(names.stage, draft.opens_in)),
        assignments=tuple(_assignment(each, names) for each in draft.assignments),
        handovers=tuple(
            each.model_copy(
                update={
                    "name": handover(each.name),
                    "source": tuple(map(names.stage, each.source)),
                    "target": names.stage(each.target),
                }
            )
            for each in draft.handovers
        ),
    )


def _stage(stage: Stage, names: Renaming) -> Stage:
    return stage.model_copy(
        update={
            "name": names.stage(stage.name),
            "tasks": tuple(
                task.model_copy(update={"name": names.task(task.name)}) for task in stage.tasks
            ),
            "entry": _criteria(stage.entry, names),
            "exit": _criteria(stage.exit, names),
            "reasons": tuple(
                reason.model_copy(update={"when": _criteria(reason.when, names)})
                for reason in stage.reasons
            ),
        }
    )


def _transition(transition: Transition, names: Renaming) -> Transition:
    return transition.model_copy(
        update={
            "source": tuple(map(names.stage, transition.source)),
            "target": names.stage(transition.target),
            "when": _criteria(transition.when, names),
        }
    )


def _criteria(criteria: tuple[Criterion, ...], names: Renaming) -> tuple[Criterion, ...]:
    return tuple(_criterion(each, names) for each in criteria)


def _criterion(criterion: Criterion, names: Renaming) -> Criterion:
    rule = rename(criterion.rule, names)
    return criterion if rule is criterion.rule else criterion.model_copy(update={"rule": rule})


def _assignment(assignment: Assignment, names: Renaming) -> Assignment:
    if assignment.when is None:
        return assignment
    return assignment.model_copy(update={"when": rename(assignment.when, names)})

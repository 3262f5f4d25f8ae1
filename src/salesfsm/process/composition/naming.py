"""Other names for the stages, tasks and hand-overs of a draft, wherever they are named."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Collection

from salesfsm.errors import CommandError, shorten
from salesfsm.process.composition.draft import Draft, with_fields
from salesfsm.process.definitions import Criterion, Stage
from salesfsm.process.fields import NAME_FORM
from salesfsm.rules import syntax
from salesfsm.rules.renaming import Renaming, rename

LONGEST_NAME = 100
_NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*", re.ASCII)


def with_prefix(draft: Draft, prefix: str, *, facts: Collection[str] = ()) -> Draft:
    """The draft with ``prefix.`` before the names of its stages, tasks and hand-overs.

    ``facts`` are those of the process that it goes into, besides its own.
    """
    as_prefix(prefix)
    names = Renaming(
        {stage.name: under(prefix, stage.name) for stage in draft.stages},
        {task: under(prefix, task) for task in draft.task_by_name},
        {*draft.facts, *facts},
    )
    return renamed(draft, names, lambda handover: under(prefix, handover))


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


def under(prefix: str, name: str) -> str:
    """``name`` with the prefix before it; raises CommandError where that is too long for a name."""
    found = f"{prefix}.{name}"
    if len(found) > LONGEST_NAME:
        raise CommandError(
            f"{shorten(found)!r} is longer than {LONGEST_NAME} characters: choose a shorter prefix"
        )
    return found


def renamed(draft: Draft, names: Renaming, handover: Callable[[str], str] = str) -> Draft:
    """The draft with other names for stages and tasks; ``handover`` gives those of hand-overs."""
    return draft.but(
        stages=tuple(_stage(stage, names) for stage in draft.stages),
        transitions=tuple(
            with_fields(
                way,
                source=_stages(way.source, names),
                target=names.stage(way.target),
                when=_criteria(way.when, names),
            )
            for way in draft.transitions
        ),
        opens_in=_stages(draft.opens_in, names),
        assignments=tuple(
            each if each.when is None else with_fields(each, when=rename(each.when, names))
            for each in draft.assignments
        ),
        invariants=tuple(
            with_fields(each, never=rename(each.never, names)) for each in draft.invariants
        ),
        handovers=tuple(
            with_fields(
                each,
                name=handover(each.name),
                source=_stages(each.source, names),
                target=names.stage(each.target),
            )
            for each in draft.handovers
        ),
    )


def confined(draft: Draft, prefix: str) -> Draft:
    """The draft whose rules of assignment speak of its own stages alone, under ``prefix``."""
    here = syntax.Options(tuple(syntax.Literal(stage.name) for stage in draft.stages))
    within = syntax.Comparison(syntax.Name("stage"), (("in", here),))

    def asked(rule: syntax.Node | None) -> syntax.Node:
        if rule is None:
            return within
        return rule if _tells_the_stage(rule) else syntax.And((within, rule))

    return draft.but(
        assignments=tuple(
            with_fields(each, name=under(prefix, each.name), when=asked(each.when))
            for each in draft.assignments
        )
    )


def _tells_the_stage(rule: syntax.Node) -> bool:
    """Whether the rule is met in stages that it names, and nowhere else."""
    match rule:
        case syntax.And(items):
            return any(map(_tells_the_stage, items))
        case syntax.Comparison(syntax.Name("stage"), (("==" | "in", _),)):
            return True
    return False


def _stage(stage: Stage, names: Renaming) -> Stage:
    return with_fields(
        stage,
        name=names.stage(stage.name),
        tasks=tuple(with_fields(task, name=names.task(task.name)) for task in stage.tasks),
        entry=_criteria(stage.entry, names),
        exit=_criteria(stage.exit, names),
        reasons=tuple(
            with_fields(reason, when=_criteria(reason.when, names)) if reason.when else reason
            for reason in stage.reasons
        ),
    )


def _stages(stages: tuple[str, ...], names: Renaming) -> tuple[str, ...]:
    return tuple(map(names.stage, stages))


def _criteria(criteria: tuple[Criterion, ...], names: Renaming) -> tuple[Criterion, ...]:
    return tuple(_criterion(each, names) for each in criteria)


def _criterion(criterion: Criterion, names: Renaming) -> Criterion:
    rule = rename(criterion.rule, names)
    return criterion if rule is criterion.rule else with_fields(criterion, rule=rule)

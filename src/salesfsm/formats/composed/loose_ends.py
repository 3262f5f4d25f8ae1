"""Finds in a draft what the steps of composition cannot work on, before they begin.

All else is told when the whole is checked: a file may count on what another one declares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from salesfsm.errors import CommandError, DefinitionError, Problem, unknown_name
from salesfsm.process.composition.draft import Draft
from salesfsm.process.composition.paths import by_names
from salesfsm.process.definitions import GROUPS
from salesfsm.process.problems import MOST_PROBLEMS, names, references, sizes
from salesfsm.process.problems.finding import Finder
from salesfsm.process.process import Process


def check_ends(draft: Draft) -> None:
    """Refuse a draft in which names are used twice, or ways lead from or to nothing."""
    _check(draft, sizes.FINDERS, names.FINDERS, (_ways,))


def check_giver(draft: Draft) -> None:
    """Refuse a draft that is to give a stage and what its rules ask, where a name is of nothing."""
    check_stages(draft)
    _check(draft, references.FINDERS)


def check_stages(draft: Draft) -> None:
    """Refuse a draft to which nothing gave a stage."""
    if not draft.stages:
        hint = f"stages: {Process.model_fields['stages'].description}"
        raise DefinitionError([Problem("the key 'stages' is missing", hint=hint)])


def check_sizes(*drafts: Draft) -> None:
    """Refuse drafts that are too large together, before the work of laying them together."""
    for bound in sizes.BOUNDS:
        count = bound.count(drafts)
        if count > bound.most:
            raise CommandError(
                f"this makes {count} {bound.things}, and a process may have {bound.most}"
            )


def _check(draft: Draft, *rounds: tuple[Finder, ...]) -> None:
    for finders in rounds:
        every = (problem for finder in finders for problem in finder(draft))
        if found := list(islice(every, MOST_PROBLEMS)):
            raise DefinitionError(replace(each, path=by_names(each.path, draft)) for each in found)


def _ways(process: Process) -> Iterator[Problem]:
    stages = process.stage_by_name
    for i, way in enumerate(process.transitions):
        for source in way.source:
            if source not in stages and source not in GROUPS:
                message = unknown_name("source", source, (*stages, *GROUPS))
                yield Problem(message, ("transitions", i, "source"))
        if way.target not in stages:
            message = unknown_name("stage", way.target, stages)
            yield Problem(message, ("transitions", i, "target"))

"""Names that are used twice, or that mean something else where they would be read."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from salesfsm.errors import Problem
from salesfsm.process.definitions import GROUPS
from salesfsm.process.problems.finding import Finder, Path
from salesfsm.rules.sets import SETS
from salesfsm.rules.vocabulary import FUNCTIONS, RESERVED, is_reserved

if TYPE_CHECKING:
    from salesfsm.process.process import Process


def _twice(kind: str, names: Iterable[tuple[str, Path]]) -> Iterator[Problem]:
    seen: dict[str, Path] = {}
    for name, path in names:
        if name in seen:
            yield Problem(f"the {kind} {name!r} is defined twice", path, "names are used once")
        seen[name] = path


def _duplicates(process: Process) -> Iterator[Problem]:
    yield from _twice("stage", ((s.name, ("stages", i)) for i, s in enumerate(process.stages)))
    yield from _twice(
        "task",
        (
            (task.name, ("stages", i, "tasks", j))
            for i, stage in enumerate(process.stages)
            for j, task in enumerate(stage.tasks)
        ),
    )
    for i, stage in enumerate(process.stages):
        reasons = ((r.name, ("stages", i, "reasons", j)) for j, r in enumerate(stage.reasons))
        yield from _twice("reason", reasons)
    for part, kind in (("phases", "phase"), ("milestones", "milestone"), ("jobs", "job")):
        names = enumerate(getattr(process.buyer, part))
        yield from _twice(kind, ((each.name, ("buyer", part, i)) for i, each in names))
    for part, kind in (
        ("teams", "team"),
        ("assignments", "assignment"),
        ("handovers", "hand-over"),
    ):
        names = enumerate(getattr(process, part))
        yield from _twice(kind, ((each.name, (part, i)) for i, each in names))
    for i, team in enumerate(process.teams):
        members = enumerate(team.members)
        yield from _twice("member", ((name, ("teams", i, "members", j)) for j, name in members))
    activities = enumerate(process.activities)
    yield from _twice("activity", ((name, ("activities", i)) for i, name in activities))


def _reserved(process: Process) -> Iterator[Problem]:
    for i, stage in enumerate(process.stages):
        why = "as a source it stands for many stages" if stage.name in GROUPS else ""
        if is_reserved(stage.name):
            why = "rules could not tell it from what the name means there"
        if why:
            yield Problem(
                f"a stage cannot be named {stage.name!r}: {why}",
                ("stages", i, "name"),
                "rename it; 'label' says what people read",
            )
    taken = (*FUNCTIONS, *SETS)
    for part in ("facts", "predicates"):
        for name in getattr(process, part):
            if is_reserved(name) or name in taken:
                yield Problem(
                    f"{name!r} has a meaning in rules and cannot name one of the {part}",
                    (part, name),
                    f"taken are: {', '.join((*RESERVED, *taken))} and Python's keywords",
                    at_key=True,
                )
    for path, name in _asked(process):
        if any(map(keyword.iskeyword, name.split("."))):
            yield Problem(
                f"{name!r} cannot be asked for in rules: they are read as Python's expressions, "
                "and it is a keyword there",
                path,
                "choose another name; 'label' says what people read",
                at_key=path[0] in ("facts", "predicates"),
            )


def _asked(process: Process) -> Iterator[tuple[Path, str]]:
    """The names that rules ask for by themselves, not as texts, with the paths to them."""
    for part in ("facts", "predicates"):
        names = getattr(process, part)
        yield from (((part, name), name) for name in names if not is_reserved(name))
    yield from ((("activities", i), name) for i, name in enumerate(process.activities))
    for i, phase in enumerate(process.buyer.phases):
        yield ("buyer", "phases", i, "name"), phase.name
    for i, milestone in enumerate(process.buyer.milestones):
        yield ("buyer", "milestones", i, "name"), milestone.name
    for i, stage in enumerate(process.stages):
        for j, task in enumerate(stage.tasks):
            yield ("stages", i, "tasks", j, "name"), task.name


FINDERS: tuple[Finder, ...] = (_duplicates, _reserved)

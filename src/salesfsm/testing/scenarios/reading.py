"""Files of scenarios to scenarios of a process, with every problem at its line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from pydantic import ValidationError

from salesfsm.engine.commands import accept_facts
from salesfsm.errors import DefinitionError, Place, Problem, SalesFsmError, unknown_name
from salesfsm.formats.process_file import load
from salesfsm.formats.source import Source, read_source
from salesfsm.formats.validation import problems_of
from salesfsm.process.process import Process
from salesfsm.testing.engines import MOMENT
from salesfsm.testing.scenarios.definitions import Given, Scenario, Scenarios

_LIBRARY = "library:"


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The scenarios of a file, each with all that is given, and where each stands.

    ``process`` is the one that they are about, ``at`` when their triggers are fired.
    """

    process: Process
    at: datetime
    scenarios: tuple[Scenario, ...]
    _source: Source = field(repr=False, compare=False)

    def place(self, index: int) -> Place:
        """Where the scenario with this index stands."""
        return self._source.place(("scenarios", index))


def read_scenarios(path: str | os.PathLike[str]) -> ScenarioFile:
    """The scenarios in a file (``.scenarios.yaml``, ``.yml`` or ``.json``) and their process.

    Raises :class:`~salesfsm.errors.DefinitionError` with every problem of the file at its line:
    unknown keys, stages, facts, milestones, tasks, triggers, values that a fact does not take. The
    problems of the process file are raised as :func:`salesfsm.load` does.
    """
    source = read_source(path)
    if not isinstance(source.data, dict):
        problem = Problem("scenarios are a mapping (key: value)", place=source.place(()))
        raise DefinitionError([problem])
    try:
        read = Scenarios.model_validate(source.data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, source, Scenarios)) from None
    process = _process(read.process, Path(path).parent, source)
    if found := list(_problems(read, process)):
        placed = [replace(each, place=source.place(each.path, key=each.at_key)) for each in found]
        raise DefinitionError(sorted(placed, key=attrgetter("position")))
    whole = tuple(
        each.model_copy(update={"given": each.given.over(read.given)}) for each in read.scenarios
    )
    return ScenarioFile(process, read.at or MOMENT, whole, source)


def _process(named: str, folder: Path, source: Source) -> Process:
    if named.startswith(_LIBRARY):
        return load(named)
    if not (folder / named).is_file():
        hint = "Name a file beside this one, or library:NAME."
        problem = Problem(f"there is no file {folder / named}", ("process",), hint)
        raise DefinitionError([replace(problem, place=source.place(("process",)))])
    return load(folder / named)


def _problems(read: Scenarios, process: Process) -> Iterator[Problem]:
    yield from _given(read.given, process, ("given",))
    names = [each.name for each in read.scenarios]
    for index, each in enumerate(read.scenarios):
        path: tuple[str | int, ...] = ("scenarios", index)
        if each.name in names[:index]:
            hint = "Say what sets it apart: tests are picked by their names."
            yield Problem(f"the name {each.name!r} is taken", (*path, "name"), hint)
        yield from _given(each.given, process, (*path, "given"))
        when = (*path, "when")
        yield from _unknown("trigger", [(each.when.trigger, when)], process.triggers)
        allowed = [(each.then.allowed, (*path, "then", "allowed"))] if each.then.allowed else []
        yield from _unknown("stage", allowed, process.stage_by_name)


Named = tuple[str, tuple[str | int, ...]]
"""A name, and the path to it."""


def _given(given: Given, process: Process, path: tuple[str | int, ...]) -> Iterator[Problem]:
    stages = [
        (name, (*path, key))
        for key, name in (("stage", given.stage), ("stopped_in", given.stopped_in))
        if name is not None
    ]
    yield from _unknown("stage", stages, process.stage_by_name)
    proofs = [(each.milestone, (*path, "evidence", i)) for i, each in enumerate(given.evidence)]
    yield from _unknown("milestone", proofs, process.milestone_by_name)
    tasks = [(name, (*path, "tasks", i)) for i, name in enumerate(given.tasks)]
    yield from _unknown("task", tasks, process.task_by_name)
    kinds = [(name, (*path, "activities", i)) for i, name in enumerate(given.activities)]
    yield from _unknown("activity", kinds, process.activities)
    for name, value in given.facts.items():
        try:
            accept_facts(process, {name: value})
        except SalesFsmError as error:
            unknown = name not in process.facts
            yield Problem(str(error), (*path, "facts", name), at_key=unknown)


def _unknown(kind: str, named: Iterable[Named], known: Iterable[str]) -> Iterator[Problem]:
    every = tuple(known)
    for name, path in named:
        if name not in every:
            yield Problem(unknown_name(kind, name, every), path)

"""Files of scenarios to scenarios of a process, with every problem at its line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from pydantic import ValidationError

from salesfsm import library
from salesfsm.engine.commands import accept_facts
from salesfsm.errors import DefinitionError, Place, Problem, SalesFsmError, unknown_name
from salesfsm.formats.composed.reading import LIBRARY, is_library_name
from salesfsm.formats.process_file import load
from salesfsm.formats.source import Source, parse_source, read_source
from salesfsm.formats.validation import problems_of
from salesfsm.process.definitions import GROUPS
from salesfsm.process.process import Process
from salesfsm.testing.engines import MOMENT
from salesfsm.testing.scenarios.definitions import Given, Scenario, Scenarios
from salesfsm.testing.scenarios.prefixing import prefixed

MOST_FILES = 40
"""How many files one file of scenarios may take in, those included that these take in."""

Steps = tuple[str | int, ...]
"""A path into a file."""


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The scenarios of a file, each with all that is given, and where each stands.

    ``process`` is the one that they are about, ``at`` when the triggers of its own are fired.
    """

    process: Process
    at: datetime
    scenarios: tuple[Scenario, ...]
    given: Given = field(repr=False, compare=False)
    """What holds for all of them unless they say else."""
    _times: tuple[datetime, ...] = field(repr=False)
    _places: tuple[Place, ...] = field(repr=False, compare=False)

    def time(self, index: int) -> datetime:
        """When the trigger of the scenario with this index is fired: as its own file says."""
        return self._times[index]

    def place(self, index: int) -> Place:
        """Where the scenario with this index stands."""
        return self._places[index]


def read_scenarios(path: str | os.PathLike[str]) -> ScenarioFile:
    """The scenarios in a file (``.scenarios.yaml``, ``.yml`` or ``.json``) and their process.

    ``library:NAME`` are those of a ready-made process. Raises
    :class:`~salesfsm.errors.DefinitionError` with every problem of the file at its line: unknown
    keys, stages, facts, milestones, tasks, triggers, values that a fact does not take. The problems
    of the process file are raised as :func:`salesfsm.load` does.
    """
    return _Reading().file(path)


class _Reading:
    """Reads a file and those that it takes in."""

    def __init__(self) -> None:
        self._taken = 0

    def file(self, path: str | os.PathLike[str]) -> ScenarioFile:
        """The scenarios in a file, and those that it takes in."""
        source = _source(path)
        if not isinstance(source.data, dict):
            problem = Problem("scenarios are a mapping (key: value)", place=source.place(()))
            raise DefinitionError([problem])
        if "stages" in source.data and "scenarios" not in source.data:
            hint = "Name a file of scenarios, or check this one: salesfsm check FILE."
            place = source.place(("stages",), key=True)
            raise DefinitionError(
                [Problem("this is a process, no file of scenarios", (), hint, place)]
            )
        try:
            read = Scenarios.model_validate(source.data, by_alias=True, by_name=False)
        except ValidationError as error:
            raise DefinitionError(problems_of(error, source, Scenarios)) from None
        folder = Path(path).parent
        process = load(_found(read.process, folder, source, ("process",)))
        taken = self._taken_in(read, folder, source, process)
        common = read.given if read.extends is None else read.given.over(taken[0][1].given)
        own = tuple(
            each.model_copy(update={"given": each.given.over(common)}) for each in read.scenarios
        )
        kept = _kept(taken, read)
        found = [*_problems(read, own, process), *_unused(taken, read)]
        for steps, each, *_ in kept:
            found += _problems_taken_in(each, process, steps)
        if found:
            placed = [replace(one, place=source.place(one.path, key=one.at_key)) for one in found]
            raise DefinitionError(sorted(placed, key=attrgetter("position")))
        places = [source.place(("scenarios", index)) for index in range(len(own))]
        at = read.at or next((each.at for _, each in taken), MOMENT)
        return ScenarioFile(
            process,
            at,
            (*own, *(each for _, each, *_ in kept)),
            common,
            (*(at for _ in own), *(time for *_, time, _ in kept)),
            (*places, *(place for *_, place in kept)),
        )

    def _taken_in(
        self, read: Scenarios, folder: Path, source: Source, process: Process
    ) -> list[tuple[Steps, ScenarioFile]]:
        """The files that a file takes in, in the names of its process; what it extends first."""
        named: list[tuple[Steps, str, str]] = []
        if read.extends is not None:
            named.append((("extends",), "", read.extends))
        named += [(("include", prefix), prefix, file) for prefix, file in read.include.items()]
        found = []
        for steps, prefix, name in named:
            self._taken += 1
            if self._taken > MOST_FILES:
                problem = Problem(
                    f"more than {MOST_FILES} files are taken in, or each other", steps
                )
                raise DefinitionError([replace(problem, place=source.place(steps))])
            below = self.file(_found(name, folder, source, steps))
            if prefix:
                there = tuple(prefixed(below.scenarios, below.process, prefix, process))
                below = replace(below, process=process, scenarios=there)
            found.append((steps, below))
        return found


def _source(path: str | os.PathLike[str]) -> Source:
    if not is_library_name(path):
        return read_source(path)
    name = os.fspath(path)
    try:
        return parse_source(library.scenarios(name.removeprefix(LIBRARY)), file=name)
    except SalesFsmError as error:
        raise DefinitionError([Problem(str(error))]) from None


def _found(named: str, folder: Path, source: Source, path: Steps) -> str | Path:
    """What a file names: a file beside it, or one of the library."""
    if is_library_name(named):
        return named
    if not (folder / named).is_file():
        hint = "Name a file beside this one, or library:NAME."
        problem = Problem(f"there is no file {folder / named}", path, hint)
        raise DefinitionError([replace(problem, place=source.place(path))])
    return folder / named


def _kept(
    taken: Iterable[tuple[Steps, ScenarioFile]], read: Scenarios
) -> list[tuple[Steps, Scenario, datetime, Place]]:
    """What is taken in and neither left out nor said anew, when it holds, and where it stands."""
    gone = {each.name for each in read.scenarios}.union(read.leave_out)
    return [
        (steps, each, file.time(index), file.place(index))
        for steps, file in taken
        for index, each in enumerate(file.scenarios)
        if each.name not in gone
    ]


def _unused(taken: Iterable[tuple[Steps, ScenarioFile]], read: Scenarios) -> Iterator[Problem]:
    """Names that are left out and not there."""
    names = [each.name for _, file in taken for each in file.scenarios]
    left_out = [(name, ("leave_out", index)) for index, name in enumerate(read.leave_out)]
    yield from _unknown("scenario", left_out, names)


def _problems(read: Scenarios, own: Sequence[Scenario], process: Process) -> Iterator[Problem]:
    yield from _given(read.given, process, ("given",))
    names = [each.name for each in read.scenarios]
    for index, each in enumerate(read.scenarios):
        path: Steps = ("scenarios", index)
        if each.name in names[:index]:
            hint = "Say what sets it apart: tests are picked by their names."
            yield Problem(f"the name {each.name!r} is taken", (*path, "name"), hint)
        yield from _of_scenario(each, own[index].given, process, path)


def _problems_taken_in(each: Scenario, process: Process, path: Steps) -> Iterator[Problem]:
    """What of a scenario taken in the process does not have, told where that is written."""
    for problem in _of_scenario(each, each.given, process, ()):
        hint = "Name it under leave_out, or say it anew under the same name."
        yield Problem(f"{each.name!r}, which is taken in: {problem.message}", path, hint)


def _of_scenario(each: Scenario, given: Given, process: Process, path: Steps) -> Iterator[Problem]:
    yield from _given(each.given, process, (*path, "given"))
    when = (*path, "when")
    yield from _unknown("trigger", [(each.when.trigger, when)], process.triggers)
    allowed = [(each.then.allowed, (*path, "then", "allowed"))] if each.then.allowed else []
    yield from _unknown("stage", allowed, process.stage_by_name)
    for index, name in enumerate(each.then.needs):
        if not given.holds(name):
            hint = "What is needed is a fact, a task or a milestone of the evidence given."
            yield Problem(f"{name!r} is not given", (*path, "then", "needs", index), hint)


Named = tuple[str, Steps]
"""A name, and the path to it."""


def _given(given: Given, process: Process, path: Steps) -> Iterator[Problem]:
    stages = [(name, (*path, "stage")) for name in given.stage or () if name not in GROUPS]
    if given.stopped_in is not None:
        stages.append((given.stopped_in, (*path, "stopped_in")))
    yield from _unknown("stage", stages, process.stage_by_name)
    proofs = [(each.milestone, (*path, "evidence", i)) for i, each in enumerate(given.evidence)]
    yield from _unknown("milestone", proofs, process.milestone_by_name)
    tasks = [(name, (*path, "tasks", i)) for i, name in enumerate(given.tasks)]
    yield from _unknown("task", tasks, process.task_by_name)
    if given.team is not None and process.teams:
        yield from _unknown("team", [(given.team, (*path, "team"))], process.team_by_name)
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

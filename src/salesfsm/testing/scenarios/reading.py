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
from salesfsm.errors import DefinitionError, Place, Problem, SalesFsmError
from salesfsm.formats.composed.reading import LIBRARY, is_library_name
from salesfsm.formats.process_file import load
from salesfsm.formats.source import Source, parse_source, read_source
from salesfsm.formats.validation import problems_of
from salesfsm.process.process import Process
from salesfsm.testing.engines import MOMENT
from salesfsm.testing.scenarios.definitions import Given, Scenario, Scenarios
from salesfsm.testing.scenarios.fitting import Steps, own_problems, problems_taken_in, unknown_names
from salesfsm.testing.scenarios.prefixing import prefixed


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The scenarios of a file, each with all that is given, and where each stands.

    ``process`` is the one that they are about, ``at`` when the triggers of its own are fired.
    """

    process: Process = field(repr=False)
    at: datetime
    scenarios: tuple[Scenario, ...]
    given: Given = field(repr=False, compare=False)
    """What holds for all of them unless they say else."""
    _times: tuple[datetime, ...] = field(repr=False)
    _places: tuple[Place, ...] = field(repr=False, compare=False)

    def time(self, index: int) -> datetime:
        """When the trigger of the scenario with this index is fired: as it says, or its file."""
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
    return _read(path, ())


def _read(path: str | os.PathLike[str], above: Sequence[str]) -> ScenarioFile:
    """The scenarios in a file, which those ``above`` take in, and those that it takes in itself."""
    source = _source(path)
    read = _definitions(source)
    folder = Path(path).parent
    process = load(_found(read.process, folder, source, ("process",)))
    taken = _taken_in(read, folder, source, process, (*above, _key(path)))
    common = read.given if read.extends is None else read.given.over(taken[0][1].given)
    own = tuple(
        each.model_copy(update={"given": each.given.over(common)}) for each in read.scenarios
    )
    kept = _kept(taken, read)
    found = [*own_problems(read, own, process), *_unused(taken, read)]
    for steps, each, *_ in kept:
        found += problems_taken_in(each, process, steps)
    if not (own or kept):
        hint = "Leave out less, or say what holds instead under scenarios."
        found.append(Problem("this file claims nothing: it leaves out all", ("leave_out",), hint))
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
        (*(each.at or at for each in own), *(time for *_, time, _ in kept)),
        (*places, *(place for *_, place in kept)),
    )


def _definitions(source: Source) -> Scenarios:
    """What a file says, where it is one of scenarios."""
    if not isinstance(source.data, dict):
        raise _error(source, (), "scenarios are a mapping (key: value)")
    if "stages" in source.data and "scenarios" not in source.data:
        hint = "Name a file of scenarios, or check this one: salesfsm check FILE."
        raise _error(source, ("stages",), "this is a process, no file of scenarios", hint, key=True)
    try:
        return Scenarios.model_validate(source.data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, source, Scenarios)) from None


def _taken_in(
    read: Scenarios, folder: Path, source: Source, process: Process, chain: Sequence[str]
) -> list[tuple[Steps, ScenarioFile]]:
    """The files that a file takes in, in the names of its process; what it extends first.

    ``chain`` are the keys of the files that lead here, the last one its own.
    """
    found: list[tuple[Steps, ScenarioFile]] = []
    if read.extends is not None:
        steps: Steps = ("extends",)
        found.append((steps, _read(_next(read.extends, folder, source, steps, chain), chain)))
    for prefix, file in read.include.items():
        steps = ("include", prefix)
        if prefix not in (known := _prefixes(process)):
            hint = "It includes no process: take the file in with extends."
            if known:
                hint = f"Write the prefix that it has there: {', '.join(known)}."
            message = f"{process.key} includes nothing as {prefix!r}"
            raise _error(source, steps, message, hint, key=True)
        below = _read(_next(file, folder, source, steps, chain), chain)
        there = tuple(prefixed(below.scenarios, below.process, prefix))
        found.append((steps, replace(below, process=process, scenarios=there)))
    return found


def _prefixes(process: Process) -> tuple[str, ...]:
    """What stands before the names of stages that the process includes, the outer one first."""
    parts = [name.split(".")[:-1] for name in process.stage_by_name]
    return tuple(dict.fromkeys(".".join(p[: n + 1]) for p in parts for n in range(len(p))))


def _next(
    named: str, folder: Path, source: Source, steps: Steps, chain: Sequence[str]
) -> str | Path:
    """The file that is taken in at ``steps``, unless that leads round in a circle."""
    path = _found(named, folder, source, steps)
    if (key := _key(path)) not in chain:
        return path
    circle = " -> ".join(Path(each).name for each in (*chain[chain.index(key) :], key))
    hint = "Take one of them out of the circle."
    raise _error(source, steps, f"this takes in itself: {circle}", hint)


def _key(path: str | os.PathLike[str]) -> str:
    """A name of a file that is the same however it was named."""
    return os.fspath(path) if is_library_name(path) else os.path.realpath(path)


def _source(path: str | os.PathLike[str]) -> Source:
    if not is_library_name(path):
        return read_source(path)
    name = os.fspath(path)
    try:
        return parse_source(library.scenarios(name.removeprefix(LIBRARY)), file=name)
    except SalesFsmError as error:
        raise DefinitionError([Problem(str(error))]) from None


def _found(named: str, folder: Path, source: Source, steps: Steps) -> str | Path:
    """What a file names: a file beside it, or one of the library."""
    if is_library_name(named):
        return named
    if not (folder / named).is_file():
        hint = "Name a file beside this one, or library:NAME."
        raise _error(source, steps, f"there is no file {folder / named}", hint)
    return folder / named


def _error(
    source: Source, steps: Steps, message: str, hint: str = "", *, key: bool = False
) -> DefinitionError:
    """The error that something in a file cannot be used."""
    return DefinitionError([Problem(message, steps, hint, source.place(steps, key=key))])


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
    yield from unknown_names("scenario", left_out, names)

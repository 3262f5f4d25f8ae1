"""Files of migration rules: YAML or JSON to rules, with every problem at its place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from operator import attrgetter

from pydantic import ValidationError

from salesfsm.errors import DefinitionError, Place, Problem, ValueTypeError
from salesfsm.formats.source import Source, read_source
from salesfsm.formats.validation import problems_of
from salesfsm.process.migration import MigrationRules
from salesfsm.process.migration_problems import find_migration_problems
from salesfsm.process.process import Process


@dataclass(frozen=True, slots=True)
class MigrationSource:
    """Rules of a migration as they stand in a file, not yet held against their processes."""

    rules: MigrationRules
    _source: Source = field(repr=False, compare=False)

    def checked(self, old: Process, new: Process) -> MigrationRules:
        """The rules, which fit both processes.

        Raises :class:`~salesfsm.errors.DefinitionError` with every problem at its place.
        """
        if found := find_migration_problems(self.rules, old, new):
            placed = [replace(each, place=self._place(each)) for each in found]
            raise DefinitionError(sorted(placed, key=attrgetter("position")))
        return self.rules

    def among(self, processes: Iterable[Process]) -> tuple[Process, Process]:
        """The old and the new process of the rules; raises ``DefinitionError`` for a missing one.

        ``processes`` may hold others, too.
        """
        known = {(each.name, each.version): each for each in processes}
        missing = [
            Problem(
                f"there is no {' '.join(wanted)} here",
                (key,),
                f"known: {', '.join(' '.join(each) for each in known)}" if known else "",
            )
            for wanted, key in ((self.rules.source, "from"), (self.rules.target, "to"))
            if wanted not in known
        ]
        if missing:
            raise DefinitionError(replace(each, place=self._place(each)) for each in missing)
        return known[self.rules.source], known[self.rules.target]

    def _place(self, problem: Problem) -> Place:
        return self._source.place(_written(problem.path, self._source.data), key=problem.at_key)


def load_migration(path: str | os.PathLike[str], processes: Iterable[Process]) -> MigrationRules:
    """The rules in a file (``.yaml``, ``.yml``, ``.json``), which fit their two processes.

    Those are found among ``processes`` by name and version. Raises
    :class:`~salesfsm.errors.DefinitionError` with every problem: file, line, column, the line
    itself, and how to mend it.
    """
    source = read_migration(path)
    return source.checked(*source.among(processes))


def read_migration(path: str | os.PathLike[str]) -> MigrationSource:
    """The rules in a file, whatever their processes. Raises as :func:`load_migration`."""
    if not isinstance(path, str | os.PathLike):
        raise ValueTypeError(f"load_migration takes the path of a file, not {path!r}")
    source = read_source(path)
    if not isinstance(source.data, dict):
        problem = Problem("rules of a migration are a mapping (key: value)", (), "", None)
        raise DefinitionError([replace(problem, place=source.place(()))])
    try:
        rules = MigrationRules.model_validate(source.data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, source, MigrationRules)) from None
    return MigrationSource(rules, source)


def _written(path: tuple[str | int, ...], data: object) -> tuple[str | int, ...]:
    """The path as it is in the file, where one target may stand without a list around it."""
    found: list[str | int] = []
    for part in path:
        match data, part:
            case list(), int():
                data = data[part]
            case dict(), _ if part in data:
                data = data[part]
            case _:
                continue
        found.append(part)
    return tuple(found)

"""Finds and reads the files that a process file names, and keeps to the folder of the first one.

Names are those of files, or ``library:NAME``. Nothing is fetched from an address, and no name
leads out of the folder, by whatever detour. What the files say is not known here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path as FilePath, PurePosixPath, PureWindowsPath
from typing import Any

from salesfsm import library
from salesfsm.errors import (
    DefinitionError,
    Place,
    Problem,
    UnknownNameError,
    printable,
    shorten,
)
from salesfsm.formats.source import Source, parse_source, read_source

Path = tuple[str | int, ...]

LIBRARY = "library:"
"""What the name of a ready-made process begins with."""

MOST_LEVELS = 8
"""How many files may stand in a chain in which each takes in the next."""

MOST_FILES = 40
"""How many files one process may be made of."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


@dataclass(frozen=True, slots=True)
class IncludedProblem(Problem):
    """A problem in a file that another one takes in; ``through`` is where that is written."""

    through: tuple[Place, ...] = ()

    def __str__(self) -> str:
        chain = "".join(f"\n  taken in by {place}" for place in self.through)
        return f"{Problem.__str__(self)}{chain}"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was read; ``key`` is the same however it was named.

    ``through`` are the places that name it and the files before it, the nearest first.
    """

    key: str
    source: Source
    through: tuple[Place, ...] = ()
    above: tuple[str, ...] = ()
    """The keys of the files that lead to it, the outermost first."""

    @property
    def data(self) -> dict[str, Any]:
        """What the file says; raises DefinitionError where it does not begin as a process does."""
        if not isinstance(self.source.data, dict):
            raise self.refusal("a process file is a mapping (key: value)")
        if "salesfsm" not in self.source.data:
            raise self.refusal("the key 'salesfsm' is missing", "begin the file with: salesfsm: 1")
        return self.source.data

    def refusal(self, message: str, hint: str = "", path: Path = ()) -> DefinitionError:
        """The error that something at ``path`` cannot be used."""
        return DefinitionError([self.placed(Problem(message, path, hint))])

    def placed(self, problem: Problem) -> Problem:
        """A problem of this file with its place."""
        place = self.source.place(problem.path, key=problem.at_key)
        return self.told(replace(problem, place=place))

    def told(self, problem: Problem) -> Problem:
        """A problem that has its place in this file, with the way to the file."""
        if not self.through:
            return problem
        told = {each.name: getattr(problem, each.name) for each in fields(Problem)}
        return IncludedProblem(**told, through=self.through)


def is_library_name(name: str | os.PathLike[str]) -> bool:
    """Whether this is the name of a ready-made process and not of a file."""
    return os.fspath(name).startswith(LIBRARY)


class Reader:
    """Reads the files of one load, each once."""

    def __init__(self, folder: FilePath | None) -> None:
        """``folder`` is that of the outermost file; None if it is a text that came from nowhere."""
        self._shown = folder
        self._folder = None if folder is None else FilePath(os.path.realpath(folder))
        self._sources: dict[str, Source] = {}

    def first(self, source: Source) -> File:
        """The outermost file, which is read already."""
        key = source.file if is_library_name(source.file) else self._key(FilePath(source.file))
        self._sources[key] = source
        return File(key, source)

    def named(self, name: str, by: File, path: Path) -> File:
        """The file that ``by`` names at ``path``.

        Raises DefinitionError at that place where there is none, or where it must not be read.
        """
        with _placed(by, path):
            key = name if is_library_name(name) else self._located(name, by)
            chain = (*by.above, by.key)
            if key in chain:
                circle = [*chain[chain.index(key) :], key]
                raise _refused(
                    f"this takes in itself: {' -> '.join(map(self._named, circle))}",
                    "take one of them out of the circle",
                )
            if len(chain) >= MOST_LEVELS:
                raise _refused(
                    f"more than {MOST_LEVELS} files take in each other in a row: "
                    + " -> ".join(map(self._named, (*chain, key))),
                    "take some of them in side by side",
                )
            source = self._read(key)
        return File(key, source, (by.source.place(path), *by.through), chain)

    def _read(self, key: str) -> Source:
        if key not in self._sources:
            if len(self._sources) >= MOST_FILES:
                raise _refused(
                    f"a process may be made of {MOST_FILES} files, and this is one more",
                    "put files that belong together into one",
                )
            from_library = is_library_name(key)
            self._sources[key] = (
                read_library(key) if from_library else _read_file(key, self._named(key))
            )
        return self._sources[key]

    def _located(self, name: str, by: File) -> str:
        """The key of the file that a relative name means."""
        if _SCHEME.match(name) and not PureWindowsPath(name).drive:
            hint = "save the file beside this one and name it"
            meant = name.partition(":")[2]
            if name.partition(":")[0].casefold() == LIBRARY[:-1] or meant in library.names():
                hint = f"did you mean {LIBRARY}{meant}?"
            raise _refused(f"{shorten(name)!r} is an address, and nothing is fetched", hint)
        if is_library_name(by.key):
            raise _refused(
                f"{shorten(name)!r} is the name of a file, and the library has none beside it",
                f"name a process of the library: {LIBRARY}NAME",
            )
        if self._folder is None:
            raise _refused(
                f"{shorten(name)!r} is relative to a folder, and this text is in none",
                f"call loads(text, folder=...), or name a process of the library: {LIBRARY}NAME",
            )
        return self._inside(name, by)

    def _inside(self, name: str, by: File) -> str:
        """The key of a file in the folder; refuses names that lead out of it."""
        assert self._folder is not None  # noqa: S101  # told by the caller
        outside = (
            "name a file in that folder or below it; copy what it needs into it"
            f" ({printable(str(self._shown))})"
        )
        if PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor:
            raise _refused(f"{shorten(name)!r} is not relative to this file", outside)
        path = FilePath(os.path.realpath(FilePath(by.key).parent / name))
        if not path.is_relative_to(self._folder):
            raise _refused(f"{shorten(name)!r} leads out of the folder of the first file", outside)
        return str(path)

    def _key(self, path: FilePath) -> str:
        return str(path if self._folder is None else self._folder / path.name)

    def _named(self, key: str) -> str:
        """How messages name a file: by the way that leads to the outermost one."""
        if key in self._sources:
            return self._sources[key].file
        if self._folder is None or self._shown is None or is_library_name(key):
            return key
        return printable(str(self._shown / FilePath(key).relative_to(self._folder)))


def read_library(name: str) -> Source:
    """The source of a process of the library. Raises DefinitionError for an unknown name."""
    try:
        return _parsed(library.text(name.removeprefix(LIBRARY)), name)
    except UnknownNameError as error:
        raise _refused(str(error)) from None


@lru_cache(maxsize=32)
def _parsed(text: str, name: str) -> Source:
    """The source of a text of the library, which many processes take in and nothing changes."""
    return parse_source(text, file=name)


def _read_file(path: str, shown: str) -> Source:
    """The source of a file; ``shown`` is its name in messages."""
    name = FilePath(path).stem
    if name in library.names() and not os.path.exists(path):  # noqa: PTH110  # it never raises
        raise _refused(f"there is no file {shown}", f"did you mean {LIBRARY}{name}?")
    return read_source(path, shown=shown)


@contextmanager
def _placed(by: File, path: Path) -> Iterator[None]:
    """Tell what is wrong with a name where it stands, and what is wrong with the file in it."""
    try:
        yield
    except DefinitionError as error:
        inside = File("", by.source, (by.source.place(path), *by.through))
        raise DefinitionError(
            inside.told(each) if each.place else by.placed(replace(each, path=path))
            for each in error.problems
        ) from None


def _refused(message: str, hint: str = "") -> DefinitionError:
    return DefinitionError([Problem(message, hint=hint)])

"""Tells from which file each thing of a composed process came, and where it stands there.

A thing is looked for by its name, in the outermost file first, then in those that it takes in. The
first one that says the most about it is meant: it is where to change it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from salesfsm.errors import Place, Problem
from salesfsm.formats.composed.reading import File
from salesfsm.formats.composed.ways import Way, is_of, name_of, ways_in, without
from salesfsm.process.composition.paths import Path

_PREFIXED = ("stages", "handovers", "transitions")
"""What has the prefix of the part that it came from."""

SHARED = (
    "currency",
    "calendar",
    "facts",
    "predicates",
    "labels",
    "buyer",
    "activities",
    "overrides",
    "teams",
    "assignments",
    "invariants",
    "acting",
    "mirror",
)
"""What a process shares by name with those that it takes in; all else is its own."""


class _Found(NamedTuple):
    """A place that may be meant: the less is missing and the better it fits, the more it is."""

    missing: int
    misfit: int
    file: File
    path: Path


@dataclass(frozen=True, slots=True)
class Below:
    """A layer that another one takes in, with the prefix of its stages if they have one.

    ``stages`` are the names of those that are taken, if not all of them are.
    """

    layer: Layer
    prefix: str = ""
    stages: tuple[str, ...] | None = None

    def candidates(self, path: Path, way: Way | None) -> Iterator[_Found]:
        """The places below that may be meant by a path of the layer above."""
        if (not self.prefix and self.stages is None) or (path and path[0] in SHARED):
            yield from self.layer.candidates(path, way)
        elif way is not None:
            if self.stages is None and way.is_of(self.prefix):
                yield from self.layer.candidates(path, way.without(self.prefix))
        elif len(path) > 1 and path[0] in _PREFIXED and self._has(path[1]):
            own = tuple(without(part, self.prefix) for part in path)
            yield from self.layer.candidates(own, None)

    def _has(self, name: str | int) -> bool:
        return is_of(name, self.prefix) and (self.stages is None or name in self.stages)


@dataclass(frozen=True, slots=True)
class Layer:
    """A file and what it takes in, the nearest first."""

    file: File
    below: tuple[Below, ...] = ()

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Where the thing at ``path`` stands, or the nearest thing above it that is there.

        Things that have a name are named in the path and not counted; see ``paths.by_names``.
        """
        found = self._find(path)
        return found.file.source.place(found.path, key=key)

    def placed(self, problem: Problem) -> Problem:
        """The problem with its place, and the way to the file in which it is."""
        found = self._find(problem.path)
        place = found.file.source.place(found.path, key=problem.at_key)
        return found.file.told(replace(problem, place=place))

    def places(self, path: Path) -> list[Place]:
        """Every place where files tell the thing at ``path``, for things that several share."""
        found = (each for each in self.candidates(path, _way(path)) if not each.missing)
        return list(dict.fromkeys(each.file.source.place(each.path, key=True) for each in found))

    def has(self, path: Path) -> bool:
        """Whether a file tells the very thing at ``path``."""
        return not self._find(path).missing

    def _find(self, path: Path) -> _Found:
        return min(self.candidates(path, _way(path)), key=lambda found: found[:2])

    def candidates(self, path: Path, way: Way | None) -> Iterator[_Found]:
        """The places that may be meant, those of this file first."""
        for start, rest, fault in self._starts(path, way):
            inside, missing = _follow(self.file.data, (*start, *rest))
            yield _Found(missing, fault, self.file, inside)
        for each in self.below:
            yield from each.candidates(path, way)

    def _starts(self, path: Path, way: Way | None) -> Iterator[tuple[Path, Path, int]]:
        """Where in this file the path may begin: the way there, the rest, how badly it fits."""
        data = self.file.data
        yield (), path, 0
        if way is not None:
            for start, fault in ways_in(data, way):
                yield start, path[2:], fault
        elif path[0:1] == ("stages",) and len(path) > 1:
            for i, step in enumerate(data.get("insert") or ()):
                if isinstance(step["stage"], dict) and name_of(step["stage"]) == path[1]:
                    yield ("insert", i, "stage"), path[2:], 0
            if path[2:] == ("mirrors",):
                yield (), ("mirror", "stages", path[1]), 0


def _way(path: Path) -> Way | None:
    """The transition that a path is about."""
    return Way.read(str(path[1])) if path[:1] == ("transitions",) and len(path) > 1 else None


def _follow(data: object, path: Path) -> tuple[Path, int]:
    """As much of the path as there is in the data, with what is named counted; how much is not."""
    inside: list[str | int] = []
    for done, part in enumerate(path):
        if part == 0 and not isinstance(data, list):
            continue  # the only item of a list may stand alone
        index = _index(data, part)
        if index is None:
            return tuple(inside), len(path) - done
        data = data[index]  # type: ignore[index]  # it is there
        inside.append(index)
    return tuple(inside), 0


def _index(data: object, part: str | int) -> str | int | None:
    """The key or index in the data for a part of a path, if it is there."""
    if isinstance(data, dict):
        return part if part in data else None
    items = data if isinstance(data, list) else []
    if isinstance(part, int):
        return part if part < len(items) else None
    return next((i for i, item in enumerate(items) if name_of(item) == part), None)

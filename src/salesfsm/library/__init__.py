"""The shelf of ready-made processes: their names and the texts of their files, not yet read.

A file in ``processes`` is all that a new one needs. What it says of itself stands in its
``label`` and ``description``; ``load("library:six_stage")`` makes a process of it. What it promises
stands in the file of its name in ``scenarios``.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from salesfsm.errors import UnknownNameError

_FOLDER = "processes"
_SUFFIX = ".yaml"


@cache
def names() -> tuple[str, ...]:
    """The names of all ready-made processes, in alphabetical order."""
    every = (file.name for file in (files(__name__) / _FOLDER).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in every if name.endswith(_SUFFIX)))


def path(name: str) -> Traversable:
    """The file of a ready-made process, wherever the package is installed.

    Raises :class:`~salesfsm.errors.UnknownNameError`, which suggests the nearest name.
    """
    if name not in names():
        raise UnknownNameError("process", name, names(), within="the library")
    return files(__name__) / _FOLDER / f"{name}{_SUFFIX}"


def text(name: str) -> str:
    """The YAML of a ready-made process, with its comments. Raises as :func:`path`."""
    return path(name).read_text(encoding="utf-8")


def scenarios(name: str) -> str:
    """The YAML of what a ready-made process should allow and refuse. Raises as :func:`path`."""
    path(name)
    file = files(__name__) / "scenarios" / f"{name}.scenarios.yaml"
    return file.read_text(encoding="utf-8")

"""Finds in a file the transition that one of the composed process came from.

Composition leads transitions elsewhere and writes their sources out, so that the one that fits best
is meant: the trigger stays, and mostly one of its two ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from salesfsm.process.composition.paths import Path
from salesfsm.process.definitions import GROUPS

Named = TypeVar("Named", str, str | int)

_FORM = re.compile(r"(?P<trigger>[^:]+): (?P<sources>.+) -> (?P<target>\S+)( #\d+)?")


@dataclass(frozen=True, slots=True)
class Way:
    """A transition as paths name it: its trigger, its sources and its target."""

    trigger: str
    sources: tuple[str, ...]
    target: str | None

    @classmethod
    def read(cls, text: str) -> Way | None:
        """The transition that ``text`` names, as ``paths.transition_name`` writes it."""
        found = _FORM.fullmatch(text)
        if found is None:
            return None
        return cls(found["trigger"], tuple(found["sources"].split(", ")), found["target"])

    def is_of(self, prefix: str) -> bool:
        """Whether it leaves from a stage of the part with this prefix."""
        return any(is_of(source, prefix) for source in self.sources)

    def without(self, prefix: str) -> Way:
        """The transition as the part with this prefix knows it."""
        sources = tuple(without(source, prefix) for source in self.sources)
        return Way(self.trigger, sources, self.target and without(self.target, prefix))

    def misfit(self, other: Way) -> int | None:
        """How badly ``other`` fits: 0 if it is the same, None if it is another."""
        if self.trigger != other.trigger:
            return None
        fault = 0 if other.target in (None, self.target) else 2
        if set(self.sources) == set(other.sources):
            return fault
        return fault + (1 if {*self.sources, *GROUPS} & set(other.sources) else 2)


def ways_in(data: Mapping[str, Any], way: Way) -> Iterator[tuple[Path, int]]:
    """The paths to the transitions of a file that may be meant, with how badly each fits."""
    for path, other in _written(data):
        fault = way.misfit(other)
        if fault is not None:
            yield path, fault


def _written(data: Mapping[str, Any]) -> Iterator[tuple[Path, Way]]:
    """Every transition that a file tells, with the path to it. The file is known to be sound."""
    for i, each in enumerate(data.get("transitions") or ()):
        yield ("transitions", i), _way(each)
    for i, step in enumerate(data.get("insert") or ()):
        yield ("insert", i), Way(step["trigger"], (str(name_of(step["stage"])),), None)
    for prefix, part in (data.get("include") or {}).items():
        for i, each in enumerate((part.get("leave") or ()) if isinstance(part, dict) else ()):
            way = _way(each)
            target = f"{prefix}.{without(str(way.target), prefix)}"
            yield ("include", prefix, "leave", i), Way(way.trigger, way.sources, target)


def _way(each: Mapping[str, Any]) -> Way:
    source = each["source"]
    sources = (source,) if isinstance(source, str) else tuple(source)
    return Way(each["trigger"], sources, each["target"])


def name_of(item: object) -> object:
    """What an item of a list is called: its ``name``, or the whole of it where it is short."""
    return item.get("name") if isinstance(item, dict) else item


def is_of(name: str | int, prefix: str) -> bool:
    """Whether a stage is one of the part with this prefix; every stage is if there is none."""
    return not prefix or str(name).startswith(f"{prefix}.")


def without(name: Named, prefix: str) -> Named:
    """The name of a stage or task as the part with this prefix knows it; an index as it is."""
    if not prefix or isinstance(name, int):
        return name
    return name.removeprefix(f"{prefix}.")

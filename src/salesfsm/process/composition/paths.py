"""Paths to definitions by their names: what a path of indexes leads to in a composed process."""

from __future__ import annotations

from collections.abc import Mapping

from salesfsm.process.definitions import Transition

Path = tuple[str | int, ...]


def by_names(path: Path, thing: object) -> Path:
    """``path`` into ``thing`` with names where the things on the way have names.

    A criterion has none: it keeps its index. Names in a list of names stand for themselves.
    """
    found: list[str | int] = []
    for part in path:
        if isinstance(thing, tuple | list) and isinstance(part, int) and part < len(thing):
            found.append(_called(thing, part))
            thing = thing[part]
        else:
            found.append(part)
            inside = isinstance(thing, Mapping)
            thing = thing.get(part) if inside else getattr(thing, str(part), None)  # type: ignore[attr-defined]
    return tuple(found)


def transition_name(transition: Transition) -> str:
    """How paths name a transition: ``qualify: qualification -> closing``."""
    return f"{transition.trigger}: {', '.join(transition.source)} -> {transition.target}"


def _called(things: tuple[object, ...] | list[object], index: int) -> str | int:
    thing = things[index]
    if isinstance(thing, str):
        return thing
    if not isinstance(thing, Transition):
        return getattr(thing, "name", index)
    same = sum(
        isinstance(each, Transition) and transition_name(each) == transition_name(thing)
        for each in things[:index]
    )
    return transition_name(thing) + (f" #{same + 1}" if same else "")

"""The lines of stages that maps draw side by side: each plane's own, and the paths beside it.

How a line is drawn is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from salesfsm.engine.naming import Naming
from salesfsm.maps.diagram import NodeRole
from salesfsm.process.definitions import Stage
from salesfsm.process.fields import spoken
from salesfsm.process.kinds import Outcome, Plane
from salesfsm.process.labels import line_of
from salesfsm.process.process import Process

Key = tuple[Plane, str | None, bool]
"""The plane of a line, its path, and whether it is one beside the line, such as a plan B."""

_PATHS = {"plan_b": "map.process.plan_b", "winback": "map.process.winback"}
"""The messages for paths that are called the same everywhere."""


@dataclass(frozen=True, slots=True)
class Line:
    """Stages that follow each other, in their order, the closed ones last."""

    title: str
    opened: tuple[Stage, ...]
    closed: tuple[Stage, ...]


def lines_of(process: Process, naming: Naming) -> tuple[Line, ...]:
    """The lines on which opportunities begin, each with the paths beside it after it.

    A process of one line gives it no title.
    """
    homes = process.homes
    found: dict[Key, list[Stage]] = {}
    for stage in process.stages:
        key = (stage.plane or process.plane, stage.path, stage.path not in homes)
        found.setdefault(key, []).append(stage)
    planes = list(dict.fromkeys(plane for plane, _, _ in found))
    keys = sorted(found, key=lambda key: (planes.index(key[0]), key[2]))
    titles = _titles({key: found[key] for key in keys}, naming)
    return tuple(Line(title, *_parted(found[key])) for key, title in zip(keys, titles, strict=True))


def role_of(stage: Stage, process: Process) -> NodeRole:
    """The role of a stage in a map."""
    if stage.outcome is Outcome.OPEN:
        return "stage" if stage.path in process.homes else "path"
    return "won" if stage.outcome is Outcome.WON else "lost"


def stage_title(stage: Stage, naming: Naming) -> str:
    """What a stage is called on a map."""
    return naming.text(stage.label, spoken(stage.name.rpartition(".")[2]))


def _parted(stages: Sequence[Stage]) -> tuple[tuple[Stage, ...], tuple[Stage, ...]]:
    won_first = sorted(stages, key=lambda stage: stage.outcome is not Outcome.WON)
    return (
        tuple(stage for stage in stages if stage.is_open),
        tuple(stage for stage in won_first if not stage.is_open),
    )


def _titles(lines: Mapping[Key, Sequence[Stage]], naming: Naming) -> Iterator[str]:
    planes = {plane for plane, _, _ in lines}
    for (plane, path, beside), stages in lines.items():
        called = naming.message(f"plane.{plane}")
        alone = sum(each[0] is plane and each[2] is beside for each in lines) == 1
        if len(lines) == 1:
            yield ""
        elif beside:
            title = naming.message("map.process.plan_b") if alone else _beside(stages, naming)
            yield f"{called}: {title}" if len(planes) > 1 else title
        elif path is not None and not alone:
            yield naming.path(path)
        else:
            yield called if len(planes) > 1 else naming.message("map.process.main")


def _beside(stages: Sequence[Stage], naming: Naming) -> str:
    """What one of several paths beside a line is called: by its label, or by where it begins."""
    line = line_of(stages[0].path or "")
    if line not in naming.process.labels and line in _PATHS:
        return naming.message(_PATHS[line])
    return naming.text(naming.process.labels.get(line), stage_title(stages[0], naming))

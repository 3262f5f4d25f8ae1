"""The lines of stages that maps draw side by side: each plane's own, and the plans B beside it.

How a line is drawn is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from salesfsm.engine.naming import Naming
from salesfsm.maps.diagram import NodeRole
from salesfsm.process.definitions import Stage
from salesfsm.process.fields import spoken
from salesfsm.process.kinds import Outcome, Plane
from salesfsm.process.process import Process

Key = tuple[Plane, str | None, bool]
"""The plane of a line, its path (None for all plans B of the plane), and whether it is a plan B."""


@dataclass(frozen=True, slots=True)
class Line:
    """Stages that follow each other, in their order, the closed ones last."""

    title: str
    opened: tuple[Stage, ...]
    closed: tuple[Stage, ...]


def lines_of(process: Process, naming: Naming) -> tuple[Line, ...]:
    """The lines on which opportunities begin, each with the plans B of its plane after it.

    The paths beside the line, such as a winback, are few stages each and share one line. A process
    of one line gives it no title.
    """
    homes = process.homes
    found: dict[Key, list[Stage]] = {}
    for stage in process.stages:
        beside = stage.path not in homes
        key = (stage.plane or process.plane, None if beside else stage.path, beside)
        found.setdefault(key, []).append(stage)
    planes = list(dict.fromkeys(plane for plane, _, _ in found))
    keys = sorted(found, key=lambda key: (planes.index(key[0]), key[2]))
    return tuple(
        Line(title, *_parted(found[key]))
        for key, title in zip(keys, _titles(keys, naming), strict=True)
    )


def role_of(stage: Stage, process: Process) -> NodeRole:
    """The role of a stage in a map."""
    if stage.outcome is Outcome.OPEN:
        return "stage" if stage.path in process.homes else "path"
    return "won" if stage.outcome is Outcome.WON else "lost"


def stage_title(stage: Stage, naming: Naming) -> str:
    """What a stage is called on a map."""
    return naming.text(stage.label, spoken(stage.name.rpartition(".")[2]))


def _parted(stages: Sequence[Stage]) -> tuple[tuple[Stage, ...], tuple[Stage, ...]]:
    paths = list(dict.fromkeys(stage.path for stage in stages))
    opened = (stage for stage in stages if stage.is_open)
    won_first = sorted(stages, key=lambda stage: stage.outcome is not Outcome.WON)
    return (
        tuple(sorted(opened, key=lambda stage: paths.index(stage.path))),
        tuple(stage for stage in won_first if not stage.is_open),
    )


def _titles(keys: Sequence[Key], naming: Naming) -> Iterator[str]:
    planes = {plane for plane, _, _ in keys}
    for plane, path, beside in keys:
        called = naming.message(f"plane.{plane}")
        alone = sum(each[0] is plane and not each[2] for each in keys) == 1
        if len(keys) == 1:
            yield ""
        elif beside:
            several = len(planes) > 1
            yield (
                naming.message("map.process.plan_b_of", plane=called)
                if several
                else (naming.message("map.process.plan_b"))
            )
        elif path is not None and not alone:
            yield naming.path(path)
        else:
            yield called if len(planes) > 1 else naming.message("map.process.main")

"""Which ways of a process one arrow of a flowchart stands for.

A transition that leaves many stages would cross the map as often. In a process with many of these,
all of its ways are one arrow, which comes from a sign that says where it leaves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from salesfsm.maps.diagram import Edge
from salesfsm.process.arcs import Arc, ArcKey, MoveKind
from salesfsm.process.kinds import Plane
from salesfsm.process.process import Process

MANY = 3
"""From so many stages on, the ways of a transition can be one arrow."""
TANGLED = 1.2
"""So many arrows of such transitions for each stage can no longer be followed by eye."""
CROWDED = 2.5
"""Nor can so many arrows of all transitions for each stage, where one such is among them."""


@dataclass(frozen=True, slots=True)
class Way:
    """Arcs that differ in nothing but where they leave.

    ``bundled`` says that no arrow comes from the stages: a sign says where they leave. ``fork`` is
    the id of the fork that they are a branch of; nothing where their trigger leads one way only.
    """

    arcs: tuple[Arc, ...]
    bundled: bool = False
    fork: str = ""

    @property
    def first(self) -> Arc:
        """The arc that speaks for all of them."""
        return self.arcs[0]

    @property
    def sources(self) -> tuple[str, ...]:
        """The stages that it leaves."""
        return tuple(arc.source for arc in self.arcs)

    @property
    def kind(self) -> MoveKind:
        """What most of the moves are."""
        return Counter(arc.kind for arc in self.arcs).most_common(1)[0][0]

    @property
    def id(self) -> str:
        """The id of its arrow, of which :func:`arcs_told` makes keys of arcs again."""
        return way_id(self.first.trigger, self.sources, self.first.target)


def way_id(trigger: str, sources: Iterable[str], target: str) -> str:
    """The id of an arrow that stands for the moves from each of ``sources`` to ``target``."""
    return f"{trigger}:{','.join(sources)}:{target}"


def arcs_told(edge: Edge) -> tuple[ArcKey, ...]:
    """The moves that an arrow of a map stands for; none for other arrows, such as hand-overs."""
    match edge.id.split(":"):
        case [trigger, sources, target]:
            return tuple((trigger, source, target) for source in sources.split(","))
    return ()


def ways_of(process: Process) -> list[Way]:
    """Every arc of ``process`` in exactly one way, in the order of the transitions."""
    alike: dict[Hashable, list[Arc]] = {}
    for arc in process.arcs:
        told = _told(process, arc)
        while any(each.source == arc.source for each in alike.get(told, ())):
            told = (told,)  # the same way twice: each is drawn
        alike.setdefault(told, []).append(arc)
    many = [arcs for arcs in alike.values() if len(arcs) >= MANY]
    stages = len(process.stages)
    tangled = sum(map(len, many)) > TANGLED * stages or (
        bool(many) and len(process.arcs) > CROWDED * stages
    )
    branches = Counter((arc.source, arc.trigger) for arc in process.arcs)
    forking = Counter(
        (_plane(process, source), trigger)
        for (source, trigger), count in branches.items()
        if count > 1
    )
    far = _leading_far_back(process)
    ways = []
    for arcs in alike.values():
        plane, trigger = _plane(process, arcs[0].source), arcs[0].trigger
        if tangled and (
            forking[plane, trigger] > 1 or any((arc.source, trigger) in far for arc in arcs)
        ):
            # One fork for all the stages in which the trigger forks tells the same as many.
            ways.append(Way(tuple(arcs), bundled=True, fork=f"decision.{plane}.{trigger}"))
        elif tangled and len(arcs) >= MANY and not forking[plane, trigger]:
            ways.append(Way(tuple(arcs), bundled=True))
        else:
            for arc in arcs:
                forks = branches[arc.source, trigger] > 1
                ways.append(Way((arc,), fork=f"decision.{arc.source}.{trigger}" if forks else ""))
    return sorted(ways, key=lambda way: way.first.transition)


def _leading_far_back(process: Process) -> set[tuple[str, str]]:
    """Sources and triggers that fork many ways, all of which lead back across the map."""
    kinds: dict[tuple[str, str], list[MoveKind]] = {}
    for arc in process.arcs:
        kinds.setdefault((arc.source, arc.trigger), []).append(arc.kind)
    back = {MoveKind.REGRESS, MoveKind.REOPEN, MoveKind.ASIDE}
    return {fork for fork, found in kinds.items() if len(found) >= MANY and {*found} <= back}


def _told(process: Process, arc: Arc) -> Hashable:
    """What a map tells of an arc, but for the stage that it leaves; and the plane of that."""
    transition = process.transitions[arc.transition]
    plane = _plane(process, arc.source)
    return plane, arc.trigger, arc.target, arc.label, transition.when, arc.after, transition.roles


def _plane(process: Process, stage: str) -> Plane:
    return process.stage_by_name[stage].plane or process.plane

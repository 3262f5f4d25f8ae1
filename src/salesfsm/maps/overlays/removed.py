"""What a new version of a process no longer has, put back into its map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from salesfsm.maps.arrow_text import ArrowText
from salesfsm.maps.criterion_text import CriterionText
from salesfsm.maps.diagram import Diagram, Edge, EdgeRole, Group, Node
from salesfsm.maps.lines import role_of, stage_title
from salesfsm.maps.ways import MANY, Way
from salesfsm.process.arcs import Arc
from salesfsm.process.definitions import Stage
from salesfsm.process.difference import Difference
from salesfsm.process.process import Process


def with_removed(diagram: Diagram, found: Difference, text: CriterionText) -> Diagram:
    """The map with the stages that were removed, where they stood, and the ways of a flow.

    ``text`` writes for the old process. A stage stands after the one before which it stood, in the
    same group and column.
    """
    for name in found.stages.removed:
        diagram = _with_stage(diagram, text.process.stage_by_name[name], text)
    if diagram.layout != "flow":
        return diagram
    return _with_ways(diagram, found, text.language, text.process)


def _with_stage(diagram: Diagram, stage: Stage, text: CriterionText) -> Diagram:
    near = _neighbour(diagram, stage, text)
    node = Node(
        f"stage.{stage.name}",
        stage_title(stage, text),
        role_of(stage, text.process),
        tuple(filter(None, (text.text(stage.definition),))),
        state="removed",
        column=_column(diagram, stage, near),
    )
    place = diagram.nodes.index(near) + (not _stands_before(stage, near, text))
    nodes = (*diagram.nodes[:place], node, *diagram.nodes[place:])
    groups = tuple(_joined(group, node.id, near.id) for group in diagram.groups)
    return replace(diagram, nodes=nodes, groups=groups)


def _column(diagram: Diagram, stage: Stage, near: Node) -> int | None:
    """In lanes, the column of the phase that it mirrored; elsewhere that of its neighbour."""
    phases = (node for node in diagram.nodes if node.id == f"phase.{stage.mirrors}")
    facing = next(phases, near) if diagram.layout == "lanes" else near
    return facing.column


def _neighbour(diagram: Diagram, stage: Stage, text: CriterionText) -> Node:
    """The shown stage that stood nearest before it, else after it, if possible on the same path."""
    order = list(text.process.stages)
    place = order.index(stage)
    shown = {node.id: node for node in diagram.nodes}
    near = [*reversed(order[:place]), *order[place + 1 :]]
    here = [each for each in near if f"stage.{each.name}" in shown]
    alike = [each for each in here if (each.path, each.is_open) == (stage.path, stage.is_open)]
    for each in (*alike, *here):
        return shown[f"stage.{each.name}"]
    return next(node for node in diagram.nodes if node.id.startswith("stage."))


def _stands_before(stage: Stage, near: Node, text: CriterionText) -> bool:
    names = list(text.process.stage_by_name)
    other = near.id.removeprefix("stage.")
    return other in names and names.index(stage.name) < names.index(other)


def _joined(group: Group, name: str, near: str) -> Group:
    if near not in group.nodes:
        return group
    return replace(group, nodes=(*group.nodes, name))


def _with_ways(diagram: Diagram, found: Difference, language: str, old: Process) -> Diagram:
    """The flow with the removed ways, those that leave many stages as one from a note."""
    text, shown = ArrowText(old, language), {node.id for node in diagram.nodes}
    together: dict[tuple[str, str], dict[str, Arc]] = {}
    removed = set(found.arcs.removed)
    for arc in old.arcs:
        if arc.key in removed and {f"stage.{arc.source}", f"stage.{arc.target}"} <= shown:
            together.setdefault((arc.trigger, arc.target), {})[arc.source] = arc
    notes, edges = [], []
    for (trigger, target), arcs in together.items():
        if len(arcs) < MANY:
            for source, arc in arcs.items():
                edges.append(_edge(f"stage.{source}", [arc], text))
            continue
        name = f"removed.{trigger}.{target}"
        told = text.sources(tuple(arcs), (target,))
        label = text.trigger(next(iter(arcs.values())))
        notes.append(Node(name, label, "note", (told,), state="removed"))
        edges.append(replace(_edge(name, list(arcs.values()), text), label=""))
    return replace(diagram, nodes=(*diagram.nodes, *notes), edges=(*diagram.edges, *edges))


def _edge(source: str, arcs: Sequence[Arc], text: ArrowText) -> Edge:
    way = Way(tuple(arcs))
    role: EdgeRole = way.kind.value
    label, target = text.trigger(way.first), f"stage.{way.first.target}"
    return Edge(source, target, label, role, state="removed", id=way.id)

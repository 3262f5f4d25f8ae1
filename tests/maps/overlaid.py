"""How the tests of overlays read a diagram: by the ids of its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import salesfsm as sf
from salesfsm.errors import MapError
from salesfsm.maps import Diagram, Edge, Item, Node, flowchart
from salesfsm.maps.buyer_map import buyer_map
from salesfsm.maps.checklist import checklist
from salesfsm.maps.process_map import process_map

FORMATS: dict[str, Callable[[sf.Process], Diagram]] = {
    "flowchart": flowchart,
    "map": process_map,
    "checklist": checklist,
    "buyer": buyer_map,
}


def maps_of(process: sf.Process) -> Iterator[Diagram]:
    """The process in every format that it can be drawn in."""
    for draw in FORMATS.values():
        try:
            yield draw(process)
        except MapError:
            assert not process.buyer.phases


def node(diagram: Diagram, name: str) -> Node:
    return next(each for each in diagram.nodes if each.id == name)


def stage(diagram: Diagram, name: str) -> Node:
    return node(diagram, f"stage.{name}")


def edge(diagram: Diagram, name: str) -> Edge:
    return next(each for each in diagram.edges if each.id == name)


def items(node: Node) -> list[Item]:
    return [item for section in node.sections for item in section.items]


def item(node: Node, name: str) -> Item:
    return next(each for each in items(node) if each.id == name)


def section(node: Node, title: str) -> list[str]:
    """The texts under a title; none where the card has no such title."""
    return [i.text for each in node.sections if each.title == title for i in each.items]


def ids(diagram: Diagram) -> list[str]:
    """Every id of the diagram, in order."""
    nodes = (each.id for node in diagram.nodes for each in (node, *items(node)) if each.id)
    groups = (name for group in diagram.groups for name in (group.id, *group.nodes))
    return [*nodes, *(f"{e.source} {e.id} {e.target}" for e in diagram.edges), *groups]


def words(diagram: Diagram) -> list[str]:
    """Every text of the diagram."""
    found = [diagram.title, diagram.subtitle]
    for node in diagram.nodes:
        found += [node.title, node.badge, *node.lines]
        for section in (*node.sections, *node.details):
            found.append(section.title)
            found += [text for each in section.items for text in (each.text, each.note)]
    for edge in diagram.edges:
        found += [edge.label, edge.count]
    return found


def nothing_lost(before: Diagram, after: Diagram) -> None:
    """Each id stands where it stood, and each text is still there."""
    kept = iter(ids(after))
    assert all(name in kept for name in ids(before)), "ids in their order"
    told = "\n".join(words(after))
    assert [text for text in words(before) if text not in told] == []

"""What a page knows of each node: its name for those who do not see it, and its card."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from salesfsm.maps.diagram import Diagram, Edge, Item, Node, Section
from salesfsm.maps.text import clean
from salesfsm.maps.ways import arcs_told
from salesfsm.messages import message


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a node: what stands on the arrow, and the id of the node it leads to."""

    label: str
    target: str


@dataclass(frozen=True, slots=True)
class Card:
    """What the panel tells about a node; ``facts`` are its kind, its state and its badge.

    ``ways`` are those that no item of a section tells.
    """

    id: str
    title: str
    facts: tuple[str, ...]
    lines: tuple[str, ...]
    sections: tuple[Section, ...]
    ways: tuple[Way, ...]

    @property
    def name(self) -> str:
        """The accessible name of the node."""
        return ", ".join((" ".join(self.title.split()), *self.facts))


def cards(diagram: Diagram) -> tuple[Card, ...]:
    """The card of every node, in the order in which people read them."""
    told = {node.id: _moves_told(node) for node in diagram.nodes}
    ways: dict[str, list[Way]] = {}
    for edge in diagram.edges:
        if edge.role == "note" or _is_told(edge, told[edge.source]):  # a tie, and no way on
            continue
        label = " · ".join(filter(None, map(_line, (edge.label, edge.count))))
        ways.setdefault(edge.source, []).append(Way(label, edge.target))
    return tuple(
        Card(
            node.id,
            clean(node.title),
            tuple(_facts(node, diagram.language)),
            tuple(_lines(node)),
            tuple(_sections(node)),
            tuple(ways.get(node.id, ())),
        )
        for node in _in_reading_order(diagram)
    )


def _moves_told(node: Node) -> set[str]:
    """The ids of the items of a node that tell a move: the key of an arc, from colon to colon."""
    sections = (*node.details, *node.sections)
    return {item.id for each in sections for item in each.items if item.id.count(":") > 1}


def _is_told(edge: Edge, moves: Collection[str]) -> bool:
    """Whether items tell all that an arrow does, which carries no count."""
    if edge.count or not moves:
        return False
    ways = [":".join(key) in moves for key in arcs_told(edge)]
    return all(ways) if ways else edge.target.startswith("decision.")


def _in_reading_order(diagram: Diagram) -> list[Node]:
    """The nodes in their order, but each decision right after what leads to it."""
    place = {node.id: number for number, node in enumerate(diagram.nodes)}
    asked_after: dict[str, str] = {}
    for edge in diagram.edges:
        asked_after.setdefault(edge.target, edge.source)

    def rank(node: Node) -> tuple[int, bool]:
        follows = node.role == "decision" and node.id in asked_after
        return place[asked_after[node.id] if follows else node.id], follows

    return sorted(diagram.nodes, key=rank)


def _facts(node: Node, language: str) -> Iterable[str]:
    yield message(f"map.page.kind.{node.role}", language)
    if node.state:
        yield message(f"map.page.state.{node.state}", language)
    if badge := _line(node.badge):
        yield badge


def _lines(node: Node) -> Iterable[str]:
    """The lines of the drawing that the details do not tell again."""
    told = {item.text for section in node.details for item in section.items}
    return (clean(line) for line in node.lines if line not in told)


def _sections(node: Node) -> Iterable[Section]:
    """What is kept for those who ask, then what the drawing shows and that does not tell."""
    told = {section.title for section in node.details}
    shown = (section for section in node.sections if section.title not in told)
    for section in (*node.details, *shown):
        yield Section(clean(section.title), tuple(map(_item, section.items)))


def _item(item: Item) -> Item:
    return replace(item, text=clean(item.text), note=clean(item.note))


def _line(text: str) -> str:
    return " ".join(clean(text).split())

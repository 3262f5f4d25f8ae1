"""The order in which a layout engine is given nodes and cards, so that they stand as meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

from salesfsm.maps.diagram import Diagram, Node, NodeRole

MAIN_LINE: Sequence[NodeRole] = ("start", "stage", "decision", "won")


def in_order(nodes: Sequence[Node]) -> list[Node]:
    """The nodes with the entry first and notes last, and else in the order of the diagram."""
    return sorted(nodes, key=precedence)


def precedence(node: Node) -> int:
    """How late a layout engine is given a node of its role.

    It finds what leads forward by walking from the first node: the entry must be it.
    """
    if node.role == "start":
        return 0
    return 1 if node.role in MAIN_LINE else 2 if node.role == "lost" else 3 + (node.role == "note")


def sequence(diagram: Diagram) -> Iterator[tuple[str, str]]:
    """The pairs of cards that follow each other, from left to right or down a list.

    Cards of one column of a lane stand in one place, and do not follow each other.
    """
    rows = _rows(diagram)
    if diagram.layout == "list":
        rows = [list(chain.from_iterable(rows))]
    for one, other in chain.from_iterable(map(pairwise, rows)):
        if one.column is None or one.column != other.column:
            yield one.id, other.id


def facing(diagram: Diagram) -> list[list[str]]:
    """The cards that stand above each other: those of one column of all lanes, or of all rows."""
    if diagram.layout == "list":
        return []
    columns: dict[int, list[str]] = {}
    for row in _rows(diagram):
        place = -1
        for before, node in zip([None, *row], row, strict=False):
            if diagram.layout == "lanes":
                place = -1 if node.column is None else node.column
            elif before is None or node.column is None or node.column != before.column:
                place += 1
            if place >= 0:
                columns.setdefault(place, []).append(node.id)
    return [ids for _, ids in sorted(columns.items())]


def _rows(diagram: Diagram) -> list[list[Node]]:
    """The cards of each group, and then those of none."""
    nodes = {node.id: node for node in diagram.nodes}
    rows = [[nodes.pop(name) for name in group.nodes] for group in diagram.groups]
    return [row for row in (*rows, list(nodes.values())) if row]

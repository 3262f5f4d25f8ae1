"""The nodes of a diagram by their groups, as the rows of a sheet take them."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.maps.diagram import Diagram, Node


def groups_of(diagram: Diagram) -> Iterator[tuple[str, str, list[Node]]]:
    """Id, title and nodes of each group; at the end, without a title, what is in no group."""
    known = {node.id: node for node in diagram.nodes}
    for group in diagram.groups:
        yield group.id, group.title, [known.pop(name) for name in group.nodes]
    if known:
        yield "", "", list(known.values())

"""What decides where the nodes of a flowchart stand along its direction: the ways ahead.

Ways back, and hand-overs to another line, are drawn between nodes that stand where they stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from salesfsm.maps.diagram import Diagram, Edge, EdgeRole

_BACK: frozenset[EdgeRole] = frozenset({"regress"})
_HOMEWARD: frozenset[EdgeRole] = frozenset({"aside", "reopen"})
"""The roles of moves that lead back where their target stands on the main line."""


class Ranking:
    """What holds the nodes of one diagram in their places."""

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self._roles = {node.id: node.role for node in diagram.nodes}
        entered = {edge.target for edge in diagram.edges}
        forward = {edge.source for edge in diagram.edges if not self._leads_back(edge)}
        self._first = {
            name
            for name, role in self._roles.items()
            if (role == "decision" and name not in forward)
            or (role in ("note", "start") and name not in entered)
        }

    def holds(self, edge: Edge) -> bool:
        """Whether the target of an edge stands behind its source.

        A sign, and a fork of which every branch leads back, stand before what they lead to.
        """
        if edge.source in self._first:
            return True
        return edge.target not in self._first and not self._leads_back(edge)

    def _leads_back(self, edge: Edge) -> bool:
        if edge.role in _HOMEWARD:
            return self._roles[edge.target] == "stage"
        return edge.role in _BACK and self._roles[edge.target] != "decision"

    def ends(self) -> Iterator[tuple[str, str]]:
        """What stands behind what although no arrow may lead there: lost stages, like the won."""
        for ids in self._frames():
            lost = [name for name in ids if self._roles[name] == "lost"]
            stages = [name for name in ids if self._roles[name] == "stage"]
            yield from ((stages[-1], each) for each in lost if stages)

    def _frames(self) -> Iterator[Sequence[str]]:
        framed = {name for group in self._diagram.groups for name in group.nodes}
        yield from (group.nodes for group in self._diagram.groups)
        yield [name for name in self._roles if name not in framed]

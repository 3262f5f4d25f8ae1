"""What decides where the nodes of a flowchart stand along its direction: the ways ahead.

Ways back, and hand-overs to another line, are drawn between nodes that stand where they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from salesfsm.maps.diagram import Diagram, Edge, EdgeRole, NodeRole
from salesfsm.maps.order import in_order

_BACK: frozenset[EdgeRole] = frozenset({"regress"})
_SIGNS: frozenset[NodeRole] = frozenset({"start", "note", "decision"})
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
        self._left = {edge.source for edge in diagram.edges}
        behind: dict[str, list[str]] = {}
        for before, after in (*self._ends(), *map(self._meant, diagram.edges)):
            if before != after:
                behind.setdefault(before, []).append(after)
        names = [node.id for node in in_order(diagram.nodes)]
        self._circular = frozenset(_closing_circles(names, behind))

    def holds(self, edge: Edge) -> bool:
        """Whether the target of an edge stands behind its source.

        A sign, and a fork of which every branch leads back, stand before what they lead to. What
        stands behind itself by that is put right here: Graphviz would turn half an arrow.
        """
        meant = self._meant(edge)
        return (meant[0] == edge.source) != (meant in self._circular)

    def ends(self) -> Iterator[tuple[str, str]]:
        """What stands behind what although no arrow may lead there: lost stages, like the won."""
        return (pair for pair in self._ends() if pair not in self._circular)

    def row(self) -> Sequence[str]:
        """The nodes that stand side by side, as where every move is free: no arrow leads on."""
        signs = {name for name, role in self._roles.items() if role in _SIGNS}
        if not self._left or not self._left <= signs:
            return ()
        return [name for name in self._roles if name not in signs]

    def _meant(self, edge: Edge) -> tuple[str, str]:
        """The ends of an edge, first the one that stands before the other for what they are."""
        pair = edge.source, edge.target
        return pair if self._leads_on(edge) else (edge.target, edge.source)

    def _leads_on(self, edge: Edge) -> bool:
        if edge.source in self._first:
            return True
        return edge.target not in self._first and not self._leads_back(edge)

    def _leads_back(self, edge: Edge) -> bool:
        if edge.role in _HOMEWARD:
            return self._roles[edge.target] == "stage"
        return edge.role in _BACK and self._roles[edge.target] != "decision"

    def _ends(self) -> Iterator[tuple[str, str]]:
        for ids in self._frames():
            lost = [name for name in ids if self._roles[name] == "lost"]
            stages = [name for name in ids if self._roles[name] == "stage"]
            if stages and stages[-1] in self._left:
                yield from ((stages[-1], each) for each in lost)

    def _frames(self) -> Iterator[Sequence[str]]:
        framed = {name for group in self._diagram.groups for name in group.nodes}
        yield from (group.nodes for group in self._diagram.groups)
        yield [name for name in self._roles if name not in framed]


def _closing_circles(
    names: Iterable[str], behind: Mapping[str, Iterable[str]]
) -> Iterator[tuple[str, str]]:
    """The pairs that lead back to where a walk from the first of the names came along."""
    passed: set[str] = set()
    for first in names:
        # The way from the first to where the walk is, with what is still to be seen from each.
        way = {} if first in passed else {first: iter(behind.get(first, ()))}
        while way:
            name, rest = next(reversed(way.items()))
            passed.add(name)
            following = next(rest, None)
            if following is None:
                del way[name]
            elif following in way:
                yield name, following
            elif following not in passed:
                way[following] = iter(behind.get(following, ()))

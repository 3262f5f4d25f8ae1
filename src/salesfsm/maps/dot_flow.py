"""A flow as DOT: nodes and arrows, of which Graphviz decides where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import graphviz

from salesfsm.maps.arrow_labels import LABEL_ATTRIBUTES, RANKS, TURNED, add_arrow, label_name
from salesfsm.maps.diagram import Diagram, Edge
from salesfsm.maps.dot_parts import (
    edge_attributes,
    edge_label,
    group_attributes,
    node_attributes,
    pull,
)
from salesfsm.maps.order import MAIN_LINE, precedence
from salesfsm.maps.ranking import Ranking
from salesfsm.maps.style import Theme

_UNSEEN = {"label": "", "peripheries": "0", "margin": "0"}
"""A frame around the main line that nobody sees; edges to elsewhere do not cross a frame."""
MANY_LABELS = 80
"""So many nodes more would take Graphviz longer than people wait: labels stand beside arrows."""
_STRAIGHT = 10
"""How much more strongly than others an edge to the next node of the main line is kept straight."""


def add_flow(graph: graphviz.Digraph, diagram: Diagram, theme: Theme) -> None:
    """Adds everything that a diagram shows to a graph of its direction."""
    flow = _Flow(graph, diagram, theme)
    flow.add_nodes()
    flow.add_frames()
    flow.add_order()
    flow.add_arrows()


class _Flow:
    """Adds the parts of one diagram to one graph."""

    def __init__(self, graph: graphviz.Digraph, diagram: Diagram, theme: Theme) -> None:
        self.graph, self.diagram, self.theme = graph, diagram, theme
        self.ranking = Ranking(diagram)
        # From left to right, Graphviz stacks what hangs together from the bottom up.
        self.frames = diagram.groups[:: -1 if diagram.direction == "LR" else 1]
        self.line_of = {name: group.id for group in self.frames for name in group.nodes}
        order = {name: number for number, name in enumerate(self.line_of)}
        self.nodes = sorted(
            diagram.nodes, key=lambda node: (precedence(node), order.get(node.id, 0))
        )
        self.main_line = [node.id for node in self.nodes if node.role in MAIN_LINE]
        self.line = frozenset(self.main_line)
        self.decisions = {node.id for node in self.nodes if node.role == "decision"}
        self.neighbours = set(pairwise(self.main_line))
        self.row = self.ranking.row()
        texts = [edge_label(edge, theme) for edge in diagram.edges]
        self.on_arrows = sum(map(bool, texts)) <= MANY_LABELS
        self.arrows = [
            (edge, label_name(number) if self._has_node(edge, text) else "", text)
            for number, (edge, text) in enumerate(zip(diagram.edges, texts, strict=True))
        ]

    def _has_node(self, edge: Edge, text: str) -> bool:
        """Whether the label of an arrow is a node that it runs through."""
        return self.on_arrows and bool(text) and edge.source != edge.target

    def add_nodes(self) -> None:
        """The nodes, and behind them the labels of arrows."""
        for node in self.nodes:
            self.graph.node(node.id, **node_attributes(node, self.theme), **self._group(node.id))
        with self.graph.subgraph(node_attr=LABEL_ATTRIBUTES) as labels:
            for edge, name, text in self.arrows:
                if name:
                    line = self._group(edge.target) if self._is_straight(edge) else {}
                    labels.node(name, label=text, **line)

    def _is_straight(self, edge: Edge) -> bool:
        """Whether an arrow with a label is to be in one line with its ends."""
        if edge.target in self.row or (edge.source, edge.target) in self.neighbours:
            return True
        ends = {edge.source, edge.target}
        ahead = edge.role in ("advance", "win") and self.line.issuperset(ends)
        return ahead and not self.decisions.isdisjoint(ends)

    def _group(self, name: str) -> dict[str, str]:
        """What Graphviz puts into one straight line: the main line, or an arrow to one of a row."""
        if name in self.row:
            return {"group": name}
        if self.row or name not in self.line:
            return {}
        return {"group": self.line_of.get(name, "main")}

    def add_frames(self) -> None:
        """A frame for each group, or else one around the main line that nobody sees."""
        for group in self.frames:
            self._frame(group.id, group.nodes, group_attributes(group, self.theme))
        if not self.diagram.groups:
            self._frame("main", self.main_line, _UNSEEN)

    def _frame(self, name: str, nodes: Sequence[str], attributes: dict[str, str]) -> None:
        """Takes the labels in that stand on arrows between two of its nodes."""
        inside = set(nodes)
        with self.graph.subgraph(name=f"cluster_{name}", graph_attr=attributes) as frame:
            for node in nodes:
                frame.node(node)
            for edge, label, _ in self.arrows:
                if label and {edge.source, edge.target} <= inside:
                    frame.node(label)

    def add_order(self) -> None:
        """What stands behind or beside what, although no arrow may say so."""
        for before, behind in self.ranking.ends():
            self.graph.edge(before, behind, style="invis", weight="0")
        if not self.row:
            return
        with self.graph.subgraph(graph_attr={"rank": "same"}) as rank:
            row = self.row[:: -1 if self.diagram.direction == "LR" else 1]
            for one, other in pairwise(row):
                rank.edge(one, other, style="invis")

    def add_arrows(self) -> None:
        """The arrows, each in the direction in which its ends stand."""
        for edge, name, text in self.arrows:
            attributes = edge_attributes(edge, self.theme)
            straight = _STRAIGHT if (edge.source, edge.target) in self.neighbours else 1
            if (weight := pull(edge, self.theme) * straight) > 1:
                attributes["weight"] = str(weight)
            if text and not name:
                attributes["label"] = text
            holds = self.ranking.holds(edge)
            if self.on_arrows and not name and holds and len(self.frames) <= 1:
                attributes["minlen"] = RANKS  # with several frames, Graphviz fails on some maps
            if holds:
                add_arrow(self.graph, edge.source, edge.target, attributes, name)
            else:
                add_arrow(self.graph, edge.target, edge.source, _turned(attributes), name)


def _turned(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes of an arrow that is drawn from its tip: its target stands before its source.

    ``constraint=false`` would say so too, but Graphviz fails on some maps that are full of it.
    """
    attributes = dict(attributes)
    tip, role = attributes.pop("arrowhead"), attributes.pop("class")
    return {**attributes, "dir": "back", "arrowtail": tip, "class": f"{role} {TURNED}"}

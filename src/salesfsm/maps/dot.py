"""A diagram as DOT, the language of Graphviz: how nodes, edges and groups become its attributes."""

from __future__ import annotations

from itertools import pairwise

import graphviz

from salesfsm.errors import MapError
from salesfsm.maps import style
from salesfsm.maps.diagram import Diagram
from salesfsm.maps.dot_cards import card_of, heights
from salesfsm.maps.dot_flow import add_flow
from salesfsm.maps.dot_parts import (
    EDGES,
    TITLE_COLUMN,
    edge_attributes,
    edge_label,
    group_attributes,
    look_attributes,
    node_attributes,
)
from salesfsm.maps.labels import block, html_label, set_lines, table
from salesfsm.maps.markup import FONT
from salesfsm.maps.order import MAIN_LINE, facing, sequence
from salesfsm.maps.style import LIGHT, Theme, look_of

_SUBTITLE_COLUMN, _WIDEST = 110.0, 1000.0
"""The width of a subtitle for each node of the main line that it stands over, and its most."""
_BELOW_HEADING = 12
"""Space between the heading and the picture, in points."""


def to_dot(diagram: Diagram, theme: Theme = LIGHT) -> str:
    """The DOT source of a diagram: always the same text for the same diagram and theme."""
    if not isinstance(diagram, Diagram):
        raise MapError(
            f"a map is drawn of a Diagram, not of {type(diagram).__name__}: "
            "flowchart(process) makes one"
        )
    graph = graphviz.Digraph(
        "map",
        graph_attr=_graph_attributes(diagram, theme),
        node_attr={"fontname": FONT, "fontsize": f"{style.BODY:g}"},
        edge_attr=EDGES,
    )
    if diagram.layout == "flow":
        add_flow(graph, diagram, theme)
    else:
        _cards(graph, diagram, theme)
    source: str = graph.source
    return source


def _cards(graph: graphviz.Digraph, diagram: Diagram, theme: Theme) -> None:
    """Cards in rows and columns, held by unseen edges; no arrow moves them."""
    graph.graph_attr["rankdir"] = "TB" if diagram.layout == "list" else "LR"
    cards = {node.id: card_of(node, look_of(node, theme), theme) for node in diagram.nodes}
    high = heights(diagram, cards)
    # From left to right, Graphviz stacks rows from the bottom up in the order of their nodes.
    for node in diagram.nodes if diagram.layout == "list" else reversed(diagram.nodes):
        if node.role in ("start", "decision"):  # these have a shape, and no sections
            attributes = node_attributes(node, theme)
        else:
            attributes = look_attributes(node, theme) | cards[node.id].attributes(high[node.id])
        graph.node(node.id, **attributes)
    for group in diagram.groups:
        with graph.subgraph(
            name=f"cluster_{group.id}", graph_attr=group_attributes(group, theme)
        ) as frame:
            for name in group.nodes:
                frame.node(name)
    for column in facing(diagram):
        with graph.subgraph(graph_attr={"rank": "same"}) as rank:
            for upper, lower in pairwise(column):
                rank.edge(lower, upper, style="invis")
    for one, other in sequence(diagram):
        graph.edge(one, other, style="invis", weight="100")
    for edge in diagram.edges:
        text = edge_label(edge, theme)
        attributes = edge_attributes(edge, theme) | ({"label": text} if text else {})
        graph.edge(edge.source, edge.target, **attributes, constraint="false")


def _graph_attributes(diagram: Diagram, theme: Theme) -> dict[str, str]:
    column = TITLE_COLUMN
    if diagram.layout == "flow" and diagram.direction == "LR":
        line = sum(node.role in MAIN_LINE for node in diagram.nodes)
        column = max(column, min(_SUBTITLE_COLUMN * line, _WIDEST))
    lines = [
        *set_lines(diagram.title, style.TITLE, TITLE_COLUMN, theme.ink, bold=True),
        *set_lines(diagram.subtitle, style.SUBTITLE, column, theme.quiet),
    ]
    below = f'<TD HEIGHT="{_BELOW_HEADING}"></TD>'
    heading = {
        "label": html_label(table([f"<TD>{block(lines)}</TD>", below])),
        "labelloc": "t",
        "labeljust": "l",
    }
    return {
        "rankdir": diagram.direction,
        "fontname": FONT,
        "bgcolor": theme.paper,
        "pad": "0.3",
        "nodesep": "0.3",
        "ranksep": "0.25" if diagram.layout == "flow" else "0.35",
        "newrank": "true",  # else the frame of the main line hides from ranks what leaves it
        "outputorder": "edgesfirst",
        **(heading if lines else {}),
    }

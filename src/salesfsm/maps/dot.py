"""A diagram as DOT, the language of Graphviz: how nodes, edges and groups become its attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import graphviz

from salesfsm.errors import MapError
from salesfsm.maps import style
from salesfsm.maps.diagram import Diagram, Edge, Group, Node
from salesfsm.maps.dot_cards import card_of, heights, section_lines
from salesfsm.maps.labels import (
    Line,
    block,
    card,
    centred,
    diamond_size,
    html_label,
    set_lines,
    table,
)
from salesfsm.maps.markup import FONT
from salesfsm.maps.order import MAIN_LINE, facing, precedence, sequence
from salesfsm.maps.ranking import Ranking
from salesfsm.maps.style import LIGHT, NodeLook, Theme, look_of
from salesfsm.maps.text import clean

_LABEL_COLUMN = 84.0
_TITLE_COLUMN = 420.0
_UNSEEN = {"label": "", "peripheries": "0", "margin": "0"}
"""A frame around the main line that nobody sees; edges to elsewhere do not cross a frame."""
TURNED = "turned"
"""The class of an arrow that Graphviz knows from its target to its source."""
_BELOW_HEADING = 12
"""Space between the heading and the picture, in points."""
_STRAIGHT = 10
"""How much more strongly than others an edge to the next node of the main line is kept straight."""
_POINTS_PER_INCH = 72


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
        edge_attr={"fontname": FONT, "fontsize": f"{style.SMALL:g}"},
    )
    if diagram.layout == "flow":
        _flow(graph, diagram, theme)
    else:
        _cards(graph, diagram, theme)
    source: str = graph.source
    return source


def _flow(graph: graphviz.Digraph, diagram: Diagram, theme: Theme) -> None:
    """Nodes and arrows, of which Graphviz decides where they stand."""
    # From left to right, Graphviz stacks what hangs together from the bottom up.
    frames = diagram.groups[:: -1 if diagram.direction == "LR" else 1]
    lines = {name: group.id for group in frames for name in group.nodes}
    order = {name: number for number, name in enumerate(lines)}
    nodes = sorted(diagram.nodes, key=lambda node: (precedence(node), order.get(node.id, 0)))
    ranking = Ranking(diagram)
    for node in nodes:
        graph.node(node.id, **_node_attributes(node, lines.get(node.id, "main"), theme))
    for group in frames:
        _frame(graph, group.id, group.nodes, _group_attributes(group, theme))
    if not diagram.groups:
        main_line = [node.id for node in nodes if node.role in MAIN_LINE]
        _frame(graph, "main", main_line, _UNSEEN)
    for before, behind in ranking.ends():
        graph.edge(before, behind, style="invis", weight="0")
    neighbours = set(pairwise(node.id for node in nodes if node.role in MAIN_LINE))
    for edge in diagram.edges:
        pull = _STRAIGHT if (edge.source, edge.target) in neighbours else 1
        attributes = _edge_attributes(edge, pull, theme)
        if ranking.holds(edge):
            graph.edge(edge.source, edge.target, **attributes)
        else:
            graph.edge(edge.target, edge.source, **_turned(attributes))


def _turned(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes of an arrow that is drawn from its tip: its target stands before its source.

    ``constraint=false`` would say so too, but Graphviz fails on some maps that are full of it.
    """
    attributes = dict(attributes)
    tip, role = attributes.pop("arrowhead"), attributes.pop("class")
    return {**attributes, "dir": "back", "arrowtail": tip, "class": f"{role} {TURNED}"}


def _cards(graph: graphviz.Digraph, diagram: Diagram, theme: Theme) -> None:
    """Cards in rows and columns, held by unseen edges; no arrow moves them."""
    graph.graph_attr["rankdir"] = "TB" if diagram.layout == "list" else "LR"
    cards = {node.id: card_of(node, look_of(node, theme), theme) for node in diagram.nodes}
    high = heights(diagram, cards)
    # From left to right, Graphviz stacks rows from the bottom up in the order of their nodes.
    for node in diagram.nodes if diagram.layout == "list" else reversed(diagram.nodes):
        attributes = _node_attributes(node, "", theme)
        if node.role not in ("start", "decision"):  # these have a shape, and no sections
            attributes |= cards[node.id].attributes(high[node.id])
        graph.node(node.id, **attributes)
    for group in diagram.groups:
        _frame(graph, group.id, group.nodes, _group_attributes(group, theme))
    for column in facing(diagram):
        with graph.subgraph(graph_attr={"rank": "same"}) as rank:
            for upper, lower in pairwise(column):
                rank.edge(lower, upper, style="invis")
    for one, other in sequence(diagram):
        graph.edge(one, other, style="invis", weight="100")
    for edge in diagram.edges:
        attributes = _edge_attributes(edge, 1, theme)
        graph.edge(edge.source, edge.target, **attributes, constraint="false")


def _frame(
    graph: graphviz.Digraph, name: str, nodes: Sequence[str], attributes: dict[str, str]
) -> None:
    with graph.subgraph(name=f"cluster_{name}", graph_attr=attributes) as frame:
        for node in nodes:
            frame.node(node)


def _graph_attributes(diagram: Diagram, theme: Theme) -> dict[str, str]:
    lines = [
        *set_lines(diagram.title, style.TITLE, _TITLE_COLUMN, theme.ink, bold=True),
        *set_lines(diagram.subtitle, style.SUBTITLE, _TITLE_COLUMN, theme.quiet),
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
        "ranksep": "0.35",
        "newrank": "true",  # else the frame of the main line hides from ranks what leaves it
        "outputorder": "edgesfirst",
        **(heading if lines else {}),
    }


def _group_attributes(group: Group, theme: Theme) -> dict[str, str]:
    title = set_lines(group.title, style.SUBTITLE, _TITLE_COLUMN, theme.quiet, bold=True)
    return {
        **({"label": html_label(block(title))} if title else {"label": ""}),
        "labeljust": "l",
        "style": "filled,rounded",
        "fillcolor": theme.frame,
        "color": theme.frame,
        "margin": "12",
    }


def _node_attributes(node: Node, line: str, theme: Theme) -> dict[str, str]:
    look = look_of(node, theme)
    attributes = {
        "shape": look.shape,
        "style": look.style,
        "fillcolor": look.fill,
        "color": look.border,
        "penwidth": f"{look.line:g}",
        "class": node.role,
        "margin": look.margin,
    }
    if look.borders > 1:
        attributes["peripheries"] = str(look.borders)
    if line and node.role in MAIN_LINE:
        attributes["group"] = line
    if node.role == "decision":
        return attributes | _decision(node, look, theme)
    if node.role == "start":
        title = set_lines(node.title, style.HEADING, look.column, theme.paper, bold=True)
        return attributes | {"label": html_label(centred(title))}
    return attributes | {"label": html_label(_card(node, look, theme))}


def _decision(node: Node, look: NodeLook, theme: Theme) -> dict[str, str]:
    texts = [
        *set_lines(node.title, style.BODY, look.column, theme.ink, bold=True),
        *(
            line
            for text in node.lines
            for line in set_lines(text, style.SMALL, look.column, theme.ink)
        ),
        *set_lines(node.badge, style.SMALL, look.column, look.border, bold=True),
    ]
    width, height = diamond_size(texts, aspect=1.7)
    return {
        "label": html_label(centred(texts)),
        "fixedsize": "true",
        "margin": "0",
        "width": f"{(width + 10) / _POINTS_PER_INCH:.3f}",
        "height": f"{(height + 6) / _POINTS_PER_INCH:.3f}",
    }


def _card(node: Node, look: NodeLook, theme: Theme) -> str:
    title = f"{look.symbol}\u00a0{node.title}" if look.symbol else node.title
    return card(
        set_lines(title, look.size, look.column, theme.ink, bold=look.bold),
        Line(" ".join(clean(node.badge).split()), style.SMALL, theme.paper, bold=True),
        look.border,
        [
            line
            for text in node.lines
            for line in set_lines(text, style.BODY, look.column * 1.3, theme.quiet)
        ]
        + [*section_lines(node.sections, look.column * 1.3, theme)],
    )


def _edge_attributes(edge: Edge, pull: int, theme: Theme) -> dict[str, str]:
    look, label = theme.edges[edge.role], edge.label
    if edge.state is not None:
        told = theme.states[edge.state]
        look = replace(look, style=told.style, color=told.color, line=told.line)
        label = f"{told.symbol} {label}".strip()
    lines = [
        *set_lines(label, style.SMALL, _LABEL_COLUMN, look.color),
        *set_lines(edge.count, style.SMALL, _LABEL_COLUMN, look.color, bold=True),
    ]
    pen = look.line + style.WIDEST * edge.weight
    attributes = {
        "style": look.style,
        "color": look.color,
        "arrowhead": look.arrowhead,
        "arrowsize": f"{0.7 + 0.6 * edge.weight:.3g}",
        "penwidth": f"{pen:.3g}",
        "weight": str(look.pull * pull),
        "class": edge.role,
    }
    if lines:
        attributes["label"] = html_label(centred(lines), room=round(4 + pen / 2))
    return attributes

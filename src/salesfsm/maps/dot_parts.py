"""The parts of a diagram as attributes of DOT: how nodes, arrows and frames look there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from salesfsm.maps import style
from salesfsm.maps.diagram import Edge, Group, Node
from salesfsm.maps.dot_cards import section_lines
from salesfsm.maps.labels import (
    Line,
    block,
    card,
    centred,
    diamond_size,
    html_label,
    middle_card,
    octagon_size,
    set_lines,
)
from salesfsm.maps.markup import FONT
from salesfsm.maps.style import EdgeLook, NodeLook, Theme, look_of
from salesfsm.maps.text import clean, width

TITLE_COLUMN = 420.0
"""The width, in points, at which a title wraps."""
_LABEL_COLUMN, _LONGEST_WORD = 84.0, 140.0
"""The width at which the label of an arrow wraps, and up to which it grows for a long word."""
_POINTS_PER_INCH = 72
_TIP = 0.7
"""The size of the tip of the thinnest arrow, as Graphviz takes it."""
EDGES = {
    "fontname": FONT,
    "fontsize": f"{style.SMALL:g}",
    "arrowsize": f"{_TIP:g}",
    "penwidth": "1.5",
    "style": "solid",
}
"""What arrows have in common unless they say otherwise."""
_AROUND = 3
"""Space around the label of an arrow, in points."""


def group_attributes(group: Group, theme: Theme) -> dict[str, str]:
    """A frame with its title."""
    title = set_lines(group.title, style.SUBTITLE, TITLE_COLUMN, theme.quiet, bold=True)
    return {
        **({"label": html_label(block(title))} if title else {"label": ""}),
        "labeljust": "l",
        "style": "filled,rounded",
        "fillcolor": theme.frame,
        "color": theme.frame,
        "margin": "12",
    }


def look_attributes(node: Node, theme: Theme) -> dict[str, str]:
    """The shape and the colours of a node, without its text."""
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
    return attributes


def node_attributes(node: Node, theme: Theme) -> dict[str, str]:
    """A node with its text, as large as that needs."""
    look = look_of(node, theme)
    match look.shape:
        case "diamond":
            own = _decision(node, look, theme)
        case "octagon":
            label, sizes = middle_card(*_card(node, look, theme))
            own = _sized(label, octagon_size(sizes))
        case "oval":
            title = set_lines(node.title, style.HEADING, look.column, theme.paper, bold=True)
            own = {"label": html_label(centred(title))}
        case _:
            own = {"label": html_label(card(*_card(node, look, theme)))}
    return look_attributes(node, theme) | own


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
    return _sized(centred(texts), diamond_size(texts, aspect=1.7))


def _sized(label: str, size: tuple[float, float]) -> dict[str, str]:
    """A label within a shape of just this size in points, and a little space."""
    width, height = size
    return {
        "label": html_label(label),
        "fixedsize": "true",
        "margin": "0",
        "width": f"{(width + 10) / _POINTS_PER_INCH:.3f}",
        "height": f"{(height + 6) / _POINTS_PER_INCH:.3f}",
    }


def _card(
    node: Node, look: NodeLook, theme: Theme
) -> tuple[Sequence[Line], Line, str, Sequence[Line]]:
    """The text of a card: its title, its badge and the ground of that, and what stands under."""
    title = f"{look.symbol}\u00a0{node.title}" if look.symbol else node.title
    column = look.column * 1.3
    texts = (set_lines(text, style.BODY, column, theme.quiet) for text in node.lines)
    return (
        set_lines(title, look.size, look.column, theme.ink, bold=look.bold),
        Line(" ".join(clean(node.badge).split()), style.SMALL, theme.paper, bold=True),
        look.border,
        [*chain.from_iterable(texts), *section_lines(node.sections, column, theme)],
    )


def edge_label(edge: Edge, theme: Theme) -> str:
    """What stands on an arrow, with a little space around; empty where nothing does."""
    symbol = theme.states[edge.state].symbol if edge.state else ""
    color = _edge_look(edge, theme).color
    text = f"{symbol} {edge.label}".strip()
    longest = max(clean(text).split(), key=len, default="")
    column = max(_LABEL_COLUMN, min(width(longest, style.SMALL) + 1, _LONGEST_WORD))
    lines = [
        *set_lines(text, style.SMALL, column, color),
        *set_lines(edge.count, style.SMALL, _LABEL_COLUMN, color, bold=True),
    ]
    return html_label(centred(lines), room=_AROUND) if lines else ""


def edge_attributes(edge: Edge, theme: Theme) -> dict[str, str]:
    """The line and the tip of an arrow, where they are not :data:`EDGES`."""
    look = _edge_look(edge, theme)
    attributes = {
        "style": look.style,
        "color": look.color,
        "arrowhead": look.arrowhead,
        "arrowsize": f"{_TIP + 0.6 * edge.weight:.3g}",
        "penwidth": f"{look.line + style.WIDEST * edge.weight:.3g}",
        "class": edge.role,
    }
    return {name: value for name, value in attributes.items() if value != EDGES.get(name)}


def pull(edge: Edge, theme: Theme) -> int:
    """How strongly an arrow pulls its ends into one line."""
    return _edge_look(edge, theme).pull


def _edge_look(edge: Edge, theme: Theme) -> EdgeLook:
    look = theme.edges[edge.role]
    if edge.state is None:
        return look
    told = theme.states[edge.state]
    return replace(look, style=told.style, color=told.color, line=told.line)

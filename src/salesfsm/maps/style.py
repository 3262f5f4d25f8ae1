"""How each role looks: the one type scale, the shapes, the lines and the colours of every map.

No role is told by colour alone. Nodes differ by shape, border and symbol, edges by line and
arrowhead, so a map survives a grey printer and a colour-blind reader. Every ink has a contrast of
at least 4.5 to 1 on what it stands on (WCAG 2.2, level AA).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from salesfsm.maps.diagram import EdgeRole, Node, NodeRole, State

TITLE, SUBTITLE, HEADING, BODY, SMALL = 20.0, 12.0, 13.0, 10.5, 10.0
"""The type scale, in points: map title, its subtitle, node title, node text, edge and badge."""
WIDEST = 4.5
"""How much wider than the thinnest arrow the widest is, in points."""


@dataclass(frozen=True, slots=True)
class NodeLook:
    """The look of a node: Graphviz shape and style, colours, border in points, and a symbol."""

    shape: str
    style: str
    fill: str
    border: str
    line: float = 1.4
    borders: int = 1
    symbol: str = ""
    margin: str = "0.14,0.08"
    """Space beside and above the text, in inches, as Graphviz takes it."""
    size: float = HEADING
    bold: bool = True
    column: float = 130.0
    """The least width at which its text wraps, in points."""


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """The look of an edge, and how strongly it pulls its ends into one line."""

    style: str
    color: str
    arrowhead: str = "normal"
    pull: int = 1
    line: float = 1.5


@dataclass(frozen=True, slots=True)
class StateLook:
    """What an overlay adds to a node or an arrow: a colour and, as colour alone tells nothing, a
    sign before its text and a border or line of its own."""

    color: str
    symbol: str
    line: float
    style: str = "solid"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a map: of the page, of text, of text that stands back, of a frame; and looks.

    ``states`` are the looks of what overlays tell, by :data:`~salesfsm.maps.diagram.State`.
    """

    name: str
    paper: str
    ink: str
    quiet: str
    frame: str
    nodes: Mapping[NodeRole, NodeLook]
    edges: Mapping[EdgeRole, EdgeLook]
    states: Mapping[State, StateLook]


_NODES: dict[NodeRole, NodeLook] = {
    "start": NodeLook("oval", "filled", "#33475b", "#33475b", margin="0.02,0.01", column=90),
    "stage": NodeLook("box", "rounded,filled", "#eaf2fb", "#1f5a96"),
    "path": NodeLook("box", "rounded,filled,dashed", "#f4eefb", "#6b3fa0", symbol="↻"),
    "decision": NodeLook("diamond", "filled", "#fff4d6", "#8a5a00", column=84),
    "won": NodeLook("box", "rounded,filled", "#dff3ea", "#0b6b4f", 1.6, borders=2, symbol="✓"),
    "lost": NodeLook(
        "octagon", "filled", "#fdebe3", "#a33a00", 1.8, symbol="✕", margin="0.04,0.02"
    ),
    "phase": NodeLook("box", "filled", "#fdf3dc", "#8a5a00"),
    "milestone": NodeLook("box", "rounded,filled", "#ffffff", "#8a5a00", symbol="◆", size=BODY),
    "note": NodeLook("note", "filled", "#f7f7f2", "#6b6b5e", 0.8, size=BODY, bold=False),
}

_EDGES: dict[EdgeRole, EdgeLook] = {
    "advance": EdgeLook("solid", "#33475b", pull=20),
    "win": EdgeLook("solid", "#0b6b4f", pull=20),
    "lose": EdgeLook("dashed", "#a33a00", arrowhead="onormal"),
    "regress": EdgeLook("dotted", "#4a5a6a", arrowhead="vee"),
    "reopen": EdgeLook("dotted", "#6b3fa0", arrowhead="vee"),
    "aside": EdgeLook("dashed", "#6b3fa0", arrowhead="vee"),
    "repeat": EdgeLook("dotted", "#4a5a6a", arrowhead="vee"),
    "handover": EdgeLook("bold", "#1f5a96", arrowhead="normal", line=2.2),
    "note": EdgeLook("dotted", "#6b6b5e", arrowhead="none"),
}


def _states(colors: Mapping[State, str]) -> dict[State, StateLook]:
    return {
        "here": StateLook(colors["here"], "➤", 3.2),
        "passed": StateLook(colors["passed"], "●", 2.4),
        "open": StateLook(colors["open"], "○", 2.4),
        "blocked": StateLook(colors["blocked"], "■", 2.0, "dashed"),
        "late": StateLook(colors["late"], "⌛", 2.8),
        "added": StateLook(colors["added"], "+", 2.6),
        "removed": StateLook(colors["removed"], "−", 2.0, "dotted"),
        "changed": StateLook(colors["changed"], "±", 2.4, "dashed"),
    }


LIGHT = Theme(
    "light",
    "#ffffff",
    "#1b2733",
    "#4a5a6a",
    "#f4f6f9",
    _NODES,
    _EDGES,
    _states(
        {
            "here": "#0b5cad",
            "passed": "#0b5cad",
            "open": "#0b5cad",
            "blocked": "#a3104a",
            "late": "#a3104a",
            "added": "#0b6b4f",
            "removed": "#a33a00",
            "changed": "#8a5a00",
        }
    ),
)


def _recoloured(
    nodes: Mapping[NodeRole, tuple[str, str]], edges: Mapping[EdgeRole, str]
) -> tuple[dict[NodeRole, NodeLook], dict[EdgeRole, EdgeLook]]:
    """The looks of the light theme in other colours: fill and border, and that of a line."""
    return (
        {
            role: replace(look, fill=nodes[role][0], border=nodes[role][1])
            for role, look in _NODES.items()
        },
        {role: replace(look, color=edges[role]) for role, look in _EDGES.items()},
    )


DARK = Theme(
    "dark",
    "#14181d",
    "#eef2f6",
    "#b4c0cc",
    "#1e242b",
    *_recoloured(
        {
            "start": ("#b9c6d3", "#b9c6d3"),
            "stage": ("#1b2f45", "#7fb4ea"),
            "path": ("#2c2240", "#c3a2ec"),
            "decision": ("#3a2f12", "#e0b450"),
            "won": ("#12352a", "#5fcf9f"),
            "lost": ("#42200f", "#f39b6d"),
            "phase": ("#33290f", "#e0b450"),
            "milestone": ("#14181d", "#e0b450"),
            "note": ("#2a2a25", "#b9b9a8"),
        },
        {
            "advance": "#b9c6d3",
            "win": "#5fcf9f",
            "lose": "#f39b6d",
            "regress": "#b4c0cc",
            "reopen": "#c3a2ec",
            "aside": "#c3a2ec",
            "repeat": "#b4c0cc",
            "handover": "#7fb4ea",
            "note": "#b9b9a8",
        },
    ),
    _states(
        {
            "here": "#7fc0ff",
            "passed": "#7fc0ff",
            "open": "#7fc0ff",
            "blocked": "#ff9cc0",
            "late": "#ff9cc0",
            "added": "#5fcf9f",
            "removed": "#f39b6d",
            "changed": "#e0b450",
        }
    ),
)

_BLACK, _WHITE = "#000000", "#ffffff"

PRINT = Theme(
    "print",
    _WHITE,
    _BLACK,
    "#333333",
    "#f2f2f2",
    *_recoloured(
        {
            role: (_BLACK if role == "start" else "#eeeeee" if role == "phase" else _WHITE, _BLACK)
            for role in _NODES
        },
        dict.fromkeys(_EDGES, _BLACK),
    ),
    _states(dict.fromkeys(get_args(State), _BLACK)),
)

THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}
"""Every theme by its name; ``print`` is for a printer without colours."""


def look_of(node: Node, theme: Theme) -> NodeLook:
    """The look of a node, with what an overlay tells of it."""
    look = theme.nodes[node.role]
    if node.state is None:
        return look
    told = theme.states[node.state]
    ground = ",".join(part for part in look.style.split(",") if part != "dashed")
    shown = ground if told.style == "solid" else f"{ground},{told.style}"
    symbol = f"{told.symbol} {look.symbol}".strip()
    return replace(look, style=shown, border=told.color, line=told.line, symbol=symbol)

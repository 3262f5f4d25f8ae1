"""How each role looks: the one type scale, the shapes, the lines and the colours of every map.

No role is told by colour alone. Nodes differ by shape, border and symbol, edges by line and
arrowhead, so a map survives a grey printer and a colour-blind reader. Every ink has a contrast of
at least 4.5 to 1 on what it stands on (WCAG 2.2, level AA).
"""

from __future__ import annotations

from dataclasses import dataclass

from salesfsm.maps.diagram import EdgeRole, NodeRole

TITLE, SUBTITLE, HEADING, BODY, SMALL = 20.0, 12.0, 13.0, 10.5, 10.0
"""The type scale, in points: map title, its subtitle, node title, node text, edge and badge."""
WIDEST = 4.5
"""How much wider than the thinnest arrow the widest is, in points."""

PAPER, INK, QUIET, FRAME = "#ffffff", "#1b2733", "#4a5a6a", "#f4f6f9"
"""The colours of the page, of text, of text that stands back, and of a group's frame."""


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


NODES: dict[NodeRole, NodeLook] = {
    "start": NodeLook("oval", "filled", "#33475b", "#33475b", margin="0.02,0.01", column=90),
    "stage": NodeLook("box", "rounded,filled", "#eaf2fb", "#1f5a96"),
    "path": NodeLook("box", "rounded,filled,dashed", "#f4eefb", "#6b3fa0", symbol="↻"),
    "decision": NodeLook("diamond", "filled", "#fff4d6", "#8a5a00", column=84),
    "won": NodeLook("box", "rounded,filled", "#dff3ea", "#0b6b4f", 1.6, borders=2, symbol="✓"),
    "lost": NodeLook(
        "octagon", "filled", "#fdebe3", "#a33a00", 1.8, symbol="✕", margin="0.04,0.02"
    ),
    "note": NodeLook("note", "filled", "#f7f7f2", "#6b6b5e", 0.8, size=BODY, bold=False),
}

EDGES: dict[EdgeRole, EdgeLook] = {
    "advance": EdgeLook("solid", "#33475b", pull=20),
    "win": EdgeLook("solid", "#0b6b4f", pull=20),
    "lose": EdgeLook("dashed", "#a33a00", arrowhead="onormal"),
    "regress": EdgeLook("dotted", "#4a5a6a", arrowhead="vee"),
    "reopen": EdgeLook("dotted", "#6b3fa0", arrowhead="vee"),
    "aside": EdgeLook("dashed", "#6b3fa0", arrowhead="vee"),
    "repeat": EdgeLook("dotted", "#4a5a6a", arrowhead="vee"),
    "note": EdgeLook("dotted", "#6b6b5e", arrowhead="none"),
}

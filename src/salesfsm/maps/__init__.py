"""Maps: pictures of processes, made of a diagram that knows nothing of how it is drawn."""

from __future__ import annotations

from salesfsm.maps.diagram import (
    Diagram,
    Direction,
    Edge,
    EdgeRole,
    Group,
    Item,
    Layout,
    Mark,
    Node,
    NodeRole,
    Section,
    State,
)
from salesfsm.maps.dot import to_dot
from salesfsm.maps.flowchart import flowchart
from salesfsm.maps.output import OUTPUTS, check_target, to_pdf, to_png, write_map
from salesfsm.maps.style import THEMES, Theme
from salesfsm.maps.svg import to_svg

__all__ = [
    "OUTPUTS",
    "THEMES",
    "Diagram",
    "Direction",
    "Edge",
    "EdgeRole",
    "Group",
    "Item",
    "Layout",
    "Mark",
    "Node",
    "NodeRole",
    "Section",
    "State",
    "Theme",
    "check_target",
    "flowchart",
    "to_dot",
    "to_pdf",
    "to_png",
    "to_svg",
    "write_map",
]

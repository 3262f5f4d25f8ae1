"""Maps: pictures of processes, made of a diagram that knows nothing of how it is drawn."""

from __future__ import annotations

from salesfsm.maps.buyer_map import buyer_map
from salesfsm.maps.checklist import checklist
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
from salesfsm.maps.drawing import Drawing, diagram_of, draw
from salesfsm.maps.flowchart import flowchart
from salesfsm.maps.formats import FORMATS, Format
from salesfsm.maps.html import to_html
from salesfsm.maps.mermaid import to_mermaid
from salesfsm.maps.output import OUTPUTS, check_target, to_pdf, to_png, write_map
from salesfsm.maps.overlays import with_difference, with_history, with_opportunity
from salesfsm.maps.process_map import process_map
from salesfsm.maps.selecting import only
from salesfsm.maps.style import THEMES, Theme
from salesfsm.maps.svg import to_svg

__all__ = [
    "FORMATS",
    "OUTPUTS",
    "THEMES",
    "Diagram",
    "Direction",
    "Drawing",
    "Edge",
    "EdgeRole",
    "Format",
    "Group",
    "Item",
    "Layout",
    "Mark",
    "Node",
    "NodeRole",
    "Section",
    "State",
    "Theme",
    "buyer_map",
    "check_target",
    "checklist",
    "diagram_of",
    "draw",
    "flowchart",
    "only",
    "process_map",
    "to_dot",
    "to_html",
    "to_mermaid",
    "to_pdf",
    "to_png",
    "to_svg",
    "with_difference",
    "with_history",
    "with_opportunity",
    "write_map",
]

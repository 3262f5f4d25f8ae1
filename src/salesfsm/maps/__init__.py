"""Maps: pictures of processes, made of a diagram that knows nothing of how it is drawn."""

from __future__ import annotations

from salesfsm.maps.diagram import Diagram, Direction, Edge, EdgeRole, Group, Node, NodeRole
from salesfsm.maps.dot import to_dot
from salesfsm.maps.flowchart import flowchart
from salesfsm.maps.output import OUTPUTS, check_target, to_pdf, to_png, write_map
from salesfsm.maps.svg import to_svg

__all__ = [
    "OUTPUTS",
    "Diagram",
    "Direction",
    "Edge",
    "EdgeRole",
    "Group",
    "Node",
    "NodeRole",
    "check_target",
    "flowchart",
    "to_dot",
    "to_pdf",
    "to_png",
    "to_svg",
    "write_map",
]

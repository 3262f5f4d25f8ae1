"""Draws the layouts that need no Graphviz, each by its own module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from xml.etree import ElementTree as ET

from salesfsm.maps.diagram import Diagram, Layout
from salesfsm.maps.grid.columns import draw_columns
from salesfsm.maps.grid.lanes import draw_lanes
from salesfsm.maps.grid.listing import draw_list
from salesfsm.maps.style import LIGHT, Theme

LAYOUTS: Mapping[Layout, Callable[[Diagram, Theme], ET.Element]] = MappingProxyType(
    {"columns": draw_columns, "lanes": draw_lanes, "list": draw_list}
)
"""What draws each layout."""


def draw_grid(diagram: Diagram, theme: Theme = LIGHT) -> ET.Element:
    """The diagram, whose layout is one of :data:`LAYOUTS`, as the root of an SVG."""
    return LAYOUTS[diagram.layout](diagram, theme)

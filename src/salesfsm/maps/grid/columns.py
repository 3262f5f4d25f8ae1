"""The layout of columns: a row for each group, its nodes side by side."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from salesfsm.maps.diagram import Diagram, Node
from salesfsm.maps.grid.cards import card
from salesfsm.maps.grid.groups import groups_of
from salesfsm.maps.grid.plan import Plan
from salesfsm.maps.grid.rows import Row
from salesfsm.maps.grid.sheet import draw_sheet
from salesfsm.maps.style import Theme

_WIDTH = 172.0
_GAP, _SMALL_GAP, _MANY = 38.0, 28.0, 8
"""Space between two columns, and where a row has so many."""


def draw_columns(diagram: Diagram, theme: Theme) -> ET.Element:
    """The diagram in rows of columns.

    Nodes of a group that have the same ``column`` stand under each other. A phase that a group
    begins with leads into its row. What is in no group makes a row of its own at the end.
    """
    rows = [_row(*group, theme) for group in groups_of(diagram)]
    gap = _GAP if max((len(row.columns) for row in rows), default=0) < _MANY else _SMALL_GAP
    return draw_sheet(Plan(diagram, theme, rows, width=_WIDTH, gap=gap))


def _row(name: str, title: str, nodes: list[Node], theme: Theme) -> Row:
    lead = nodes[0] if nodes and nodes[0].role == "phase" else None
    columns: dict[int, list[Node]] = {}
    wanted: dict[int, int] = {}
    for node in nodes[1:] if lead else nodes:
        if node.column is None:
            columns[len(columns)] = [node]
        else:
            columns.setdefault(wanted.setdefault(node.column, len(columns)), []).append(node)
    cards = {
        column: [card(node, _WIDTH, theme) for node in stacked]
        for column, stacked in columns.items()
    }
    return Row(name, title, cards, lead=lead, free=lead is None)

"""The layout of lanes: rows above each other that face each other column by column."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from salesfsm.maps.diagram import Diagram, Node
from salesfsm.maps.grid.bars import bar
from salesfsm.maps.grid.cards import card
from salesfsm.maps.grid.groups import groups_of
from salesfsm.maps.grid.plan import Plan, gap_for
from salesfsm.maps.grid.rows import Row
from salesfsm.maps.grid.sheet import draw_sheet
from salesfsm.maps.style import Theme

_WIDTH, _GAP = 172.0, 40.0
_FREE = "lane.beside."
"""How the ids of lanes begin that face no other lane."""
_PASSAGE = 16.0
"""Space between two cards that stand over a gap, in which a line runs down the column."""


def draw_lanes(diagram: Diagram, theme: Theme) -> ET.Element:
    """The diagram in lanes, one for each group.

    A node stands in its ``column``, under those of its lane that came before it there; without a
    column it is a bar along all of them. Milestones stand between their column and the next.
    """
    last = max((node.column or 0 for node in diagram.nodes if node.role == "phase"), default=0)
    gap = gap_for(diagram.edges, _GAP)
    rows = [_row(*group, last + 1, gap, theme) for group in groups_of(diagram)]
    return draw_sheet(Plan(diagram, theme, rows, width=_WIDTH, gap=gap, aside=True))


def _row(
    name: str, title: str, nodes: Iterable[Node], phases: int, gap: float, theme: Theme
) -> Row:
    columns: dict[int, list[Node]] = {}
    bars: list[Node] = []
    for node in nodes:
        if node.column is None:
            bars.append(node)
        else:
            columns.setdefault(node.column, []).append(node)
    between = all(node.role == "milestone" for stacked in columns.values() for node in stacked)
    shifted = bool(columns) and between
    width = _WIDTH + gap - _PASSAGE if shifted else _WIDTH
    across = phases * (_WIDTH + gap) - gap
    return Row(
        name,
        title,
        {
            column: [card(node, width, theme) for node in stacked]
            for column, stacked in sorted(columns.items())
        },
        bars=[bar(node, across, theme) for node in bars],
        shifted=shifted,
        free=name.startswith(_FREE),
    )

"""The ways of arrows between cards: straight ahead, down a stack, around corners, or far.

A far way leaves a card at its top, runs along a track above the row, and down the left margin where
it leads to another row: thus it crosses no card and no text of one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from salesfsm.maps import style
from salesfsm.maps.diagram import Edge
from salesfsm.maps.grid.blocks import Paragraph, paragraph
from salesfsm.maps.grid.canvas import Box, Point
from salesfsm.maps.grid.rows import Spot

Kind = Literal["ahead", "down", "corner", "rise", "mirror", "far"]

_TRACK, _MARGIN = 9.0, 9.0
"""The least distance between two tracks above a row, and between two in the margin."""
_IN, _APART = 16.0, 9.0
"""How far from the corner of a card the first far way meets it, and the next ones further."""
_HEAD = 2.0
"""How much further a line needs to turn into the head of an arrow for each point of its width."""
_LABEL = 150.0
"""The width at which the label of a far way wraps."""


def kind_of(edge: Edge, spots: Mapping[str, Spot], taken: Collection[tuple[int, int]]) -> Kind:
    """How an edge runs; ``taken`` are the rows and columns where cards stand."""
    one, other = spots[edge.source], spots[edge.target]
    if one.row == other.row:
        if other.column == one.column + 1:
            return "ahead" if one.level == other.level == 0 else "corner"
        if other.column == one.column and other.level == one.level + 1:
            return "down"
    elif edge.role == "note":
        if one.shifted and other.row == one.row - 1 and other.column == one.column + 1:
            return "rise"
        between = any((row, one.column) in taken for row in range(one.row + 1, other.row))
        facing = one.column == other.column and one.row < other.row and not between
        if facing and not one.shifted and not other.shifted and one.level == other.level == 0:
            return "mirror"
    return "far"


@dataclass(frozen=True, slots=True)
class Far:
    """A far way: how far under the top of each row its tracks run, and where in the margin."""

    edge: Edge
    label: Paragraph
    out: float
    into: float
    wide: float
    """How much wider than others it is drawn."""
    margin: float | None
    leaving: int
    arriving: int
    """How many other far ways leave and reach the same cards before it."""


@dataclass(frozen=True, slots=True)
class FarWays:
    """The far ways of a sheet, and the room that they take."""

    ways: tuple[Far, ...]
    above: Mapping[int, float]
    """By row, the room that tracks need above its cards."""
    beside: float
    """The room that tracks need in the left margin."""


def far_ways(edges: Iterable[Edge], spots: Mapping[str, Spot], color: str) -> FarWays:
    """A track for each of the edges."""
    ways: list[Far] = []
    above: dict[int, float] = {}
    heads: dict[int, float] = {}
    beside, met = 0.0, dict.fromkeys(spots, 0)
    for edge in edges:
        rows = spots[edge.source].row, spots[edge.target].row
        text = " ".join(part for part in (edge.label, edge.count) if part)
        label = paragraph(text, style.SMALL, _LABEL, color, bold=not edge.label)
        wide = style.WIDEST * edge.weight
        heads[rows[1]] = max(heads.get(rows[1], 0.0), _HEAD * wide)
        out = above.get(rows[0], 0.0) + label.height + _TRACK + wide
        above[rows[0]] = into = out
        margin = None
        if rows[0] != rows[1]:
            into = above.get(rows[1], 0.0) + _TRACK + wide
            above[rows[1]] = into
            beside += _MARGIN + wide
            margin = beside - wide / 2
        leaving = met[edge.source]
        met[edge.source] += 1
        arriving = met[edge.target]
        met[edge.target] += 1
        ways.append(Far(edge, label, out, into, wide, margin, leaving, arriving))
    above = {row: room + _TRACK + heads.get(row, 0.0) for row, room in above.items()}
    return FarWays(tuple(ways), above, beside)


def far_points(
    way: Far,
    boxes: tuple[Box, Box],
    levels: tuple[int, int],
    tops: tuple[float, float],
    left: float,
) -> tuple[list[Point], Point]:
    """The points of a far way, and where its label stands.

    ``boxes`` are its cards, ``levels`` how far down they stand, ``tops`` where the room above
    their rows begins, and ``left`` where the margin does.
    """
    ahead = boxes[1].left > boxes[0].left and way.margin is None
    first = _meets(boxes[0], levels[0], way.leaving, right=ahead)
    last = _meets(boxes[1], levels[1], way.arriving, right=False)
    out, into = tops[0] + way.out, tops[1] + way.into
    start, end = first[-1][0], last[-1][0]
    if way.margin is None:
        label = min(start, end) + 5
        across = [(start, out), (end, out)]
    else:
        margin = left + way.margin
        label = start - way.label.width - 5
        across = [(start, out), (margin, out), (margin, into), (end, into)]
    return [*first, *across, *reversed(last)], (label, out - way.wide / 2 - way.label.height)


def _meets(box: Box, level: int, number: int, *, right: bool) -> list[Point]:
    """How a far way leaves a card: at its top, or at one of its sides where a card is above it."""
    if level == 0:
        return [(min(box.left + _IN + number * _APART, box.right - 4), box.top)]
    height = box.top + _IN / 2 + min(number * 4.0, box.height - _IN)
    return (
        [(box.right, height), (box.right + 6, height)]
        if right
        else [(box.left, height), (box.left - 6, height)]
    )

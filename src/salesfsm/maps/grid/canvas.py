"""A sheet to draw on: boxes, lines, arrows, marks and lines of text, as elements of SVG.

All lengths are in points, from the upper left corner of the sheet. What is drawn where is decided
elsewhere; here a shape becomes an element.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import hypot
from xml.etree import ElementTree as ET

from salesfsm.maps.diagram import Diagram, Mark
from salesfsm.maps.markup import FONT, SVG, describe, hold_width
from salesfsm.maps.text import clean

Point = tuple[float, float]

_DASHES = {"dashed": (5.0, 3.0), "dotted": (1.4, 2.6)}
"""Lengths of the strokes and gaps of a line that is not solid."""
_ROUND = 0.5522847
"""How far the handles of a cubic curve reach that draws a quarter of a circle of radius 1."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the sheet."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right side."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower side."""
        return self.top + self.height

    @property
    def middle(self) -> Point:
        """The point in its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def inset(self, across: float, down: float | None = None) -> Box:
        """The box within it, smaller by ``across`` at both sides and ``down`` above and below."""
        down = across if down is None else down
        return Box(
            self.left + across, self.top + down, self.width - 2 * across, self.height - 2 * down
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line is drawn: its colour, width, and style (solid, dashed, dotted or bold)."""

    color: str
    width: float = 1.0
    style: str = "solid"


class Canvas:
    """Collects what is drawn, in order: what comes later lies above."""

    def __init__(self) -> None:
        self._root = ET.Element(f"{{{SVG}}}svg")
        self._into = self._root
        self._ids: set[str] = set()

    @contextmanager
    def part(self, classes: Iterable[str], title: str = "", id: str = "") -> Iterator[None]:  # noqa: A002 - as SVG has it
        """What is drawn within belongs together, as a node or an edge does.

        The title is its name for people. An id that is taken is not given again.
        """
        outer = self._into
        self._into = self._add("g", **({"id": id} if id and id not in self._ids else {}))
        self._into.set("class", " ".join(each for each in classes if each))
        self._ids.add(id)
        if title:
            self._add("title").text = clean(title)
        yield
        self._into = outer

    def box(
        self,
        box: Box,
        fill: str = "none",
        stroke: Stroke | None = None,
        radius: float = 0.0,
        *,
        cut: bool = False,
        upper: bool = True,
    ) -> None:
        """A rectangle whose corners are round, or ``cut`` off, where ``radius`` is above 0.

        Without ``upper``, the upper corners stay square.
        """
        radius = min(radius, box.width / 2, box.height / 2)
        self._path(_outline(box, radius, cut, upper), fill, stroke)

    def shape(self, points: Sequence[Point], fill: str, stroke: Stroke | None = None) -> None:
        """A polygon."""
        self._path(f"M{_points(points)}Z", fill, stroke)

    def line(self, points: Sequence[Point], stroke: Stroke) -> None:
        """A line from point to point."""
        self._path(f"M{_points(points)}", "none", stroke)

    def arrow(self, points: Sequence[Point], stroke: Stroke, head: str = "normal") -> None:
        """A line whose last point is the tip of an arrowhead: normal, onormal, vee or none."""
        if head == "none":
            self.line(points, stroke)
            return
        (x, y), tip = points[-2], points[-1]
        length = hypot(tip[0] - x, tip[1] - y) or 1.0
        along = ((tip[0] - x) / length, (tip[1] - y) / length)
        size = 5.0 + 1.5 * stroke.width
        base = (tip[0] - along[0] * size, tip[1] - along[1] * size)
        aside = (-along[1] * size * 0.45, along[0] * size * 0.45)
        one, other = (
            (base[0] + aside[0], base[1] + aside[1]),
            (base[0] - aside[0], base[1] - aside[1]),
        )
        self.line([*points[:-1], tip if head == "vee" else base], stroke)
        edge = Stroke(stroke.color, min(stroke.width, 1.6))
        if head == "vee":
            self.line([one, tip, other], edge)
        else:
            self.shape([one, tip, other], "none" if head == "onormal" else stroke.color, edge)

    def text(
        self, left: float, baseline: float, text: str, size: float, color: str, bold: bool = False
    ) -> None:
        """One line of text that begins at ``left``, as wide as it was measured."""
        element = self._add("text", x=_number(left), y=_number(baseline))
        element.set("text-anchor", "start")
        element.set("font-family", FONT)
        element.set("font-size", _number(size))
        if bold:
            element.set("font-weight", "bold")
        element.set("fill", color)
        element.text = text
        hold_width(element)

    def mark(self, box: Box, mark: Mark, color: str) -> None:
        """The sign before an item in a square: a box to tick, ticked, or crossed out."""
        if not mark:
            return
        pen = Stroke(color, 1.0 if mark == "open" else 1.5)
        self.box(box, stroke=Stroke(color, 1.0), radius=1.5)
        inner = box.inset(box.width * 0.22)
        if mark == "done":
            low = (inner.left + inner.width * 0.38, inner.bottom)
            self.line(
                [(inner.left, inner.top + inner.height * 0.55), low, (inner.right, inner.top)], pen
            )
        elif mark == "missing":
            self.line([(inner.left, inner.top), (inner.right, inner.bottom)], pen)
            self.line([(inner.left, inner.bottom), (inner.right, inner.top)], pen)

    def finished(self, diagram: Diagram, width: float, height: float, paper: str) -> ET.Element:
        """The sheet as the SVG of ``diagram``, of the given size, on ground of colour ``paper``."""
        root = self._root
        across, down = _number(width), _number(height)
        root.attrib.update(width=f"{across}pt", height=f"{down}pt", viewBox=f"0 0 {across} {down}")
        ground = ET.Element(f"{{{SVG}}}path", d=_outline(Box(0, 0, width, height)), fill=paper)
        root.insert(0, ground)
        describe(root, diagram)
        return root

    def _path(self, outline: str, fill: str, stroke: Stroke | None) -> None:
        element = self._add("path", d=outline, fill=fill)
        if stroke is None:
            return
        element.set("stroke", stroke.color)
        element.set("stroke-width", _number(stroke.width))
        if dashes := _DASHES.get(stroke.style):
            element.set("stroke-dasharray", " ".join(_number(each) for each in dashes))

    def _add(self, tag: str, **attributes: str) -> ET.Element:
        return ET.SubElement(self._into, f"{{{SVG}}}{tag}", attributes)


def _outline(box: Box, radius: float = 0.0, cut: bool = False, upper: bool = True) -> str:
    """A rectangle as a path, clockwise from its upper left corner."""
    corners: tuple[tuple[Point, Point, Point], ...] = (
        ((box.left, box.top), (0, 1), (1, 0)),
        ((box.right, box.top), (-1, 0), (0, 1)),
        ((box.right, box.bottom), (0, -1), (-1, 0)),
        ((box.left, box.bottom), (1, 0), (0, -1)),
    )
    path = ""
    for number, (corner, before, after) in enumerate(corners):
        if radius <= 0 or (number < 2 and not upper):
            path += f"L{_points([corner])}"
            continue
        handle = radius * (1 - _ROUND)
        into, one, other, out = (
            (corner[0] + way[0] * far, corner[1] + way[1] * far)
            for way, far in ((before, radius), (before, handle), (after, handle), (after, radius))
        )
        path += f"L{_points([into])}"
        path += f"L{_points([out])}" if cut else f"C{_points([one, other, out])}"
    return f"M{path[1:]}Z"


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """A number with at most two decimals, the same on every machine."""
    return f"{value:.2f}".rstrip("0").rstrip(".")

"""Blocks of a card: texts, items and rules that are measured before they are drawn.

A block is made for a given width and then knows its height, so that a layout can place it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from salesfsm.maps import style
from salesfsm.maps.diagram import Item
from salesfsm.maps.grid.canvas import Box, Canvas, Stroke
from salesfsm.maps.style import Theme
from salesfsm.maps.text import LINE_HEIGHT, clean, width, wrap

_BASELINE = 1.06
"""How far the first baseline lies under the top of a line, in font sizes."""
_BADGE_PAD = 6.0
"""Space beside the text of a badge."""
_MARK, _MARK_GAP = 8.5, 5.0
"""The side of the sign before an item, and the space after it."""
_STEP = _MARK + _MARK_GAP
"""How far an item of depth 1 stands in."""


class Block(Protocol):
    """Something to draw whose size is known before."""

    @property
    def width(self) -> float:
        """How far it reaches to the right, in points."""

    @property
    def height(self) -> float:
        """How far it reaches down, in points."""

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws it with its upper left corner at this point."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of text in one size, weight and colour."""

    lines: tuple[str, ...]
    size: float
    color: str
    bold: bool = False
    centred: bool = False

    @property
    def width(self) -> float:
        """The width of the longest line."""
        return max((self._across(line) for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """The height of all lines."""
        return len(self.lines) * self.size * LINE_HEIGHT

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws the lines under each other."""
        for number, line in enumerate(self.lines):
            baseline = top + (number * LINE_HEIGHT + _BASELINE) * self.size
            shift = (self.width - self._across(line)) / 2 if self.centred else 0.0
            canvas.text(left + shift, baseline, line, self.size, self.color, self.bold)

    def _across(self, line: str) -> float:
        return width(line, self.size, bold=self.bold)


def paragraph(
    text: str,
    size: float,
    across: float,
    color: str,
    *,
    bold: bool = False,
    centred: bool = False,
) -> Paragraph:
    """``text``, cleaned and wrapped so that no line is wider than ``across`` points."""
    lines = wrap(clean(text), size, across, bold=bold)
    return Paragraph(lines, size, color, bold, centred)


@dataclass(frozen=True, slots=True)
class Space:
    """Room that stays empty."""

    height: float
    width: float = 0.0

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws nothing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across, in the middle of some space."""

    width: float
    color: str
    height: float = 9.0

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws the line."""
        level = top + self.height / 2
        canvas.line([(left, level), (left + self.width, level)], Stroke(self.color, 0.7))


@dataclass(frozen=True, slots=True)
class Badge:
    """A short text on a rounded ground."""

    text: Paragraph
    fill: str
    border: Stroke | None = None

    @property
    def width(self) -> float:
        """The width of the ground."""
        return self.text.width + 2 * _BADGE_PAD

    @property
    def height(self) -> float:
        """The height of the ground."""
        return self.text.height + 2

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws the ground, and the text upon it."""
        ground = Box(left, top, self.width, self.height)
        canvas.box(ground, self.fill, self.border, radius=7)
        self.text.draw(canvas, left + _BADGE_PAD, top + 1)


def badge(text: str, across: float, ink: str, fill: str, border: Stroke | None = None) -> Badge:
    """A badge that is at most ``across`` points wide."""
    inner = paragraph(
        " ".join(text.split()), style.SMALL, across - 2 * _BADGE_PAD, ink, bold=True, centred=True
    )
    return Badge(inner, fill, border)


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks under each other, with ``gap`` points between them."""

    blocks: tuple[Block, ...]
    gap: float = 0.0

    @property
    def width(self) -> float:
        """The width of the widest."""
        return max((block.width for block in self.blocks), default=0.0)

    @property
    def height(self) -> float:
        """The height of all, and the gaps between."""
        return sum(b.height for b in self.blocks) + self.gap * max(len(self.blocks) - 1, 0)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws one after the other."""
        for block in self.blocks:
            block.draw(canvas, left, top)
            top += block.height + self.gap


def stack(blocks: Iterable[Block], gap: float = 0.0) -> Stack:
    """The blocks that have any height, under each other."""
    return Stack(tuple(block for block in blocks if block.height > 0), gap)


@dataclass(frozen=True, slots=True)
class Row:
    """An item: its sign, and beside it the text with the note under it, all named by an id."""

    item: Item
    id: str
    text: Stack
    color: str
    size: float

    @property
    def width(self) -> float:
        """The width of sign and text."""
        return self._indent + self.text.width

    @property
    def height(self) -> float:
        """The height of the text."""
        return self.text.height

    @property
    def _indent(self) -> float:
        return indent(self.item)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws the sign at the height of the first line, and the text beside it."""
        with canvas.part(("item", self.item.mark, self.item.state or ""), id=self.id):
            middle = top + self.size * LINE_HEIGHT / 2
            canvas.mark(
                Box(left + self.item.depth * _STEP, middle - _MARK / 2, _MARK, _MARK),
                self.item.mark,
                self.color,
            )
            self.text.draw(canvas, left + self._indent, top)


def indent(item: Item) -> float:
    """How far the text of an item stands from its left side."""
    return item.depth * _STEP + (_MARK + _MARK_GAP if item.mark else 0.0)


def row(
    item: Item,
    across: float,
    theme: Theme,
    *,
    within: str = "",
    size: float = style.SMALL,
    quiet: bool = False,
) -> Row:
    """An item at most ``across`` points wide. ``within`` is the id of its node.

    The element that draws it has the id ``NODE:ITEM``, as one criterion may stand in many nodes.
    """
    told = theme.states[item.state] if item.state else None
    missing = item.mark == "missing"
    color = told.color if told else theme.ink
    ink = told.color if told else theme.quiet if quiet else theme.ink
    text = f"{told.symbol}\u00a0{item.text}" if told else item.text
    inner = across - indent(item)
    lines = stack(
        [
            paragraph(text, size, inner, ink, bold=missing or told is not None),
            paragraph(item.note, style.SMALL, inner, theme.quiet),
        ]
    )
    name = f"{within}:{item.id}" if within and item.id else item.id
    return Row(item, name, lines, color, size)


def rows(
    items: Sequence[Item], across: float, theme: Theme, *, within: str = "", gap: float = 3.0
) -> Stack:
    """The items under each other."""
    return stack([row(item, across, theme, within=within) for item in items], gap)

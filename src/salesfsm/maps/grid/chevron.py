"""A chevron: the arrow with a name in it that leads from one column to the next."""

from __future__ import annotations

import re
from collections.abc import Iterable

from salesfsm.maps import style
from salesfsm.maps.grid.blocks import Paragraph, paragraph
from salesfsm.maps.grid.canvas import Box, Canvas, Stroke
from salesfsm.maps.text import clean, width

TIP, _PAD = 8.0, 3.0
"""How far the tip reaches out, and the space around the text."""
_LEAST, _MOST = 40.0, 104.0
"""How wide the text of a chevron may be: as wide as its longest word, within these bounds."""


def text_width(labels: Iterable[str]) -> float:
    """The width at which the texts of chevrons wrap: that of their longest word, within bounds."""
    words = (word for label in labels for word in re.split("[ \n]", clean(label)))
    longest = max((width(word, style.SMALL) for word in words), default=0.0)
    return min(max(longest + 0.5, _LEAST), _MOST)


def text_of(label: str, across: float, color: str) -> Paragraph:
    """The text of a chevron, wrapped at ``across`` points."""
    return paragraph(label, style.SMALL, across, color, centred=True)


def size(labels: Iterable[str], across: float) -> tuple[float, float]:
    """Width and height of chevrons that hold each of the labels, wrapped at ``across`` points."""
    highest = max((text_of(label, across, "").height for label in labels), default=0.0)
    return across + 2 * _PAD + 2 * TIP, highest + 2 * _PAD


def draw(canvas: Canvas, box: Box, text: Paragraph, fill: str, border: Stroke) -> None:
    """Draws the chevron into ``box``."""
    middle = box.middle[1]
    points = [
        (box.left, box.top),
        (box.right - TIP, box.top),
        (box.right, middle),
        (box.right - TIP, box.bottom),
        (box.left, box.bottom),
        (box.left + TIP, middle),
    ]
    canvas.shape(points, fill, border)
    left = (box.left + box.right) / 2 - text.width / 2
    text.draw(canvas, left, middle - text.height / 2)

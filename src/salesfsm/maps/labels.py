"""HTML-like labels for Graphviz whose text fits, whatever font Graphviz believes in.

A label is a table with one cell for each line of text. The cell has the measured size of its line,
and the text is bound to its left side: thus neither the layout nor the place of a text depends on
how wide Graphviz takes the text to be.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from salesfsm.maps.text import LINE_HEIGHT, clean, column_for, width, wrap

_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
_BADGE_PAD, _BADGE_GAP = 5, 10
"""Space beside the text of a badge, and between a title and its badge, in points."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text with its font size in points, its weight and its colour."""

    text: str
    size: float
    color: str
    bold: bool = False

    @property
    def width(self) -> int:
        """Its measured width, in whole points."""
        return ceil(width(self.text, self.size, bold=self.bold))

    @property
    def height(self) -> int:
        """The height of its row, in whole points."""
        return ceil(self.size * LINE_HEIGHT)

    def cell(self, column: int | None = None) -> str:
        """A table cell of exactly the size of the text, or as wide as ``column``."""
        # Graphviz reads \N as the name of the node even inside a label.
        text = html.escape(self.text).replace("\\", "\\\\")
        if self.bold:
            text = f"<B>{text}</B>"
        return (
            f'<TD FIXEDSIZE="TRUE" WIDTH="{column or self.width}" HEIGHT="{self.height}" '
            f'ALIGN="LEFT"><FONT POINT-SIZE="{self.size:g}" COLOR="{self.color}">{text}</FONT>'
            '<BR ALIGN="LEFT"/></TD>'
        )


def set_lines(
    text: str, size: float, column: float, color: str, *, bold: bool = False
) -> list[Line]:
    """``text`` cleaned and wrapped at ``column`` points, or at a wider column if it is long."""
    ready = clean(text)
    column = column_for(ready, size, column, bold=bold)
    return [Line(each, size, color, bold) for each in wrap(ready, size, column, bold=bold)]


def block(lines: Sequence[Line], least: int = 0) -> str:
    """A table with the lines under each other, all beginning at its left side.

    It is at least ``least`` points wide.
    """
    column = max(least, block_size(lines)[0])
    return table(line.cell(column) for line in lines)


def centred(lines: Sequence[Line]) -> str:
    """A table with the lines under each other, each in the middle."""
    return table(
        f'<TD>{_TABLE} FIXEDSIZE="TRUE" WIDTH="{line.width}" HEIGHT="{line.height}">'
        f"<TR>{line.cell()}</TR></TABLE></TD>"
        for line in lines
    )


def card(
    title: Sequence[Line], badge: Line, fill: str, body: Sequence[Line], least: int = 0
) -> str:
    """A title with a badge on the ground ``fill`` at its right, and lines of text under it.

    It is at least ``least`` points wide.
    """
    if not badge.text:
        rows = [*title, *body]
        return block(rows, least) if body or least else centred(rows)
    title = title or [Line("\u00a0", badge.size, badge.color)]
    ground = badge.width + 2 * _BADGE_PAD
    used = title[0].width + _BADGE_GAP + ground
    column = max(least, used, block_size(title)[0], block_size(body)[0])
    first = table([title[0].cell(column - ground) + pill(badge, ground, title[0].height, fill)])
    return table([f"<TD>{first}</TD>", *(line.cell(column) for line in (*title[1:], *body))])


def pill(line: Line, across: int, height: int, fill: str) -> str:
    """A cell with one line of text in the middle of a rounded ground."""
    pad = f'<TD FIXEDSIZE="TRUE" WIDTH="{_BADGE_PAD}" HEIGHT="{line.height}"></TD>'
    return (
        f'<TD FIXEDSIZE="TRUE" WIDTH="{across}" HEIGHT="{height}">'
        f'{_TABLE} STYLE="ROUNDED" BGCOLOR="{fill}">'
        f"<TR>{pad}{line.cell()}{pad}</TR></TABLE></TD>"
    )


def table(rows: Iterable[str]) -> str:
    """A table without any borders or space; each row is the text of its cells."""
    content = "".join(f"<TR>{row}</TR>" for row in rows)
    return f"{_TABLE}>{content or '<TR><TD></TD></TR>'}</TABLE>"


def html_label(content: str, room: int = 0) -> str:
    """A table as the ``graphviz`` package takes it, with ``room`` points of space around it."""
    if room:
        content = (
            f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="{room}">'
            f"<TR><TD>{content}</TD></TR></TABLE>"
        )
    return f"<{content}>"


def block_size(lines: Sequence[Line]) -> tuple[int, int]:
    """Width and height of stacked lines, in points."""
    return max((line.width for line in lines), default=0), sum(line.height for line in lines)


def diamond_size(lines: Sequence[Line], aspect: float) -> tuple[float, float]:
    """Width and height, in points, of the least diamond around centred lines.

    ``aspect`` is its width by its height. A point (x, y) from the middle lies inside a diamond of
    width w and height h if 2x/w + 2y/h <= 1, and the corners of each line must.
    """
    top = -block_size(lines)[1] / 2
    height = 0.0
    for line in lines:
        far = max(abs(top), abs(top + line.height))
        height = max(height, line.width / aspect + 2 * far)
        top += line.height
    return aspect * height, height

"""HTML-like labels for Graphviz whose text fits, whatever font Graphviz believes in.

A label is a table with one cell for each line of text. The cell has the measured size of its line,
and the text is bound to its left side: thus neither the layout nor the place of a text depends on
how wide Graphviz takes the text to be.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from salesfsm.maps.text import LINE_HEIGHT, clean, column_for, foreign, width, wrap

_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"'
_BADGE_PAD, _BADGE_GAP = 5, 10
"""Space beside the text of a badge, and between a title and its badge, in points."""
_FITTED = 1.03
"""How much wider a text is where its font is fitted to pixels."""
_CORNER = 4
"""Space between a text and the corners of an octagon around it, in points."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text with its font size in points, its weight and its colour."""

    text: str
    size: float
    color: str
    bold: bool = False

    @property
    def width(self) -> int:
        """Its measured width, in whole points, and a little more.

        Graphviz fits the font to whole pixels, takes a text for up to 3 % wider than it is, and
        would warn of a cell that is too small.
        """
        return ceil(_FITTED * width(self.text, self.size, bold=self.bold) + 1)

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
    if len(lines) == 1:
        return block(lines)
    return table(_in_middle(line.cell(), line.width, line.height) for line in lines)


def _in_middle(cells: str, across: int, height: int) -> str:
    """Cells of this size together, in the middle of a row."""
    fixed = f'FIXEDSIZE="TRUE" WIDTH="{across}" HEIGHT="{height}"'
    return f"<TD>{_TABLE} {fixed}><TR>{cells}</TR></TABLE></TD>"


def card(
    title: Sequence[Line], badge: Line, fill: str, body: Sequence[Line], least: int = 0
) -> str:
    """A title with a badge on the ground ``fill`` at its right, and lines of text under it.

    It is at least ``least`` points wide.
    """
    if not badge.text:
        rows = [*title, *body]
        # How wide a script is that the shipped font lacks is a guess, which the middle halves.
        alone = not body and not least and any(foreign(line.text) for line in title)
        return centred(rows) if alone else block(rows, least)
    title = title or [Line("\u00a0", badge.size, badge.color)]
    ground = badge.width + 2 * _BADGE_PAD
    used = title[0].width + _BADGE_GAP + ground
    column = max(least, used, block_size(title)[0], block_size(body)[0])
    first = table([title[0].cell(column - ground) + pill(badge, ground, title[0].height, fill)])
    return table([f"<TD>{first}</TD>", *(line.cell(column) for line in (*title[1:], *body))])


def middle_card(
    title: Sequence[Line], badge: Line, fill: str, body: Sequence[Line]
) -> tuple[str, Sequence[tuple[int, int]]]:
    """The same with every line in the middle, and width and height of each."""
    rows = [*title, *body]
    sizes = [(line.width, line.height) for line in rows]
    lines = [_in_middle(line.cell(), *size) for line, size in zip(rows, sizes, strict=True)]
    if badge.text:
        ground = badge.width + 2 * _BADGE_PAD
        first = rows[0] if title else Line("\u00a0", badge.size, badge.color)
        wide = first.width + _BADGE_GAP
        cells = first.cell(wide) + pill(badge, ground, first.height, fill)
        place = slice(0, bool(title))
        sizes[place] = [(wide + ground, first.height)]
        lines[place] = [_in_middle(cells, *sizes[0])]
    return table(lines), sizes


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


def octagon_size(rows: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """Width and height, in points, of a small octagon around centred rows of text.

    ``rows`` are their widths and heights. A point (x, y) from the middle lies inside the octagon
    that Graphviz draws w wide and h high if x/w + y/h <= 1/sqrt(2), and within w and h.
    """
    top = -sum(height for _, height in rows) / 2
    corners = []
    for across, height in rows:
        corners.append((across / 2 + _CORNER, max(abs(top), abs(top + height))))
        top += height
    widest = 2 * max((x for x, _ in corners), default=0)
    highest = 2 * max((y for _, y in corners), default=0)

    def height_at(wide: float) -> float:
        return max(highest, *(y / (sqrt(0.5) - x / wide) for x, y in corners), 0)

    if not widest:
        return 0, highest
    columns = (widest * part / 100 for part in range(100, 210, 10))
    return min(((wide, height_at(wide)) for wide in columns), key=sum)

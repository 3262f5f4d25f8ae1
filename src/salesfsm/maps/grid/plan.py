"""The plan of a sheet: where each row, card and arrow of a diagram stands, in points.

Columns have one width on the whole sheet, so that rows line up with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from salesfsm.maps import style
from salesfsm.maps.diagram import Diagram, Edge
from salesfsm.maps.grid import chevron
from salesfsm.maps.grid.bars import Bar
from salesfsm.maps.grid.blocks import Stack, paragraph, stack
from salesfsm.maps.grid.canvas import Box
from salesfsm.maps.grid.cards import Bands, Card, titled
from salesfsm.maps.grid.rows import Row
from salesfsm.maps.grid.ways import far_ways, kind_of
from salesfsm.maps.style import Theme, look_of
from salesfsm.maps.text import width as width_of

PAGE, FRAME = 24.0, 14.0
"""Space around the sheet, and within the frame of a row."""
STUB, HEAD = 5.0, 15.0
"""The parts of an arrow before and after its chevron."""
_BETWEEN, _UNDER_TITLE, _UNDER_BAR = 16.0, 8.0, 9.0
"""Space between two rows, and under a title or a bar."""
_TITLES, _WIDEST_TITLE, _AFTER_TITLE = 84.0, 140.0, 12.0
"""The width of the titles that stand beside their rows, within these bounds; the space after."""
_WIDEST_COUNT = 80.0
"""The width from which on a count is broken."""
_LEAST = 420.0
"""The least width at which the title of a sheet wraps."""


def gap_for(edges: Iterable[Edge], least: float) -> float:
    """The space between two columns in which the counts of arrows find room."""
    words = (word for edge in edges for word in edge.count.split())
    longest = max((width_of(word, style.SMALL, bold=True) for word in words), default=0.0)
    return max(least, min(longest, _WIDEST_COUNT) + HEAD + 2 * STUB)


class Plan:
    """The places of one diagram's parts, worked out once and then only read.

    ``width`` is that of a column and ``gap`` the least space between two. With ``aside`` the
    titles of rows stand at their left, else above them.
    """

    def __init__(
        self,
        diagram: Diagram,
        theme: Theme,
        rows: Sequence[Row],
        *,
        width: float,
        gap: float,
        aside: bool = False,
    ) -> None:
        self.diagram, self.theme, self.rows = diagram, theme, rows
        self.width, self.aside = width, aside
        self.spots = dict(pair for number, row in enumerate(rows) for pair in row.spots(number))
        taken = {(spot.row, spot.column) for spot in self.spots.values() if not spot.shifted}
        self.ways = [(edge, kind_of(edge, self.spots, taken)) for edge in diagram.edges]
        far = (edge for edge, kind in self.ways if kind == "far")
        self.far = far_ways(far, self.spots, theme.ink)
        words = [word for row in rows for word in row.title.split()]
        longest = max((width_of(word, style.SUBTITLE, bold=True) for word in words), default=0.0)
        self.titles = min(max(_TITLES, longest + 1), _WIDEST_TITLE)
        self._size_chevrons(gap)
        self.boxes: dict[str, Box] = {}
        self.cards: list[tuple[Card, Box, Bands]] = []
        self.bars: list[tuple[Bar, Box]] = []
        self.frames: list[tuple[Row, Box]] = []
        self.levels: list[float] = []
        """By row, the height at which its straight arrows run."""
        self.gutters: list[float] = []
        """By row, where the room for the tracks of far ways begins."""
        self._place()

    def title(self, row: Row) -> Stack:
        """The title of a row."""
        across = self.titles if self.aside else max(_LEAST, self._span())
        ink = self.theme.quiet
        return stack([paragraph(row.title, style.SUBTITLE, across, ink, bold=True)])

    def _size_chevrons(self, gap: float) -> None:
        """The size of the chevrons, all alike, and of the gap that holds one."""
        ahead = [edge for edge, kind in self.ways if kind == "ahead"]
        leads = [titled(row.lead, look_of(row.lead, self.theme)) for row in self.rows if row.lead]
        labels = [label for label in (*leads, *(edge.label for edge in ahead)) if label]
        self.across = chevron.text_width(labels)
        self.chevron = chevron.size(labels, self.across)
        self.gap = max(gap, self.chevron[0] + STUB + HEAD) if labels else gap
        counts = [edge.count for edge in ahead if edge.count]
        self.gap = max(self.gap, gap_for(ahead, gap))
        self.under = chevron.size(counts, self.gap - HEAD)[1] if counts else 0.0

    def _place(self) -> None:
        """Finds the place of every part, from top to bottom."""
        framed = FRAME if any(row.title for row in self.rows) else 0.0
        self.margin = PAGE
        outer = PAGE + self.far.beside
        self.first = outer + framed + (self.titles + _AFTER_TITLE if self.aside and framed else 0.0)
        if any(row.lead for row in self.rows):
            self.first += self.chevron[0] + HEAD
        across = max(_LEAST, self.first + self._span() + framed - PAGE)
        self.heading = stack(
            [
                paragraph(self.diagram.title, style.TITLE, across, self.theme.ink, bold=True),
                paragraph(self.diagram.subtitle, style.SUBTITLE, across, self.theme.quiet),
            ],
            2,
        )
        self.right = max(PAGE + self.heading.width, self.first + self._span() + framed)
        self.bottom = PAGE + self.heading.height
        for number, row in enumerate(self.rows):
            top = self.bottom + (_BETWEEN if self.bottom > PAGE else 0.0)
            self.bottom = self._place_row(number, row, top)
            if row.title:
                frame = Box(outer, top, self.right - outer, self.bottom - top)
                self.frames.append((row, frame))

    def _place_row(self, number: int, row: Row, top: float) -> float:
        """Places the parts of a row whose upper side is at ``top``; answers where it ends."""
        title, room = self.title(row).height, FRAME if row.title else 0.0
        top += room
        least = top + title if self.aside else top
        if row.title and not self.aside:
            top += title + _UNDER_TITLE
        for bar in row.bars:
            box = Box(self.first, top, bar.width, bar.height)
            self.boxes[bar.node.id] = box
            self.bars.append((bar, box))
            top += bar.height + _UNDER_BAR
        self.gutters.append(top)
        top += self.far.above.get(number, 0.0)
        reach = self.chevron[1] / 2 if self._has_chevrons(number) else 0.0
        top += max(0.0, reach - row.level)
        level = top + row.level
        self.levels.append(level)
        pitch = self.width + self.gap
        shift = pitch / 2 if row.shifted else 0.0
        lefts = {column: self.first + column * pitch + shift for column in row.columns}
        for card, box, bands in row.placed(lefts, top):
            self._put(card, replace(box, left=box.left + (self.width - card.width) / 2), bands)
        if row.lead:
            wide, high = self.chevron
            self.boxes[row.lead.id] = Box(self.first - HEAD - wide, level - high / 2, wide, high)
        return max(top + row.height, level + reach + self.under, least) + room

    def _put(self, card: Card, box: Box, bands: Bands) -> None:
        self.boxes[card.node.id] = box
        self.cards.append((card, box, bands))

    def _has_chevrons(self, number: int) -> bool:
        return self.rows[number].lead is not None or any(
            kind == "ahead" and edge.label and self.spots[edge.source].row == number
            for edge, kind in self.ways
        )

    def _span(self) -> float:
        """The width of the widest row."""
        pitch = self.width + self.gap
        return max((*_ends(self.rows, pitch, self.width), *_bars(self.rows)), default=0.0)


def _ends(rows: Iterable[Row], pitch: float, width: float) -> Iterable[float]:
    """How far to the right each row reaches."""
    for row in rows:
        if row.columns:
            yield max(row.columns) * pitch + width + (pitch / 2 if row.shifted else 0.0)


def _bars(rows: Iterable[Row]) -> Iterable[float]:
    return (bar.width for row in rows for bar in row.bars)

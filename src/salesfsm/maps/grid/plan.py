"""The plan of a sheet: where each row, card and arrow of a diagram stands, in points.

Columns have one width on the whole sheet, so that rows line up with each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import ceil

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
    return max(least, ceil(min(longest, _WIDEST_COUNT)) + HEAD + 2 * STUB)


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
        self.starts: dict[str, float] = {}
        """By the id of a row, where its first column stands."""
        self._place()

    def title(self, row: Row) -> Stack:
        """The title of a row."""
        alone = [row] in self.bands
        wide = max(_LEAST, self._span()) if alone else self._reach(row)
        ink = self.theme.quiet
        across = self.titles if self.aside else wide
        return stack([paragraph(row.title, style.SUBTITLE, across, ink, bold=True)])

    def _size_chevrons(self, gap: float) -> None:
        """The size of the chevrons, all alike, and of the gaps that hold one or none."""
        ahead = [edge for edge, kind in self.ways if kind == "ahead"]
        leads = [titled(row.lead, look_of(row.lead, self.theme)) for row in self.rows if row.lead]
        labels = [label for label in (*leads, *(edge.label for edge in ahead)) if label]
        self.across = chevron.text_width(labels)
        self.chevron = chevron.size(labels, self.across)
        self.gap = max(gap, ceil(self.chevron[0]) + STUB + HEAD) if labels else gap
        counts = [edge.count for edge in ahead if edge.count]
        self.least = gap_for(ahead, gap)
        self.gap = max(self.gap, self.least)
        self.labelled = {self.spots[edge.source].column for edge in ahead if edge.label}
        self.under = chevron.size(counts, self.gap - HEAD)[1] if counts else 0.0

    def _place(self) -> None:
        """Finds the place of every part, from top to bottom."""
        framed = FRAME if any(row.title for row in self.rows) else 0.0
        self.margin = PAGE
        outer = PAGE + self.far.beside
        self.first = outer + framed + (self.titles + _AFTER_TITLE if self.aside and framed else 0.0)
        if any(row.lead for row in self.rows):
            self.first += self.chevron[0] + HEAD
        self.bands = self._in_bands()
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
        for band in self.bands:
            top = self.bottom + (_BETWEEN if self.bottom > PAGE else 0.0)
            self.bottom = self._place_band(band, top)
            lefts = [outer, *(self.starts[row.id] - self._before for row in band[1:])]
            rights = [*(left - _BETWEEN for left in lefts[1:]), self.right]
            for row, left, right in zip(band, lefts, rights, strict=True):
                if row.title:
                    self.frames.append((row, Box(left, top, right - left, self.bottom - top)))

    def _in_bands(self) -> list[list[Row]]:
        """The rows under each other; a free one stands beside the one before it where it fits."""
        joined = {self.spots[end].row for way in self.far.ways for end in _ends_of(way.edge)}
        bands: list[list[Row]] = []
        end, most = 0.0, self.first + self._span()
        for number, row in enumerate(self.rows):
            start = end + FRAME + _BETWEEN + self._before
            fits = start + self._reach(row) <= most
            movable = row.free and not row.bars and number not in joined and bool(row.title)
            if bands and movable and fits and self._has_room(bands[-1][-1]):
                bands[-1].append(row)
            else:
                bands.append([row])
                start = self.first
            self.starts[row.id] = start
            end = start + self._reach(row)
        return bands

    def _has_room(self, row: Row) -> bool:
        """Whether another row may stand beside this one."""
        return bool(row.title) and not row.bars and (row.free or not self.aside)

    @property
    def _before(self) -> float:
        """The space within the frame of a row before its first card."""
        return FRAME + (self.titles + _AFTER_TITLE if self.aside else 0.0)

    def _place_band(self, band: Sequence[Row], top: float) -> float:
        """Places rows side by side whose upper side is at ``top``; answers where they end."""
        title = max(self.title(row).height for row in band)
        titled, room = any(row.title for row in band), FRAME if band[0].title else 0.0
        top += room
        least = top + title if self.aside else top
        if titled and not self.aside:
            top += title + _UNDER_TITLE
        for bar in band[0].bars:
            box = Box(self.first, top, bar.width, bar.height)
            self.boxes[bar.node.id] = box
            self.bars.append((bar, box))
            top += bar.height + _UNDER_BAR
        first = len(self.levels)
        numbers = range(first, first + len(band))
        self.gutters += [top] * len(band)
        top += self.far.above.get(first, 0.0)
        reach = self.chevron[1] / 2 if any(map(self._has_chevrons, numbers)) else 0.0
        top += max(0.0, reach - min(row.level for row in band))
        return max(least, *(self._place_row(row, top, reach) for row in band)) + room

    def _place_row(self, row: Row, top: float, reach: float) -> float:
        """Places the cards of a row at ``top``; answers where they, and what hangs on them, end."""
        level = top + row.level
        self.levels.append(level)
        start = self.starts[row.id]
        shift = (self.width + self.gap) / 2 if row.shifted else 0.0
        lefts = {column: start + self._left(column) + shift for column in row.columns}
        for card, box, bands in row.placed(lefts, top):
            self._put(card, replace(box, left=box.left + (self.width - card.width) / 2), bands)
        if row.lead:
            wide, high = self.chevron
            self.boxes[row.lead.id] = Box(start - HEAD - wide, level - high / 2, wide, high)
        return max(top + row.height, level + reach + self.under)

    def _put(self, card: Card, box: Box, bands: Bands) -> None:
        self.boxes[card.node.id] = box
        self.cards.append((card, box, bands))

    def _has_chevrons(self, number: int) -> bool:
        return self.rows[number].lead is not None or any(
            kind == "ahead" and edge.label and self.spots[edge.source].row == number
            for edge, kind in self.ways
        )

    def _left(self, column: int) -> float:
        """How far a column stands to the right of the first one."""
        return sum(self.width + self._gap_after(each) for each in range(column))

    def _gap_after(self, column: int) -> float:
        """The space after a column: for a chevron, where an arrow that leaves there has one."""
        return self.gap if column in self.labelled or not self.labelled else self.least

    def _reach(self, row: Row) -> float:
        """How far the cards of a row reach from where it starts."""
        if not row.columns:
            return 0.0
        shift = (self.width + self.gap) / 2 if row.shifted else 0.0
        return self._left(max(row.columns)) + self.width + shift

    def _span(self) -> float:
        """The width of the widest row."""
        return max((*map(self._reach, self.rows), *_bars(self.rows)), default=0.0)


def _ends_of(edge: Edge) -> tuple[str, str]:
    return edge.source, edge.target


def _bars(rows: Iterable[Row]) -> Iterable[float]:
    return (bar.width for row in rows for bar in row.bars)

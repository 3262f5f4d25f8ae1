"""The rows of a sheet: cards in columns, which may be stacked, and bars along all columns.

Rows are measured here; where they stand on the sheet is decided in ``sheet``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from salesfsm.maps.diagram import Node
from salesfsm.maps.grid.bars import Bar
from salesfsm.maps.grid.canvas import Box
from salesfsm.maps.grid.cards import Bands, Card, shared

STACKED = 18.0
"""Space between two cards under each other: room for an arrow."""
_ENDS = ("won", "lost")
"""The roles whose cards stand for themselves and stretch to the foot of their row."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a node stands: in which row, in which of its columns, and how far down in that."""

    row: int
    column: int
    level: int = 0
    shifted: bool = False
    """Whether it stands between its column and the next."""


@dataclass(slots=True)
class Row:
    """One row: its title, and its cards by column, each column from top to bottom."""

    id: str
    title: str
    columns: Mapping[int, Sequence[Card]]
    bars: Sequence[Bar] = ()
    lead: Node | None = None
    """A node that leads into the first column, drawn as a chevron."""
    shifted: bool = False
    free: bool = False
    """Whether it lines up with no other row, so that it may stand beside the one before it."""
    bands: list[Bands] = field(init=False)

    def __post_init__(self) -> None:
        levels = max((len(cards) for cards in self._regular()), default=0)
        self.bands = [
            shared(cards[level].bands for cards in self._regular() if len(cards) > level)
            for level in range(levels)
        ]
        if self.bands:
            self.bands[0] = replace(self.bands[0], head=self._head)

    def _regular(self) -> Iterator[Sequence[Card]]:
        return (cards for cards in self.columns.values() if not _ends(cards))

    @property
    def _head(self) -> float:
        """The height of the heads that stand side by side at its top, joined by arrows."""
        return max((cards[0].bands.head for cards in self.columns.values()), default=0.0)

    def _bands(self, cards: Sequence[Card], level: int) -> Bands:
        if not _ends(cards):
            return self.bands[level]
        return replace(cards[0].bands, head=self._head) if level == 0 else cards[level].bands

    @property
    def height(self) -> float:
        """The height of its cards."""
        stacked = sum(each.height for each in self.bands) + STACKED * max(len(self.bands) - 1, 0)
        ends = (
            sum(self._bands(cards, level).height for level in range(len(cards)))
            + STACKED * (len(cards) - 1)
            for cards in self.columns.values()
            if _ends(cards)
        )
        return max((stacked, *ends), default=0.0)

    @property
    def level(self) -> float:
        """How far under its top the straight arrows of the row run."""
        return self._head / 2

    def placed(self, lefts: Mapping[int, float], top: float) -> Iterator[tuple[Card, Box, Bands]]:
        """Each card of its columns with its box, where columns begin at ``lefts``."""
        for column, cards in self.columns.items():
            at = top
            for level, card in enumerate(cards):
                bands = self._bands(cards, level)
                stretched = len(self.bands) < 2 and level == len(cards) - 1
                height = top + self.height - at if stretched else bands.height
                yield card, Box(lefts[column], at, card.width, height), bands
                at += height + STACKED

    def spots(self, number: int) -> Iterator[tuple[str, Spot]]:
        """Where each of its nodes stands, if it is the row of that ``number``."""
        if self.lead:
            yield self.lead.id, Spot(number, -1)
        for bar in self.bars:
            yield bar.node.id, Spot(number, 0)
        for column, cards in self.columns.items():
            for level, card in enumerate(cards):
                yield card.node.id, Spot(number, column, level, self.shifted)


def _ends(cards: Sequence[Card]) -> bool:
    return all(card.node.role in _ENDS for card in cards)

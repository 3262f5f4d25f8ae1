"""Cards for Graphviz: nodes of one width, and of one height in their row, with sections of items.

Graphviz can place them in rows and columns, if not as exactly as the drawing of salesfsm itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from salesfsm.maps import style
from salesfsm.maps.diagram import Diagram, Item, Mark, Node, Section
from salesfsm.maps.labels import Line, card, html_label
from salesfsm.maps.style import NodeLook, Theme
from salesfsm.maps.text import clean, wrap

MARKS: dict[Mark, str] = {"": "", "open": "☐", "done": "☑", "missing": "☒"}
"""The sign before an item, as a character."""
_INDENT = "\u00a0" * 4
"""As wide as a mark and the space behind it: all lines of an item begin below each other."""
_COLUMN = 190
"""The width of the text of a card, in points."""
_BADGE_ROOM = 20
"""What a badge takes beside its text: its ground, and the gap before it."""
_POINTS_PER_INCH = 72
_ROOM = 10
"""Space around the text of a card, in points."""


@dataclass(frozen=True, slots=True)
class Card:
    """The text of a card: its title with a badge at its right, and the lines under both."""

    title: Sequence[Line]
    badge: Line
    body: Sequence[Line]
    fill: str

    @property
    def height(self) -> int:
        """How high the text is, in points."""
        return sum(line.height for line in (*self.title, *self.body))

    def attributes(self, height: int) -> dict[str, str]:
        """The label and the size of the node whose text is given ``height`` points."""
        text = card(self.title, self.badge, self.fill, self.body, _COLUMN)
        return {
            "label": html_label(text, room=_ROOM),
            "shape": "box",
            "labelloc": "t",
            "margin": "0",
            "width": f"{(_COLUMN + 2 * _ROOM) / _POINTS_PER_INCH:.3f}",
            "height": f"{(height + 2 * _ROOM) / _POINTS_PER_INCH:.3f}",
        }


def card_of(node: Node, look: NodeLook, theme: Theme) -> Card:
    """The card of a node that has a certain look."""
    title = f"{look.symbol}\u00a0{node.title}" if look.symbol else node.title
    badge = Line(" ".join(clean(node.badge).split()), style.SMALL, theme.paper, bold=True)
    beside = min(badge.width + _BADGE_ROOM, _COLUMN / 2) if badge.text else 0
    texts = (_lines(text, style.BODY, _COLUMN, theme.quiet) for text in node.lines)
    return Card(
        _lines(title, style.HEADING, _COLUMN - beside, theme.ink, bold=True),
        badge,
        [*chain.from_iterable(texts), *section_lines(node.sections, _COLUMN, theme)],
        look.border,
    )


def heights(diagram: Diagram, cards: Mapping[str, Card]) -> dict[str, int]:
    """How high each card is: as the highest of its row or lane.

    One that stands above or below another in its row, and each of a list, is as high as its text.
    """
    found = {name: each.height for name, each in cards.items()}
    if diagram.layout == "list":
        return found
    columns = {node.id: node.column for node in diagram.nodes}
    for group in diagram.groups:
        shared = Counter(columns[name] for name in group.nodes if columns[name] is not None)
        alone = [name for name in group.nodes if shared[columns[name]] < 2]
        found |= dict.fromkeys(alone, max((found[name] for name in alone), default=0))
    return found


def section_lines(sections: Sequence[Section], column: float, theme: Theme) -> Iterator[Line]:
    """The lines of sections, each behind a little space."""
    for section in sections:
        yield Line("\u00a0", 4, theme.quiet)
        yield from _lines(section.title, style.SMALL, column, theme.quiet, bold=True)
        for item in section.items:
            yield from _item(item, column, theme)


def _item(item: Item, column: float, theme: Theme) -> Iterator[Line]:
    told = theme.states[item.state] if item.state else None
    color = told.color if told else theme.ink
    signs = [sign for sign in (MARKS[item.mark], told.symbol if told else "") if sign]
    first = _INDENT * item.depth + "".join(f"{sign}\u00a0" for sign in signs)
    rest = _INDENT * (item.depth + bool(item.mark))
    inner = column - Line(first if len(first) > len(rest) else rest, style.BODY, color).width
    texts = [
        *_lines(item.text, style.BODY, inner, color, bold=told is not None),
        *_lines(item.note, style.SMALL, inner, theme.quiet),
    ]
    for number, line in enumerate(texts):
        yield replace(line, text=(rest if number else first) + line.text)


def _lines(text: str, size: float, column: float, color: str, *, bold: bool = False) -> list[Line]:
    lines = wrap(clean(text), size, column, bold=bold)
    return [Line(each, size, color, bold) for each in lines]

"""A node as a card: its title on a coloured head, lines of text, and sections under rules.

Cards of one row share their bands, so that what is of one kind stands at one height.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from salesfsm.maps import style
from salesfsm.maps.diagram import Node, Section
from salesfsm.maps.grid.blocks import Badge, Block, Paragraph, Stack, badge, paragraph, rows, stack
from salesfsm.maps.grid.canvas import Box, Canvas, Stroke
from salesfsm.maps.style import NodeLook, Theme, look_of
from salesfsm.maps.text import clean, width

_ACROSS, _DOWN = 10.0, 7.0
"""Space between the border of a card and its text."""
_RULE = 13.0
"""Height of a rule and the space around it."""
_NARROW = 0.42
"""The share of a head that a badge may take beside the title; a wider one stands under it."""
_ROUND, _OVAL, _CUT = 7.0, 14.0, 9.0
"""How far corners are rounded or cut."""


@dataclass(frozen=True, slots=True)
class Head:
    """The title of a card with its badge at the right, or under it where it is wide."""

    title: Paragraph
    badge: Badge | None
    inner: float

    beside: bool
    """Whether the badge stands beside the title."""

    @property
    def width(self) -> float:
        """The width between the borders."""
        return self.inner

    @property
    def height(self) -> float:
        """The height of title and badge."""
        across = self.badge.height if self.badge else 0.0
        if self.beside:
            return max(self.title.height, across)
        return self.title.height + (across + 3 if self.badge else 0.0)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws the title, and the badge."""
        self.title.draw(canvas, left, top)
        if self.badge is None:
            return
        if self.beside:
            middle = top + (self.height - self.badge.height) / 2
            self.badge.draw(canvas, left + self.inner - self.badge.width, middle)
        else:
            self.badge.draw(canvas, left, top + self.title.height + 3)


@dataclass(frozen=True, slots=True)
class Bands:
    """The heights that the parts of a card have: head, lines, and each section by its title."""

    head: float
    lines: float
    sections: Mapping[str, float]

    @property
    def height(self) -> float:
        """The height of a whole card."""
        body = self.lines + sum(each + _RULE for each in self.sections.values())
        if self.sections and not self.lines:
            body -= _RULE - _DOWN  # the line under the head is rule enough
        return self.head + (body + 2 * _DOWN - (0 if self.lines else _DOWN) if body else 0.0)


def shared(every: Iterable[Bands]) -> Bands:
    """Bands in which each of the cards finds room.

    The lines of a card without sections may reach down to where others have theirs.
    """
    known = list(every)
    titles = _merged([list(each.sections) for each in known])
    head = max((each.head for each in known), default=0.0)
    lines = max((each.lines for each in known if each.sections or not titles), default=0.0)
    heights = {title: max(each.sections.get(title, 0.0) for each in known) for title in titles}
    bands = Bands(head, lines, heights)
    highest = max((replace(each, head=head).height for each in known), default=0.0)
    if not titles or highest <= bands.height:
        return bands
    last = heights[titles[-1]] + highest - bands.height
    return replace(bands, sections={**heights, titles[-1]: last})


def _merged(orders: Iterable[Sequence[str]]) -> list[str]:
    """Every title once: after the one that it follows, else before the one that follows it."""
    merged: list[str] = []
    for order in orders:
        for number, title in enumerate(order):
            if title in merged:
                continue
            after = [merged.index(each) for each in order[:number]]
            before = [merged.index(each) for each in order[number:] if each in merged]
            place = after[-1] + 1 if after else min(before, default=len(merged))
            merged.insert(place, title)
    return merged


@dataclass(frozen=True, slots=True)
class Card:
    """A node, measured for a width."""

    node: Node
    width: float
    theme: Theme
    look: NodeLook
    head: Head
    lines: Stack
    sections: Mapping[str, Stack]

    @property
    def bands(self) -> Bands:
        """The heights that its own parts need."""
        return Bands(
            self.head.height + 2 * _DOWN,
            self.lines.height,
            {title: block.height for title, block in self.sections.items()},
        )

    def draw(self, canvas: Canvas, box: Box, bands: Bands) -> None:
        """Draws it into ``box``, with its parts at the heights of ``bands``."""
        node = self.node
        with canvas.part(("node", node.role, node.state or ""), node.title, node.id):
            self._ground(canvas, box, bands.head)
            left, top = box.left + _ACROSS, box.top
            self.head.draw(canvas, left, top + (bands.head - self.head.height) / 2)
            top += bands.head + _DOWN
            self.lines.draw(canvas, left, top)
            top += bands.lines
            for number, (title, height) in enumerate(bands.sections.items()):
                first = number == 0 and not bands.lines
                top += 0.0 if first else _RULE
                if block := self.sections.get(title):
                    if not first:
                        self._rule(canvas, box, top - _RULE / 2)
                    block.draw(canvas, left, top)
                top += height

    def _ground(self, canvas: Canvas, box: Box, head: float) -> None:
        look, radius, cut = self.look, _radius(self.look), self.look.shape == "octagon"
        border = Stroke(look.border, look.line, dashes_of(look))
        canvas.box(box, look.fill, radius=radius, cut=cut)
        if self.lines.blocks or self.sections:
            body = Box(box.left, box.top + head, box.width, box.height - head)
            canvas.box(body, self.theme.paper, radius=radius, cut=cut, upper=False)
            self._rule(canvas, box, body.top)
        canvas.box(box, stroke=border, radius=radius, cut=cut)
        if look.borders > 1:
            canvas.box(box.inset(3), stroke=replace(border, width=0.8), radius=radius - 2, cut=cut)

    def _rule(self, canvas: Canvas, box: Box, level: float) -> None:
        inset = 3.0 if self.look.borders > 1 else 0.0
        line = [(box.left + inset, level), (box.right - inset, level)]
        canvas.line(line, Stroke(self.look.border, 0.6))


def _radius(look: NodeLook) -> float:
    if look.shape == "octagon":
        return _CUT
    return _OVAL if look.shape == "oval" else _ROUND if "rounded" in look.style else 0.0


def card(node: Node, across: float, theme: Theme) -> Card:
    """The card of a node, ``across`` points wide."""
    look = look_of(node, theme)
    inner = across - 2 * _ACROSS
    lines: list[Block] = [paragraph(text, style.SMALL, inner, theme.quiet) for text in node.lines]
    return Card(
        node,
        across,
        theme,
        look,
        _head(node, look, inner, theme),
        stack(lines, 5),
        {
            title: stack([_title(section, inner, theme), *_items(section, inner, node, theme)], 3)
            for title, section in _by_title(node.sections).items()
        },
    )


def dashes_of(look: NodeLook) -> str:
    """The style of a border: dashed, dotted or solid."""
    return next((each for each in ("dashed", "dotted") if each in look.style), "solid")


def titled(node: Node, look: NodeLook) -> str:
    """The title of a node after the symbol of its look, if it has one."""
    return f"{look.symbol}\u00a0{node.title}" if look.symbol else node.title


def _head(node: Node, look: NodeLook, inner: float, theme: Theme) -> Head:
    ink = theme.paper if node.role == "start" else theme.ink
    text = titled(node, look)
    shown = " ".join(clean(node.badge).split())
    stuck = badge(shown, inner, theme.paper, look.border) if shown else None
    left = inner - stuck.width - 6 if stuck else inner
    longest = max(
        (width(word, look.size, bold=look.bold) for word in clean(text).split(" ")), default=0
    )
    beside = left >= inner * (1 - _NARROW) and longest <= left
    title = paragraph(text, look.size, left if beside else inner, ink, bold=look.bold)
    return Head(title, stuck, inner, beside)


def _by_title(sections: Sequence[Section]) -> dict[str, Section]:
    """The sections by their titles; two with the same title are one."""
    found: dict[str, Section] = {}
    for each in sections:
        before = found.get(each.title)
        found[each.title] = replace(each, items=(*before.items, *each.items)) if before else each
    return found


def _title(section: Section, inner: float, theme: Theme) -> Paragraph:
    return paragraph(section.title, style.SMALL, inner, theme.quiet, bold=True)


def _items(section: Section, inner: float, node: Node, theme: Theme) -> list[Block]:
    return [rows(section.items, inner, theme, within=node.id, gap=4)]

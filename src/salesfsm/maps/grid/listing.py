"""The layout ``list``: cards under each other, as wide as a sheet of A4, to read and to tick."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from salesfsm.maps import style
from salesfsm.maps.diagram import Diagram, Group, Item, Node, Section
from salesfsm.maps.grid.blocks import Badge, Block, Row, Space, Stack, badge, paragraph, row, stack
from salesfsm.maps.grid.canvas import Box, Canvas, Point, Stroke
from salesfsm.maps.style import Theme, look_of
from salesfsm.maps.text import clean, width

PAPER = 595.0
"""The width of A4, in points."""
MARGIN = 42.0
ACROSS = PAPER - 2 * MARGIN
GUTTER = 92.0
"""The width of the column of section titles, at the left of their items."""
PAD_ACROSS, PAD_DOWN = 10.0, 7.0
"""Space around the text of a band."""
STEP = 13.5
"""How far an item that is part of another stands to the right of it."""
BETWEEN_ITEMS, BETWEEN_SECTIONS, BETWEEN_CARDS, BETWEEN_GROUPS = 4.0, 9.0, 15.0, 20.0
BESIDE = 18.0
"""Space between two ways that share a line."""
CORNER = 9.0
"""How much is cut off the corners of a band where work ends without success."""
UNDER_BAND = 8.0


def draw_list(diagram: Diagram, theme: Theme) -> ET.Element:
    """A diagram of the layout ``list`` as one tall SVG."""
    canvas = Canvas()
    top = MARGIN
    for block in _heading(diagram, theme):
        block.draw(canvas, MARGIN, top)
        top += block.height
    for heading, nodes in grouped(diagram):
        if heading is not None and heading.title:
            top += BETWEEN_GROUPS
            top += _draw_heading(canvas, heading, top, theme)
        for node in nodes:
            top += BETWEEN_CARDS if node is not nodes[0] else UNDER_BAND
            top += _draw_card(canvas, node, top, theme)
    return canvas.finished(diagram, PAPER, top + MARGIN, theme.paper)


def grouped(diagram: Diagram) -> Iterator[tuple[Group | None, list[Node]]]:
    """The groups in their order, with their nodes; before them what stands in none."""
    by_id = {node.id: node for node in diagram.nodes}
    inside = {name for group in diagram.groups for name in group.nodes}
    if alone := [node for node in diagram.nodes if node.id not in inside]:
        yield None, alone
    for group in diagram.groups:
        yield group, [by_id[name] for name in group.nodes]


def name_of(node: Node, theme: Theme) -> str:
    """The title of a node, with the signs of its state and of its role before it."""
    told = theme.states[node.state].symbol if node.state else ""
    signs = [sign for sign in (told, theme.nodes[node.role].symbol) if sign]
    return "\u00a0".join([*signs, node.title])


def text_of(item: Item, theme: Theme) -> str:
    """The text of an item, with the sign of its state before it."""
    return f"{theme.states[item.state].symbol}\u00a0{item.text}" if item.state else item.text


def in_lines(items: Sequence[Item], across: float, theme: Theme) -> list[list[Item]]:
    """One item a line, but those that are neither ticked nor explained, as ways, share lines.

    A line holds as many as there is room for in ``across`` points.
    """
    lines: list[list[Item]] = []
    room = 0.0
    for item in items:
        alone = bool(item.mark or item.note)
        wide = width(clean(text_of(item, theme)), style.BODY) + BESIDE
        if alone or wide > room:
            lines.append([item])
            room = 0.0 if alone else across - wide
        else:
            lines[-1].append(item)
            room -= wide
    return lines


def _heading(diagram: Diagram, theme: Theme) -> Iterable[Block]:
    yield paragraph(diagram.title, style.TITLE, ACROSS, theme.ink, bold=True)
    yield paragraph(diagram.subtitle, style.SUBTITLE, ACROSS, theme.quiet)


def _draw_heading(canvas: Canvas, group: Group, top: float, theme: Theme) -> float:
    """Draws the heading of a group over a line, and tells how high it is."""
    text = paragraph(group.title, style.HEADING, ACROSS, theme.quiet, bold=True)
    with canvas.part(("cluster",), group.title, group.id):
        text.draw(canvas, MARGIN, top)
        level = top + text.height + 2
        canvas.line([(MARGIN, level), (MARGIN + ACROSS, level)], Stroke(theme.quiet, 1.0))
    return text.height + 2


def _draw_card(canvas: Canvas, node: Node, top: float, theme: Theme) -> float:
    """Draws a node with all that belongs to it, and tells how high it is."""
    band = _band(node, theme)
    body = stack([_part(node, each, theme) for each in node.sections], BETWEEN_SECTIONS)
    with canvas.part(("node", node.role, node.state or ""), node.title, node.id):
        band.draw(canvas, MARGIN, top)
        body.draw(canvas, MARGIN + PAD_ACROSS, top + band.height + UNDER_BAND)
    return band.height + (UNDER_BAND + body.height if body.height else 0.0)


@dataclass(frozen=True, slots=True)
class _Band:
    """The head of a card: its title and badge, and its lines, on the ground of its role."""

    node: Node
    text: Stack
    badge: Badge | None
    theme: Theme
    width: float = ACROSS

    @property
    def height(self) -> float:
        """The height of the ground."""
        return max(self.text.height, self.badge.height if self.badge else 0.0) + 2 * PAD_DOWN

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws the ground in the shape of its role, and the text upon it."""
        ground = Box(left, top, self.width, self.height)
        look = self.theme.nodes[self.node.role]
        told = self.theme.states[self.node.state] if self.node.state else None
        kind = "dashed" if "dashed" in look.style else "solid"
        border = Stroke(look.border, look.line, kind)
        if told:
            border = Stroke(told.color, told.line, told.style)
        if self.node.role == "lost":
            canvas.shape(_cut(ground), look.fill, border)
        else:
            canvas.box(ground, look.fill, border, radius=5)
        if look.borders > 1:
            canvas.box(ground.inset(3), stroke=Stroke(look.border, 0.8), radius=3)
        self.text.draw(canvas, left + PAD_ACROSS, top + PAD_DOWN)
        if self.badge:
            away = left + self.width - PAD_ACROSS - self.badge.width
            self.badge.draw(canvas, away, top + PAD_DOWN)


def _band(node: Node, theme: Theme) -> _Band:
    inner = ACROSS - 2 * PAD_ACROSS
    ground = look_of(node, theme).border
    sign = badge(node.badge, inner / 2, theme.paper, ground) if node.badge.strip() else None
    beside = inner - sign.width - PAD_ACROSS if sign else inner
    title = paragraph(name_of(node, theme), style.HEADING, beside, theme.ink, bold=True)
    first, *others = node.lines or ("",)
    lines = [
        paragraph(first, style.BODY, inner, theme.ink),
        *(paragraph(each, style.SMALL, inner, theme.quiet) for each in others),
    ]
    head = stack([title], 0)
    if sign and sign.height > title.height:
        head = Stack((title, Space(sign.height - title.height)))
    return _Band(node, stack([head, *lines], 2.0), sign, theme)


def _cut(box: Box) -> list[Point]:
    """The box without its corners."""
    return [
        (box.left + CORNER, box.top),
        (box.right - CORNER, box.top),
        (box.right, box.top + CORNER),
        (box.right, box.bottom - CORNER),
        (box.right - CORNER, box.bottom),
        (box.left + CORNER, box.bottom),
        (box.left, box.bottom - CORNER),
        (box.left, box.top + CORNER),
    ]


@dataclass(frozen=True, slots=True)
class _Beside:
    """A section: its title in the gutter, and its items beside it."""

    title: Stack
    items: Stack

    @property
    def width(self) -> float:
        """The width of gutter and items."""
        return GUTTER + self.items.width

    @property
    def height(self) -> float:
        """The height of the higher of the two."""
        return max(self.title.height, self.items.height)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws both from the same height."""
        self.title.draw(canvas, left, top)
        self.items.draw(canvas, left + GUTTER, top)


def _part(node: Node, section: Section, theme: Theme) -> _Beside:
    across = ACROSS - 2 * PAD_ACROSS - GUTTER
    title = paragraph(section.title, style.SMALL, GUTTER - 10, theme.quiet, bold=True)
    lines = [
        _Line(tuple(_indented(node, each, across, theme) for each in line))
        for line in in_lines(section.items, across, theme)
    ]
    return _Beside(stack([title]), stack(lines, BETWEEN_ITEMS))


def _indented(node: Node, item: Item, across: float, theme: Theme) -> _Shifted:
    shift = STEP * item.depth
    inner = row(item, across - shift, theme, within=node.id, size=style.BODY)
    return _Shifted(inner, shift)


@dataclass(frozen=True, slots=True)
class _Shifted:
    """An item that stands to the right of those that it is part of."""

    inner: Row
    shift: float

    @property
    def width(self) -> float:
        """The width with the space before it."""
        return self.inner.width + self.shift

    @property
    def height(self) -> float:
        """The height of the item."""
        return self.inner.height

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws the item to the right of the space."""
        self.inner.draw(canvas, left + self.shift, top)


@dataclass(frozen=True, slots=True)
class _Line:
    """Blocks side by side."""

    blocks: tuple[Block, ...]

    @property
    def width(self) -> float:
        """The width of all, and the gaps between."""
        return sum(b.width for b in self.blocks) + BESIDE * (len(self.blocks) - 1)

    @property
    def height(self) -> float:
        """The height of the highest."""
        return max(block.height for block in self.blocks)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draws one after the other, from the same height."""
        for block in self.blocks:
            block.draw(canvas, left, top)
            left += block.width + BESIDE

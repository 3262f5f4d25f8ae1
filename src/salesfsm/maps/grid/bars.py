"""A node as a bar along many columns: its title at the left, what it says beside it."""

from __future__ import annotations

from dataclasses import dataclass

from salesfsm.maps import style
from salesfsm.maps.diagram import Node
from salesfsm.maps.grid.blocks import Block, Paragraph, Stack, paragraph, rows, stack
from salesfsm.maps.grid.canvas import Box, Canvas, Stroke
from salesfsm.maps.grid.cards import dashes_of
from salesfsm.maps.style import NodeLook, Theme, look_of

_ACROSS, _DOWN = 10.0, 6.0
"""Space between the border of a bar and its text."""
_TITLE, _PROOF = 0.16, 0.24
"""The shares of the width that the title, and the sections at the right, may take."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A node, measured for a width: title, lines, and sections side by side."""

    node: Node
    width: float
    look: NodeLook
    title: Paragraph
    lines: Stack
    sections: Stack

    @property
    def height(self) -> float:
        """The height of its highest part and the space around."""
        parts = (self.title.height, self.lines.height, self.sections.height)
        return max(parts) + 2 * _DOWN

    def draw(self, canvas: Canvas, box: Box) -> None:
        """Draws it into ``box``."""
        node, inner = self.node, box.inset(_ACROSS, _DOWN)
        with canvas.part(("node", node.role, node.state or ""), node.title, node.id):
            border = Stroke(self.look.border, self.look.line, dashes_of(self.look))
            canvas.box(box, self.look.fill, border)
            for part, share in (
                (self.title, 0.0),
                (self.lines, _TITLE),
                (self.sections, 1 - _PROOF),
            ):
                left = inner.left + share * inner.width
                part.draw(canvas, left, box.middle[1] - part.height / 2)


def bar(node: Node, width: float, theme: Theme) -> Bar:
    """The bar of a node, as long as ``width``."""
    look, inner = look_of(node, theme), width - 2 * _ACROSS
    text = " ".join(part for part in (look.symbol, node.title, node.badge) if part)
    told = inner * (1 - _TITLE - _PROOF) - _ACROSS
    lines: list[Block] = [paragraph(line, style.SMALL, told, theme.ink) for line in node.lines]
    proof: list[Block] = []
    for section in node.sections:
        proof.append(paragraph(section.title, style.SMALL, inner * _PROOF, theme.quiet, bold=True))
        proof.append(rows(section.items, inner * _PROOF, theme, within=node.id))
    title = paragraph(text, look.size, inner * _TITLE - _ACROSS, theme.ink, bold=True)
    return Bar(node, width, look, title, stack(lines, 3), stack(proof, 2))

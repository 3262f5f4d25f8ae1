"""Draws a plan: frames, arrows and chevrons, and the cards above them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from xml.etree import ElementTree as ET

from salesfsm.maps import style
from salesfsm.maps.diagram import Edge, Node
from salesfsm.maps.grid import chevron
from salesfsm.maps.grid.blocks import paragraph
from salesfsm.maps.grid.canvas import Box, Canvas, Point, Stroke
from salesfsm.maps.grid.cards import titled
from salesfsm.maps.grid.plan import FRAME, HEAD, PAGE, STUB, Plan
from salesfsm.maps.grid.ways import Far, Kind, far_points
from salesfsm.maps.style import EdgeLook, look_of


def draw_sheet(plan: Plan) -> ET.Element:
    """The planned sheet as SVG."""
    sheet = _Sheet(plan)
    plan.heading.draw(sheet.canvas, PAGE, PAGE)
    sheet.frames()
    for edge, kind in plan.ways:
        if kind != "far":
            sheet.near(edge, kind)
    for way in plan.far.ways:
        sheet.far(way)
    for row in plan.rows:
        if row.lead:
            sheet.lead(row.lead)
    for bar, box in plan.bars:
        bar.draw(sheet.canvas, box)
    for card, box, bands in plan.cards:
        card.draw(sheet.canvas, box, bands)
    paper = plan.theme.paper
    return sheet.canvas.finished(plan.diagram, plan.right + PAGE, plan.bottom + PAGE, paper)


class _Sheet:
    """Draws the parts of one plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.theme, self.canvas = plan, plan.theme, Canvas()
        self.titles = {node.id: node.title for node in plan.diagram.nodes}

    def frames(self) -> None:
        for row, frame in self.plan.frames:
            with self.canvas.part(("cluster",), row.title, row.id):
                self.canvas.box(frame, self.theme.frame, radius=8)
                title = self.plan.title(row)
                title.draw(self.canvas, frame.left + FRAME, frame.top + FRAME - 2)

    def lead(self, node: Node) -> None:
        """A node that leads into a row, as a chevron."""
        look, box = look_of(node, self.theme), self.plan.boxes[node.id]
        with self.canvas.part(("node", node.role, node.state or ""), node.title, node.id):
            text = chevron.text_of(titled(node, look), self.plan.across, self.theme.ink)
            chevron.draw(self.canvas, box, text, look.fill, Stroke(look.border, look.line))

    def near(self, edge: Edge, kind: Kind) -> None:
        """An arrow to a card beside, under or facing its own."""
        look, stroke = self._look(edge)
        with self._part(edge):
            if kind == "ahead":
                self._ahead(edge, look, stroke)
            elif kind in ("rise", "mirror"):
                self.canvas.line(self._upright(edge, kind), stroke)
            else:
                points = self._upright(edge, kind) if kind == "down" else self._corner(edge)
                self.canvas.arrow(points, stroke, look.arrowhead)

    def _ahead(self, edge: Edge, look: EdgeLook, stroke: Stroke) -> None:
        """An arrow straight into the next column, with a chevron where it has a label."""
        plan = self.plan
        one, other = plan.boxes[edge.source], plan.boxes[edge.target]
        level = plan.levels[plan.spots[edge.source].row]
        if edge.label:
            wide, high = plan.chevron
            room = other.left - HEAD - one.right - STUB
            box = Box(one.right + STUB + (room - wide) / 2, level - high / 2, wide, high)
            self.canvas.line([(one.right, level), (box.left + chevron.TIP, level)], stroke)
            self.canvas.arrow([(box.right, level), (other.left, level)], stroke, look.arrowhead)
            ground = self.theme.nodes["phase"]
            border = Stroke(ground.border, ground.line)
            if edge.state:
                border = Stroke(stroke.color, ground.line, stroke.style)
            text = chevron.text_of(edge.label, plan.across, self.theme.ink)
            chevron.draw(self.canvas, box, text, ground.fill, border)
            under = box.bottom
        else:
            self.canvas.arrow([(one.right, level), (other.left, level)], stroke, look.arrowhead)
            under = level + stroke.width / 2 + 2
        shown = " ".join(part for part in (self._sign(edge), edge.count) if part)
        room = other.left - one.right
        count = paragraph(shown, style.SMALL, room - HEAD, stroke.color, bold=True)
        count.draw(self.canvas, one.right + (room - count.width) / 2, under + 2)

    def _upright(self, edge: Edge, kind: Kind) -> list[Point]:
        plan = self.plan
        one, other = plan.boxes[edge.source], plan.boxes[edge.target]
        x = one.middle[0]
        if kind == "rise":
            level = plan.levels[plan.spots[edge.target].row]
            above = [box for box in plan.boxes.values() if box.middle[0] == x and level < box.top]
            near = max((box.bottom for box in above if box.bottom <= one.top), default=level)
            return [(x, one.top), (x, near)]
        return [(x, one.bottom), (x, other.top)]

    def _corner(self, edge: Edge) -> list[Point]:
        """Into another height of the next column, by a corner in the gap between."""
        plan = self.plan
        one, other = plan.boxes[edge.source], plan.boxes[edge.target]
        start, end = one.top + _beside(one), other.top + _beside(other)
        middle = (one.right + other.left) / 2
        return [(one.right, start), (middle, start), (middle, end), (other.left, end)]

    def far(self, way: Far) -> None:
        """An arrow along the tracks above rows, and its label upon a ground that covers lines."""
        plan, edge = self.plan, way.edge
        one, other = plan.spots[edge.source], plan.spots[edge.target]
        points, label = far_points(
            way,
            (plan.boxes[edge.source], plan.boxes[edge.target]),
            (one.level, other.level),
            (plan.gutters[one.row], plan.gutters[other.row]),
            PAGE,
        )
        look, stroke = self._look(edge)
        with self._part(edge):
            self.canvas.arrow(points, stroke, look.arrowhead)
            text = replace(way.label, color=stroke.color)
            if text.lines:
                ground = Box(label[0] - 2, label[1], text.width + 4, text.height - 1)
                self.canvas.box(ground, self.theme.frame if plan.frames else self.theme.paper)
                text.draw(self.canvas, *label)

    def _part(self, edge: Edge) -> AbstractContextManager[None]:
        title = f"{self.titles[edge.source]} → {self.titles[edge.target]}"
        return self.canvas.part(("edge", edge.role, edge.state or ""), title, edge.id)

    def _sign(self, edge: Edge) -> str:
        return self.theme.states[edge.state].symbol if edge.state else ""

    def _look(self, edge: Edge) -> tuple[EdgeLook, Stroke]:
        """The look of an edge, with what an overlay tells of it, and its line."""
        look = self.theme.edges[edge.role]
        if edge.state:
            told = self.theme.states[edge.state]
            look = replace(look, style=told.style, color=told.color, line=told.line)
        return look, Stroke(look.color, look.line + style.WIDEST * edge.weight, look.style)


def _beside(box: Box) -> float:
    """How far under the top of a card an arrow meets its side."""
    return min(16.0, box.height / 2)

"""A history on a map: how many took each way, how many stand in each stage, how many go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from salesfsm.errors import MapError, UnknownNameError
from salesfsm.maps.criterion_text import CriterionText
from salesfsm.maps.diagram import Diagram, Edge, Item, Node, Section
from salesfsm.maps.lines import stage_title
from salesfsm.maps.overlays.parts import (
    Ways,
    check_map,
    stage_of,
    told,
    with_items,
    with_section,
)
from salesfsm.maps.shares import share_told
from salesfsm.messages import number
from salesfsm.process.arcs import Arc, ArcKey, MoveKind
from salesfsm.process.process import Process

_AHEAD = (MoveKind.ADVANCE, MoveKind.WIN)


def with_history(
    diagram: Diagram,
    process: Process,
    moves: Mapping[ArcKey, int],
    standing: Mapping[str, int] | None = None,
    *,
    language: str | None = None,
) -> Diagram:
    """The map with what happened: ``moves`` counts moves by trigger, source and target.

    Edges carry their number and are as wide as it says; two edges of the same trigger, source and
    target have the same number. A move that the map has no arrow for is told at its stage. A stage
    tells its conversion: of the moves that left it, the share that led ahead or won; opportunities
    that are still there do not count. ``standing`` is the number of opportunities in each stage.
    Texts are in ``language``, that of the map if left out.

    Raises :class:`~salesfsm.errors.UnknownNameError` for moves and stages that the process does not
    have, and :class:`~salesfsm.errors.MapError` for what is no count and for a map of another
    process.
    """
    check_counts(process, moves, standing or {})
    check_map(diagram, process)
    overlay = _Overlay(diagram, process, moves, standing, language)
    total = overlay.text.counted("map.overlay.all_moves", sum(moves.values()))
    return replace(
        diagram,
        nodes=tuple(map(overlay.node, diagram.nodes)),
        edges=tuple(map(overlay.edge, diagram.edges, overlay.ways.of_edges)),
        subtitle=told(diagram.subtitle, total),
    )


def check_counts(
    process: Process, moves: Mapping[ArcKey, int], standing: Mapping[str, int]
) -> None:
    """Raise for counts of what the process does not have, and for what is no count."""
    ways = {", ".join(arc.key) for arc in process.arcs}
    for key in moves:
        if ", ".join(key) not in ways:
            raise UnknownNameError("move", ", ".join(key), sorted(ways), within=process.name)
    for name in standing:
        if name not in process.stage_by_name:
            raise UnknownNameError("stage", name, process.stage_by_name, within=process.name)
    for count in (*moves.values(), *standing.values()):
        if not isinstance(count, int) or count < 0:
            raise MapError(f"a map counts whole numbers from 0, not {count!r}")


class _Overlay:
    """Lays counts over one map."""

    def __init__(
        self,
        diagram: Diagram,
        process: Process,
        moves: Mapping[ArcKey, int],
        standing: Mapping[str, int] | None,
        language: str | None,
    ) -> None:
        self.process, self.moves, self.standing = process, moves, standing
        self.text = CriterionText(process, language or diagram.language)
        self.ways = Ways(diagram, process)
        drawn = [self._count(keys) for keys in self.ways.of_edges]
        self.most = max((1, *drawn))

    def edge(self, edge: Edge, keys: frozenset[ArcKey]) -> Edge:
        """The edge with the number of moves along what it stands for, which may be none at all."""
        if not keys:
            return edge
        count = self._count(keys)
        return replace(edge, count=told(edge.count, self._number(count)), weight=count / self.most)

    def node(self, node: Node) -> Node:
        counted = with_items(node, self._item)
        stage = stage_of(node)
        if stage is None or stage not in self.process.stage_by_name:
            return counted
        arcs = {arc.key: arc for arc in self.process.arcs if arc.source == stage}
        conversion = self._conversion(arcs)
        told_here = replace(
            counted,
            badge=told(node.badge, self._standing(stage)),
            lines=(*node.lines, conversion) if conversion else node.lines,
        )
        title = self.text.message("map.overlay.other_moves")
        return with_section(told_here, Section(title, tuple(self._undrawn(arcs))))

    def _item(self, item: Item) -> Item:
        """A line that tells a way, with its number of moves."""
        key = self.ways.of_item(item)
        if key is None:
            return item
        return replace(item, text=f"{self._number(self.moves.get(key, 0))} × {item.text}")

    def _standing(self, stage: str) -> str:
        if self.standing is None:
            return ""
        return self.text.message(
            "map.overlay.here", count=self._number(self.standing.get(stage, 0))
        )

    def _undrawn(self, arcs: Mapping[ArcKey, Arc]) -> Iterator[Item]:
        """The moves for which the map has neither an arrow nor a line."""
        for key, arc in arcs.items():
            if self.moves.get(key) and key not in self.ways.drawn:
                yield Item(f"{self._number(self.moves[key])} × {self._way(arc)}")

    def _conversion(self, arcs: Mapping[ArcKey, Arc]) -> str:
        leaving = {key: arc for key, arc in arcs.items() if arc.kind is not MoveKind.REPEAT}
        left = self._count(frozenset(leaving))
        ahead = frozenset(key for key, arc in leaving.items() if arc.kind in _AHEAD)
        if not left or not ahead:
            return ""
        share = share_told(Fraction(self._count(ahead), left))
        return self.text.message("map.overlay.conversion", share=share, count=self._number(left))

    def _way(self, arc: Arc) -> str:
        called = self.text.text(arc.label, self.text.word(arc.trigger))
        stage = self.process.stage_by_name[arc.target]
        return f"{called} → {stage_title(stage, self.text)}"

    def _number(self, count: int) -> str:
        return number(count, self.text.language)

    def _count(self, keys: frozenset[ArcKey]) -> int:
        return sum(self.moves.get(key, 0) for key in keys)

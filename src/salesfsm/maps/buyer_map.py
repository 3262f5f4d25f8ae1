"""The buyer-aligned map: the buyer's phases and the seller's stages face each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from salesfsm.errors import MapError
from salesfsm.maps.buyer_cards import BuyerCards
from salesfsm.maps.diagram import Diagram, Edge, EdgeRole, Group, Node
from salesfsm.maps.lines import Line, lines_of
from salesfsm.maps.shares import share_told
from salesfsm.process.arcs import MoveKind
from salesfsm.process.definitions import Stage
from salesfsm.process.fields import spoken
from salesfsm.process.journey import Milestone
from salesfsm.process.mirror import first_place, mirror_report, phase_order
from salesfsm.process.process import Process
from salesfsm.rules.explanation import asked

_ON = (MoveKind.ADVANCE, MoveKind.WIN, MoveKind.ASIDE)


def buyer_map(process: Process, *, language: str = "en") -> Diagram:
    """The buyer-aligned map of ``process``, with texts in ``language``: of the layout ``lanes``.

    Between the phases stand the milestones that prove each crossing. Where the two sides do not
    mirror each other (:func:`~salesfsm.process.mirror.mirror_report`), the gap is marked. Raises
    :class:`~salesfsm.errors.MapError` for a process whose buyer has no phases.
    """
    if not isinstance(process, Process):
        raise MapError(f"buyer_map takes a Process, not {process!r}: load(file) gives one")
    if not process.buyer.phases:
        raise MapError(
            f"{process.name!r} has no phases of the buyer to face its stages: name them under "
            "'buyer: phases:', and in each stage, with 'mirrors:', the phase that it mirrors"
        )
    return _BuyerMap(process, language).diagram()


class _BuyerMap:
    """Builds one buyer-aligned map."""

    def __init__(self, process: Process, language: str) -> None:
        self.process, self.cards = process, BuyerCards(process, language)
        self.text = self.cards.text
        self.order = phase_order(process)
        lines = lines_of(process, self.text)
        self.mirroring = [line for line in lines if any(stage.mirrors for stage in line.opened)]
        self.beside = [line for line in lines if line not in self.mirroring]
        self.crossings: dict[int, list[Milestone]] = {}
        for milestone in process.buyer.milestones:
            if milestone.moves:
                place = max(self.order[milestone.moves[1]] - 1, 0)
                self.crossings.setdefault(place, []).append(milestone)
        final = self._final()
        for milestone in process.buyer.milestones:
            if not milestone.moves and milestone.name in final:
                self.crossings.setdefault(len(self.order) - 1, []).append(milestone)

    def diagram(self) -> Diagram:
        process, message = self.process, self.text.message
        lanes = [
            ("buyer", message("map.buyer.buyer"), self.cards.buyer()),
            ("proof", message("map.buyer.proof"), [*self._proofs()]),
            *self._sellers(),
            *self._others(),
        ]
        score = mirror_report(process).score
        share = share_told(score) if score is not None else "0%"
        return Diagram(
            self.text.text(process.label, spoken(process.name)),
            tuple(node for _, _, nodes in lanes for node in nodes),
            tuple(self._edges()),
            subtitle=message("map.buyer.subtitle", version=process.version, percent=share),
            groups=tuple(
                Group(f"lane.{name}", title, tuple(node.id for node in nodes))
                for name, title, nodes in lanes
                if nodes
            ),
            language=self.text.language,
            layout="lanes",
        )

    def _final(self) -> set[str]:
        """The milestones that winning asks on the lines that mirror phases, such as a signature."""
        stages = {stage.name for line in self.mirroring for stage in line.opened}
        return {
            name
            for arc in self.process.arcs
            if arc.kind is MoveKind.WIN and arc.source in stages
            for each in arc.requirements
            for kind, name in asked(each.condition)
            if kind == "milestone"
        }

    def _proofs(self) -> Iterator[Node]:
        phases = self.process.buyer.phases
        proven = {each.moves for every in self.crossings.values() for each in every}
        for place, (one, other) in enumerate(pairwise(phases)):
            for milestone in self.crossings.get(place, ()):
                yield self.cards.milestone(milestone, place)
            if (one.name, other.name) not in proven and place >= first_place(self.process):
                yield self.cards.unproven(one, other, place)
        last = len(phases) - 1
        for milestone in self.crossings.get(last, ()):
            yield self.cards.milestone(milestone, last)

    def _sellers(self) -> Iterator[tuple[str, str, list[Node]]]:
        """A lane for each line that mirrors phases; the first marks the phases that none does."""
        seller = self.text.message("map.buyer.seller")
        mirrored = {stage.mirrors for stage in self.process.stages}
        gaps = [
            self.cards.unmirrored(phase, place)
            for place, phase in enumerate(self.process.buyer.phases)
            if phase.name not in mirrored and place >= first_place(self.process)
        ]
        if not self.mirroring:
            yield "seller", seller, gaps
        for number, line in enumerate(self.mirroring, start=1):
            title = line.title if len(self.mirroring) > 1 else seller
            yield f"seller.{number}", title or seller, [*self._facing(line), *gaps]
            gaps = []

    def _facing(self, line: Line) -> Iterator[Node]:
        before: int | None = None
        for stage, place in zip(line.opened, self._places(line.opened), strict=True):
            own = self.order[stage.mirrors] if stage.mirrors else None
            back = own is not None and before is not None and own < before
            yield self.cards.stage(stage, place, back=back)
            before = before if own is None else own
        for stage in line.closed:
            yield self.cards.other(stage, len(self.order))

    def _places(self, stages: Sequence[Stage]) -> list[int]:
        """The phase under which each stage stands: its own, else the last one before, or after."""
        own = [self.order[stage.mirrors] if stage.mirrors else None for stage in stages]
        last = next(place for place in own if place is not None)
        places = []
        for place in own:
            last = last if place is None else place
            places.append(last)
        return places

    def _others(self) -> Iterator[tuple[str, str, list[Node]]]:
        """A lane for each line that mirrors nothing."""
        for number, line in enumerate(self.beside, start=1):
            nodes = [self.cards.other(stage, place) for place, stage in enumerate(line.opened)]
            nodes += [self.cards.other(stage, len(line.opened)) for stage in line.closed]
            title = f"{line.title}\n{self.text.message('map.buyer.beside')}".strip()
            yield f"beside.{number}", title, nodes

    def _edges(self) -> Iterator[Edge]:
        phases = self.process.buyer.phases
        for one, other in pairwise(phases):
            yield Edge(f"phase.{one.name}", f"phase.{other.name}")
        for place, milestones in self.crossings.items():
            for each in milestones:
                target = phases[place + 1].name if place + 1 < len(phases) else None
                if target:
                    yield Edge(f"milestone.{each.name}", f"phase.{target}", role="note")
        yield from self._facing_edges()
        arcs = {(arc.source, arc.target): arc for arc in self.process.arcs if arc.kind in _ON}
        for line in (*self.mirroring, *self.beside):
            for before, after in pairwise((*line.opened, *line.closed[:1])):
                if arc := arcs.get((before.name, after.name)):
                    role: EdgeRole = arc.kind.value
                    source, target = f"stage.{before.name}", f"stage.{after.name}"
                    yield Edge(source, target, role=role, id=":".join(arc.key))

    def _facing_edges(self) -> Iterator[Edge]:
        """From each phase to the topmost stage under it, if that mirrors it."""
        taken: set[int] = set()
        for line in self.mirroring:
            for stage, place in zip(line.opened, self._places(line.opened), strict=True):
                if place not in taken and stage.mirrors:
                    yield Edge(f"phase.{stage.mirrors}", f"stage.{stage.name}", role="note")
                taken.add(place)

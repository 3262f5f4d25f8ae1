"""The flowchart of a process: its stages and decisions, and the ways between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from salesfsm.errors import MapError
from salesfsm.maps.arrow_text import ArrowText
from salesfsm.maps.details import details_of
from salesfsm.maps.diagram import Diagram, Edge, EdgeRole, Group, Node
from salesfsm.maps.lines import role_of
from salesfsm.maps.overlays.history import check_counts
from salesfsm.maps.ways import MANY, TANGLED, Way, ways_of
from salesfsm.messages import number
from salesfsm.process.arcs import Arc, ArcKey, reached, sources_among
from salesfsm.process.definitions import Stage
from salesfsm.process.fields import in_language, percent, spoken
from salesfsm.process.kinds import Plane
from salesfsm.process.process import Process


def flowchart(
    process: Process,
    *,
    language: str = "en",
    counts: Mapping[ArcKey, int] | None = None,
    standing: Mapping[str, int] | None = None,
    subtitle: str = "",
) -> Diagram:
    """The flowchart of ``process``, with labels in ``language``.

    ``counts`` (moves by trigger, source and target) turn it into a chart of what happened: arrows
    carry their number and are as wide as it says.
    ``standing`` is the number of opportunities in each stage. Raises
    :class:`~salesfsm.errors.UnknownNameError` for counts of what the process does not have, and
    :class:`~salesfsm.errors.MapError` for what cannot be counted or drawn.
    """
    if not isinstance(process, Process):
        raise MapError(f"flowchart takes a Process, not {process!r}: load(file) gives one")
    check_counts(process, counts or {}, standing or {})
    chart = _Flowchart(process, language, standing)
    edges = tuple(chart.arrows() if counts is None else chart.moves(counts))
    free = bool(edges) and not any(edge.source.startswith("stage.") for edge in edges)
    return Diagram(
        in_language(process.label, language, spoken(process.name)),
        (*chart.stages(), *chart.others.values()),
        edges,
        subtitle=subtitle,
        direction="TB" if free else "LR",
        groups=tuple(chart.groups()),
        language=language,
    )


FEW = 10
"""So many moves make an arrow of the greatest width where none has more: one alone is no stream."""


class _Flowchart:
    """Builds one flowchart; ``others`` collects the nodes that are no stages, with their planes."""

    def __init__(self, process: Process, language: str, standing: Mapping[str, int] | None) -> None:
        self.process, self.standing = process, standing
        self.text = ArrowText(process, language)
        self.ways = ways_of(process)
        self.others: dict[str, Node] = {}
        handed = [len(sources_among(process, each.source)) for each in process.handovers]
        self.far = sum(handed) >= MANY
        self.frames: dict[Plane, list[str]] = {}
        for stage in process.stages:
            self._frame(stage.name).append(f"stage.{stage.name}")

    def stages(self) -> Iterator[Node]:
        details = details_of(self.process, self.text.language)
        for stage in self.process.stages:
            yield Node(
                f"stage.{stage.name}",
                self.text.text(stage.label, spoken(stage.name)),
                role_of(stage, self.process),
                tuple(self._leads_on(stage)) if self.standing is None else (),
                badge=self._badge(stage),
                details=details[f"stage.{stage.name}"],
            )

    def _leads_on(self, stage: Stage) -> Iterator[str]:
        """What leads on from a stage to where no arrow is drawn from it: a fork, a hand-over."""
        for fork in dict.fromkeys(way.fork for way in self.ways if way.bundled and way.fork):
            branches = self._branches(fork)
            if {name for way in branches for name in way.sources} == {stage.name}:
                yield f"→ {self.text.question(branches)}"
        for each in self.process.handovers if self.far else ():
            if stage.name in sources_among(self.process, each.source):
                yield f"→ {self.text.called(self.process.stage_by_name[each.target])}"

    def groups(self) -> Iterator[Group]:
        """A frame for each plane, where there are several."""
        if len(self.frames) > 1:
            for plane, nodes in self.frames.items():
                yield Group(f"plane.{plane}", self.text.message(f"plane.{plane}"), tuple(nodes))

    def _frame(self, stage: str) -> list[str]:
        """The ids of what stands on the plane of a stage."""
        return self.frames.setdefault(self._plane(stage), [])

    def _plane(self, stage: str) -> Plane:
        return self.process.stage_by_name[stage].plane or self.process.plane

    def _badge(self, stage: Stage) -> str:
        if self.standing is not None:
            return number(self.standing.get(stage.name, 0), self.text.language)
        if stage.probability is None or not stage.is_open:
            return ""
        return percent(stage.probability)

    def arrows(self) -> Iterator[Edge]:
        """Every way once: from its stage, from a fork, or from a sign that says where it leaves."""
        signs = Counter(self._leaving(way) for way in self.ways if way.bundled)
        for way in self.ways:
            if way.fork:
                yield from self._branch(way, self._branches(way.fork))
            elif not way.bundled:
                yield self._arrow(f"stage.{way.first.source}", way, self.text.way(way))
            elif signs[self._leaving(way)] < MANY:
                yield self._arrow(self._sign(way), way, "")
            else:
                yield self._arrow(self._shared_sign(way), way, self.text.way(way))
        yield from self._handovers()

    def _branches(self, fork: str) -> list[Way]:
        return [way for way in self.ways if way.fork == fork]

    def _leaves(self, way: Way) -> str:
        return self.text.sources(way.sources, (way.first.target,))

    def _leaving(self, way: Way) -> tuple[Plane, str]:
        return self._plane(way.first.source), self._leaves(way)

    def _branch(self, way: Way, branches: Sequence[Way]) -> Iterator[Edge]:
        """An arrow from the diamond of a fork, and one to it from the stage if there is but one."""
        sources = tuple(dict.fromkeys(name for each in branches for name in each.sources))
        if way.fork not in self.others:
            targets = {each.first.target for each in branches}
            leaves = self.text.sources(sources, targets) if way.bundled else ""
            told = (leaves, self.text.common(branches))
            title = self.text.question(branches)
            self._add(Node(way.fork, title, "decision", tuple(filter(None, told))), sources[0])
            if not way.bundled:
                roles = {_edge_role(each) for each in branches}
                role = roles.pop() if len(roles) == 1 else "advance"
                yield Edge(f"stage.{sources[0]}", way.fork, role=role)
        yield self._arrow(way.fork, way, self.text.branch(way, branches, sources))

    def _arrow(self, source: str, way: Way, label: str) -> Edge:
        return Edge(source, f"stage.{way.first.target}", label, _edge_role(way), id=way.id)

    def _sign(self, way: Way) -> str:
        """A note beside the target with all that there is to tell of a way from many stages."""
        arc = way.first
        name = f"ways.{arc.source}.{arc.trigger}"
        told = (self._leaves(way), *self.text.demands(way))
        self._add(Node(name, self.text.trigger(arc), "note", told), arc.target)
        return name

    def _shared_sign(self, way: Way) -> str:
        """A sign for many ways that leave the same stages."""
        leaves, frame = self._leaves(way), self._frame(way.first.source)
        for name, node in self.others.items():
            if node.role == "start" and node.title == leaves and name in frame:
                return name
        name = f"from.{len(self.others)}"
        self._add(Node(name, leaves, "start"), way.first.source)
        return name

    def _add(self, node: Node, stage: str) -> None:
        self.others[node.id] = node
        self._frame(stage).append(node.id)

    def _handovers(self) -> Iterator[Edge]:
        """An arrow for each hand-over; where they would cross the map, both ends name the other."""
        for handover in self.process.handovers:
            sources = sources_among(self.process, handover.source)
            label = self.text.text(handover.label, spoken(handover.name))
            name, target = f"handover.{handover.name}", f"stage.{handover.target}"
            if not self.far:
                for each in sources:
                    yield Edge(f"stage.{each}", target, label, "handover", id=f"{name}:{each}")
                continue
            self._add(Node(name, label, "note", (self.text.from_each(sources),)), handover.target)
            yield Edge(name, target, role="handover", id=f"{name}:{','.join(sources)}")

    def moves(self, counts: Mapping[ArcKey, int]) -> Iterator[Edge]:
        """Every way once, with its number of moves.

        Of what a group of sources leads to, only that which was taken is drawn, and that without
        which a stage would hang on nothing.
        """
        told = [arc for arc in self.process.arcs if self._is_told(arc, counts)]
        told = [*told, *self._ways_to_the_rest(told)]
        joined = {name for arc in told for name in (arc.source, arc.target)}
        told += [arc for arc in self.process.arcs if not joined >= {arc.source, arc.target}]
        drawn: dict[ArcKey, Arc] = {}
        for arc in sorted(told, key=lambda arc: arc.transition):
            drawn.setdefault(arc.key, arc)
        most = max((FEW, *counts.values()))
        for way, arc in drawn.items():
            yield self._counted(arc, counts.get(way, 0), most)

    def _ways_to_the_rest(self, told: Sequence[Arc]) -> Iterator[Arc]:
        """Ways to the stages that those told do not lead to; of a tangle, the shortest to each."""
        grouped = sum(self._is_grouped(arc) for arc in self.process.arcs)
        tangled = grouped > TANGLED * len(self.process.stages)
        place = {name: number for number, name in enumerate(self.process.stage_by_name)}
        found = reached(self.process.starts[:1], _pairs(told))
        while ways := [
            arc for arc in self.process.arcs if arc.source in found and arc.target not in found
        ]:
            if tangled:
                ways = [min(ways, key=lambda arc: abs(place[arc.target] - place[arc.source]))]
            yield from ways
            found = reached(found, _pairs([*told, *ways]))

    def _is_told(self, arc: Arc, counts: Mapping[ArcKey, int]) -> bool:
        return not self._is_grouped(arc) or arc.key in counts

    def _is_grouped(self, arc: Arc) -> bool:
        """Whether a group makes the arc's stage a source, not its own name."""
        return arc.source not in self.process.transitions[arc.transition].source

    def _counted(self, arc: Arc, count: int, most: int) -> Edge:
        way = Way((arc,))
        return replace(
            self._arrow(f"stage.{arc.source}", way, self.text.trigger(arc)),
            weight=count / most,
            count=number(count, self.text.language),
        )


def _edge_role(way: Way) -> EdgeRole:
    role: EdgeRole = way.kind.value
    return role


def _pairs(arcs: Iterable[Arc]) -> list[tuple[str, str]]:
    return [(arc.source, arc.target) for arc in arcs]

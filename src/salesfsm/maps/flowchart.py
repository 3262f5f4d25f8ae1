"""The flowchart of a process: its stages and decisions, and the ways between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from salesfsm.errors import MapError, UnknownNameError
from salesfsm.maps.arrow_text import ArrowText
from salesfsm.maps.diagram import Diagram, Edge, EdgeRole, Node, NodeRole
from salesfsm.process.arcs import Arc, ArcKey, reached
from salesfsm.process.definitions import ANY, CLOSED, OPEN, Stage
from salesfsm.process.fields import in_language, percent, spoken
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process

_GROUPS = {
    OPEN: "map.from_open",
    CLOSED: "map.from_closed",
    ANY: "map.from_any",
}
"""The messages for the sources that stand for many stages."""


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
    _check(process, counts or {}, standing or {})
    chart = _Flowchart(process, language, standing)
    edges = tuple(chart.ways() if counts is None else chart.moves(counts))
    return Diagram(
        in_language(process.label, language, spoken(process.name)),
        (*chart.stages(), *chart.others.values()),
        edges,
        subtitle=subtitle,
        language=language,
    )


def _check(process: Process, counts: Mapping[ArcKey, int], standing: Mapping[str, int]) -> None:
    """Raise for what is no process, and for counts of what the process does not have."""
    if not isinstance(process, Process):
        raise MapError(f"flowchart takes a Process, not {process!r}: load(file) gives one")
    ways = {", ".join(arc.key) for arc in process.arcs}
    for key in counts:
        if ", ".join(key) not in ways:
            raise UnknownNameError("move", ", ".join(key), sorted(ways), within=process.name)
    for name in standing:
        if name not in process.stage_by_name:
            raise UnknownNameError("stage", name, process.stage_by_name, within=process.name)
    for count in (*counts.values(), *standing.values()):
        if not isinstance(count, int) or count < 0:
            raise MapError(f"a map counts whole numbers from 0, not {count!r}")


class _Flowchart:
    """Builds one flowchart; ``others`` collects the nodes that are no stages."""

    def __init__(self, process: Process, language: str, standing: Mapping[str, int] | None) -> None:
        self.process, self.language, self.standing = process, language, standing
        self.text = ArrowText(process, language)
        self.others: dict[str, Node] = {}
        grouped = sum(self._group_of(arc) is not None for arc in process.arcs)
        # The arrows of one group can be followed by eye; those of two over all stages cannot.
        self.tangled = grouped > 1.5 * len(process.stages)
        self.forks: dict[tuple[str, str], list[Arc]] = {}
        for arc in process.arcs:
            self.forks.setdefault((arc.source, arc.trigger), []).append(arc)

    def stages(self) -> Iterator[Node]:
        for stage in self.process.stages:
            yield Node(
                f"stage.{stage.name}",
                in_language(stage.label, self.language, spoken(stage.name)),
                _role(stage),
                badge=self._badge(stage),
            )

    def _badge(self, stage: Stage) -> str:
        if self.standing is not None:
            return f"{self.standing.get(stage.name, 0):,}"
        if stage.probability is None or not stage.is_open:
            return ""
        return percent(stage.probability)

    def ways(self) -> Iterator[Edge]:
        """Every way once: a group of sources that would tangle the map leaves from one node."""
        drawn: set[str] = set()
        for arc in self.process.arcs:
            group = self._group_of(arc)
            if group is None or not self.tangled:
                yield from self._single(arc)
            elif (key := f"{arc.transition}.{group}") not in drawn:
                drawn.add(key)
                yield self._edge(self._group(group), arc)

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
        most = max((1, *counts.values()))
        for way, arc in drawn.items():
            yield self._counted(arc, counts.get(way, 0), most)

    def _ways_to_the_rest(self, told: Sequence[Arc]) -> Iterator[Arc]:
        """Ways to the stages that those told do not lead to; of a tangle, the shortest to each."""
        place = {name: number for number, name in enumerate(self.process.stage_by_name)}
        found = reached(self.process.starts[:1], _pairs(told))
        while ways := [
            arc for arc in self.process.arcs if arc.source in found and arc.target not in found
        ]:
            if self.tangled:
                ways = [min(ways, key=lambda arc: abs(place[arc.target] - place[arc.source]))]
            yield from ways
            found = reached(found, _pairs([*told, *ways]))

    def _is_told(self, arc: Arc, counts: Mapping[ArcKey, int]) -> bool:
        return self._group_of(arc) is None or arc.key in counts

    def _group_of(self, arc: Arc) -> str | None:
        """The group that makes the arc's stage a source, unless it is one by its own name."""
        sources = self.process.transitions[arc.transition].source
        if arc.source in sources:
            return None
        if ANY in sources:
            return ANY
        return OPEN if self.process.stage_by_name[arc.source].is_open else CLOSED

    def _counted(self, arc: Arc, count: int, most: int) -> Edge:
        return Edge(
            f"stage.{arc.source}",
            f"stage.{arc.target}",
            self.text.trigger(arc),
            _edge_role(arc),
            weight=count / most,
            count=f"{count:,}",
        )

    def _single(self, arc: Arc) -> Iterator[Edge]:
        """An arrow from the stage, or from the diamond where its trigger forks."""
        source = f"stage.{arc.source}"
        branches = self.forks[arc.source, arc.trigger]
        if len(branches) == 1:
            yield self._edge(source, arc)
            return
        diamond = f"decision.{arc.source}.{arc.trigger}"
        if diamond not in self.others:
            self.others[diamond] = Node(diamond, self.text.question(branches), "decision")
            yield Edge(source, diamond)
        label = self.text.branch(arc, branches)
        yield Edge(diamond, f"stage.{arc.target}", label, _edge_role(arc))

    def _edge(self, source: str, arc: Arc) -> Edge:
        return Edge(source, f"stage.{arc.target}", self.text.way(arc), _edge_role(arc))

    def _group(self, group: str) -> str:
        name = f"group.{'any' if group == ANY else group}"
        self.others.setdefault(name, Node(name, self.text.message(_GROUPS[group]), "start"))
        return name


def _role(stage: Stage) -> NodeRole:
    if stage.outcome is Outcome.WON:
        return "won"
    if stage.outcome is Outcome.LOST:
        return "lost"
    return "path" if stage.path else "stage"


def _edge_role(arc: Arc) -> EdgeRole:
    role: EdgeRole = arc.kind.value
    return role


def _pairs(arcs: Iterable[Arc]) -> list[tuple[str, str]]:
    return [(arc.source, arc.target) for arc in arcs]

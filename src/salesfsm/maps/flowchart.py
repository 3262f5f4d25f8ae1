"""The flowchart of a process: its stages and decisions, and the ways between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from salesfsm.maps.diagram import Diagram, Edge, EdgeRole, Node, NodeRole
from salesfsm.process.arcs import Arc, requirements
from salesfsm.process.definitions import ANY, CLOSED, OPEN, Outcome, Stage
from salesfsm.process.fields import in_language, spoken
from salesfsm.process.process import Process
from salesfsm.rules.wording import condition_text

ArcKey = tuple[str, str, str]

_GROUPS = {
    OPEN: "from any open stage",
    CLOSED: "from any closed stage",
    ANY: "from any stage",
}


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
    ``standing`` is the number of opportunities in each stage.
    """
    chart = _Flowchart(process, language, counts, standing)
    edges = tuple(chart.edges())
    return Diagram(
        in_language(process.label, language, spoken(process.name)),
        (*chart.stages(), *chart.others.values()),
        edges,
        subtitle=subtitle,
        language=language,
    )


class _Flowchart:
    """Builds one flowchart; ``others`` collects the nodes that are no stages."""

    def __init__(
        self,
        process: Process,
        language: str,
        counts: Mapping[ArcKey, int] | None,
        standing: Mapping[str, int] | None,
    ) -> None:
        self.process, self.language = process, language
        self.counts, self.standing = counts, standing
        self.others: dict[str, Node] = {}
        grouped = sum(self._group_of(arc) is not None for arc in process.arcs)
        # The arrows of one group can be followed by eye; those of two over all stages cannot.
        self.tangled = grouped > 1.5 * len(process.stages)
        self.forks = Counter((arc.source, arc.trigger) for arc in process.arcs)

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
        return f"{(stage.probability * 100).normalize():f}%"

    def edges(self) -> Iterator[Edge]:
        """Every way once: a group of sources that would tangle the map leaves from one node."""
        drawn: set[str | ArcKey] = set()
        for arc in self.process.arcs:
            group = self._group_of(arc)
            if self.counts is not None:
                way = (arc.trigger, arc.source, arc.target)
                if way not in drawn and (group is None or way in self.counts):
                    drawn.add(way)
                    yield self._counted(arc, self.counts)
            elif group is None or not self.tangled:
                yield from self._single(arc)
            elif (key := f"{arc.transition}.{group}") not in drawn:
                drawn.add(key)
                yield self._edge(self._group(group), arc)

    def _group_of(self, arc: Arc) -> str | None:
        """The group that makes the arc's stage a source, unless it is one by its own name."""
        sources = self.process.transitions[arc.transition].source
        if arc.source in sources:
            return None
        if ANY in sources:
            return ANY
        return OPEN if self.process.stage_by_name[arc.source].is_open else CLOSED

    def _counted(self, arc: Arc, counts: Mapping[ArcKey, int]) -> Edge:
        count = counts.get((arc.trigger, arc.source, arc.target), 0)
        return Edge(
            f"stage.{arc.source}",
            f"stage.{arc.target}",
            self._trigger(arc),
            _edge_role(arc),
            weight=count / max((1, *counts.values())),
            count=f"{count:,}",
        )

    def _single(self, arc: Arc) -> Iterator[Edge]:
        """An arrow from the stage, or from the diamond where its trigger forks."""
        source = f"stage.{arc.source}"
        if self.forks[arc.source, arc.trigger] == 1:
            yield self._edge(source, arc)
            return
        diamond = f"decision.{arc.source}.{arc.trigger}"
        if diamond not in self.others:
            self.others[diamond] = Node(diamond, self._trigger(arc), "decision")
            yield Edge(source, diamond)
        yield Edge(diamond, f"stage.{arc.target}", self._when(arc) or "else", _edge_role(arc))

    def _edge(self, source: str, arc: Arc) -> Edge:
        after = f"after {arc.after}" if arc.after else ""
        label = "\n".join(part for part in (self._trigger(arc), self._when(arc), after) if part)
        return Edge(source, f"stage.{arc.target}", label, _edge_role(arc))

    def _trigger(self, arc: Arc) -> str:
        return in_language(arc.label, self.language, arc.trigger.replace("_", " "))

    def _when(self, arc: Arc) -> str:
        asked = [
            in_language(each.says, self.language, condition_text(each.condition))
            for each in requirements(self.process, self.process.transitions[arc.transition].when)
        ]
        return f"if {' and '.join(asked)}" if asked else ""

    def _group(self, group: str) -> str:
        name = f"group.{'any' if group == ANY else group}"
        self.others.setdefault(name, Node(name, _GROUPS[group], "start"))
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

"""The process map: stages as columns, with their tasks, and their exit criteria at the foot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from salesfsm.errors import MapError
from salesfsm.maps.criterion_text import CriterionText, criterion_id
from salesfsm.maps.details import details_of
from salesfsm.maps.diagram import Diagram, Edge, EdgeRole, Group, Item, Node, Section
from salesfsm.maps.lines import Line, lines_of, role_of, stage_title
from salesfsm.process.arcs import Arc, MoveKind, sources_among
from salesfsm.process.definitions import ANY, CLOSED, OPEN, Stage, Task
from salesfsm.process.fields import percent, spoken
from salesfsm.process.mirror import seller_phase
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement, requirements

_AHEAD = (MoveKind.ADVANCE, MoveKind.WIN)
_ON = (*_AHEAD, MoveKind.ASIDE, MoveKind.REOPEN)
"""The moves that lead on: those that an arrow may show."""
_GROUPS = {ANY: "map.from_any", OPEN: "map.from_open", CLOSED: "map.from_closed"}
"""The messages for the sources that stand for many stages."""
_MANY = 3
"""From so many stages of one line on, a way is told where it leads to, not where it leaves."""


def process_map(process: Process, *, language: str = "en") -> Diagram:
    """The process map of ``process``, with texts in ``language``: a diagram of layout ``columns``.

    Each line of stages is a row, its stages columns, the closed ones at its end. The arrow into the
    next column carries the phase that the buyer enters there, where the stages mirror phases.
    """
    if not isinstance(process, Process):
        raise MapError(f"process_map takes a Process, not {process!r}: load(file) gives one")
    return _ProcessMap(process, language).diagram()


class _ProcessMap:
    """Builds one process map."""

    def __init__(self, process: Process, language: str) -> None:
        self.process, self.text = process, CriterionText(process, language)
        self.lines = lines_of(process, self.text)
        self.details = details_of(process, language)
        self.arcs: dict[tuple[str, str], Arc] = {}
        self.ways: dict[int, list[Arc]] = {}
        for arc in process.arcs:
            self.ways.setdefault(arc.transition, []).append(arc)
            if arc.kind in _ON:
                self.arcs.setdefault((arc.source, arc.target), arc)
        self.drawn = {arc.key for line in self.lines for arc in self._ahead(line)}

    def diagram(self) -> Diagram:
        process, text = self.process, self.text
        nodes: list[Node] = []
        edges: list[Edge] = []
        groups: list[Group] = []
        for number, line in enumerate(self.lines, start=1):
            own = [*self._lead(line, nodes), *self._stages(line)]
            if own[0].role == "phase":
                edges.append(Edge(own[0].id, own[1].id))
            edges += [self._edge(arc) for arc in self._ahead(line)]
            groups.append(Group(f"line.{number}", line.title, tuple(node.id for node in own)))
            nodes += own
        told = [text.message("map.process.subtitle", version=process.version)]
        if any(stage.mirrors for stage in process.stages):
            told.append(text.message("map.process.phases"))
        return Diagram(
            text.text(process.label, spoken(process.name)),
            tuple(nodes),
            tuple(edges),
            subtitle=" · ".join(told),
            groups=tuple(groups),
            language=text.language,
            layout="columns",
        )

    def _ahead(self, line: Line) -> Iterator[Arc]:
        """The ways from each column of a line to the next."""
        columns = [*line.opened, *line.closed[:1]]
        for one, other in pairwise(columns):
            if (arc := self.arcs.get((one.name, other.name))) is not None:
                yield arc

    def _edge(self, arc: Arc) -> Edge:
        role: EdgeRole = arc.kind.value
        phase = self.process.stage_by_name[arc.target].mirrors
        entered = phase is not None and phase != seller_phase(self.process, arc.source)
        label = self._phase(phase) if phase and entered else ""
        source, target = f"stage.{arc.source}", f"stage.{arc.target}"
        return Edge(source, target, label, role, id=":".join(arc.key))

    def _lead(self, line: Line, known: Sequence[Node]) -> Iterator[Node]:
        """The phase of the buyer with which a line begins."""
        phase = line.opened[0].mirrors if line.opened else None
        name = f"phase.{phase}"
        if phase and all(node.id != name for node in known):
            yield Node(name, self._phase(phase), "phase")

    def _phase(self, name: str) -> str:
        return self.text.text(self.text.own_label("phase", name), spoken(name))

    def _stages(self, line: Line) -> Iterator[Node]:
        for column, stage in enumerate(line.opened):
            yield self._node(stage, column)
        for stage in line.closed:
            yield self._node(stage, len(line.opened))

    def _node(self, stage: Stage, column: int) -> Node:
        text, name = self.text, f"stage.{stage.name}"
        shown = stage.is_open and stage.probability is not None
        definition = text.text(stage.definition)
        return Node(
            name,
            stage_title(stage, text),
            role_of(stage, self.process),
            tuple(filter(None, (definition, self._expected(stage), *self._comes_from(stage)))),
            badge=percent(stage.probability) if shown and stage.probability is not None else "",
            sections=tuple(each for each in self._sections(stage) if each.items),
            column=column,
            details=self.details[name],
        )

    def _expected(self, stage: Stage) -> str:
        if not stage.expected:
            return ""
        return self.text.message("map.checklist.expected", length=self.text.value(stage.expected))

    def _comes_from(self, stage: Stage) -> Iterator[str]:
        """From where many stages lead here, told once."""
        for number, arcs in self.ways.items():
            if arcs[0].target == stage.name and self._is_from_many(arcs):
                sources = self._sources(self.process.transitions[number].source, arcs)
                told = f"{self._trigger(arcs[0])}: {sources}"
                yield " · ".join(filter(None, (told, self._when(arcs[0]))))

    def _sources(self, sources: Sequence[str], arcs: Sequence[Arc]) -> str:
        for group, code in _GROUPS.items():
            if group in sources:
                return self.text.message(code)
        labels = [self._stage(arc.source) for arc in arcs]
        order = list(self.process.stage_by_name)
        places = [order.index(arc.source) for arc in arcs]
        if places == list(range(places[0], places[0] + len(places))):
            return self.text.message("map.from_run", first=labels[0], last=labels[-1])
        return self.text.message("map.from_each", stages=", ".join(labels))

    def _is_from_many(self, arcs: Sequence[Arc]) -> bool:
        return len(arcs) >= _MANY and any(arc.kind not in _AHEAD for arc in arcs)

    def _sections(self, stage: Stage) -> Iterator[Section]:
        message = self.text.message
        entry = requirements(self.process, stage.entry, "entry")
        asked = tuple(self._criterion(each, stage.name) for each in entry)
        yield Section(message("map.process.entry"), asked)
        yield Section(message("map.checklist.tasks"), tuple(map(self._task, stage.tasks)))
        yield Section(message("map.checklist.exit"), tuple(self._exit(stage)))
        reasons = (
            Item(self.text.text(each.label, spoken(each.name)), id=f"reason.{each.name}")
            for each in stage.reasons
        )
        yield Section(message("map.checklist.reasons"), tuple(reasons))
        yield Section(message("map.process.elsewhere"), tuple(self._elsewhere(stage)))
        yield Section(message("map.process.handover"), tuple(self._handovers(stage)))

    def _exit(self, stage: Stage) -> Iterator[Item]:
        """What the moves ahead ask: the stage of all of them, and each in its own conditions."""
        always = requirements(self.process, stage.exit, "exit")
        for each in always:
            yield self._criterion(each)
        arcs = [a for a in self.process.arcs if a.source == stage.name and a.kind in _AHEAD]
        asked: dict[Requirement, list[Arc]] = {}
        for arc in arcs:
            when = self.process.transitions[arc.transition].when
            for each in requirements(self.process, when, "when"):
                asked.setdefault(each, []).append(arc)
        for each, by in asked.items():
            if each not in always:
                ways = ", ".join(
                    f"{self._trigger(arc)} →\u00a0{self._stage(arc.target)}" for arc in by
                )
                only = self.text.message("map.checklist.exit_for", ways=ways)
                where = str(by[0].transition)
                yield self._criterion(each, where, only if len(by) < len(arcs) else "")

    def _criterion(self, asked: Requirement, where: str = "", only: str = "") -> Item:
        told = (only, self.text.softly(asked.level), self.text.owner(asked.owner))
        note = " · ".join(filter(None, told))
        return Item(self.text.asked(asked), "open", note, id=criterion_id(asked.code, where))

    def _task(self, task: Task) -> Item:
        label = self.text.text(task.label, spoken(task.name))
        if task.optional:
            label = self.text.message("map.checklist.optional", task=label)
        return Item(label, "open", self.text.owner(task.owner), id=f"task.{task.name}")

    def _elsewhere(self, stage: Stage) -> Iterator[Item]:
        """The ways that no arrow shows, but for those that many stages share."""
        for arc in self.process.arcs:
            if arc.source != stage.name or arc.key in self.drawn:
                continue
            if not self._is_from_many(self.ways[arc.transition]):
                way = f"{self._trigger(arc)} →\u00a0{self._stage(arc.target)}"
                yield Item(way, note=self._when(arc), id=":".join(arc.key))

    def _when(self, arc: Arc) -> str:
        """After how long a way is taken, and on which conditions of its own."""
        own = self.process.transitions[arc.transition].when
        asked = () if arc.kind in _AHEAD else requirements(self.process, own, "when")
        return " · ".join(filter(None, (self.text.delay(arc.after), self.text.needs(asked))))

    def _handovers(self, stage: Stage) -> Iterator[Item]:
        for each in self.process.handovers:
            if stage.name in sources_among(self.process, each.source):
                target = f"→\u00a0{self._stage(each.target)}"
                yield Item(target, id=f"handover.{each.name}:{stage.name}")

    def _trigger(self, arc: Arc) -> str:
        return self.text.text(arc.label, self.text.word(arc.trigger))

    def _stage(self, name: str) -> str:
        return stage_title(self.process.stage_by_name[name], self.text)

"""The checklist of a process: stage by stage what to do and to show, as boxes to tick.

It says what belongs on the list; how a list looks is known to ``grid.listing`` and ``paper``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from salesfsm.errors import MapError
from salesfsm.maps.criterion_text import CriterionText
from salesfsm.maps.diagram import Diagram, Group, Item, Node, NodeRole, Section
from salesfsm.process.arcs import Arc, MoveKind, sources_among
from salesfsm.process.definitions import Stage, Task
from salesfsm.process.fields import percent, spoken
from salesfsm.process.handover import Handover
from salesfsm.process.kinds import Outcome
from salesfsm.process.mirror import BUYER_IS_ACTIVE
from salesfsm.process.process import Process
from salesfsm.process.requirements import (
    Requirement,
    contract_requirements,
    entry_requirements,
    leaving_requirements,
    requirements,
)
from salesfsm.rules import core

_FORWARD = (MoveKind.ADVANCE, MoveKind.WIN)
_ORDER = (*_FORWARD, MoveKind.REGRESS, MoveKind.REPEAT, MoveKind.ASIDE, MoveKind.REOPEN)
"""The order in which the ways out of a stage are told; those to a loss come last."""


def checklist(process: Process, *, language: str = "en") -> Diagram:
    """The checklist of ``process``, with texts in ``language``: a diagram of the layout ``list``.

    Open stages come first, in their order, those of other paths under headings of their own, then
    the closed ones; a process of several planes tells one plane after another. Each stage has its
    tasks, what its moves ahead ask, and where it leads.
    """
    if not isinstance(process, Process):
        raise MapError(f"checklist takes a Process, not {process!r}: load(file) gives one")
    return _Checklist(process, language).diagram()


class _Checklist:
    """Builds one checklist."""

    def __init__(self, process: Process, language: str) -> None:
        self.process, self.text = process, CriterionText(process, language)
        self.homes = process.homes
        self.leaving = {s.name: leaving_requirements(process, s) for s in process.stages}
        self.when = [requirements(process, each.when, "when") for each in process.transitions]

    def diagram(self) -> Diagram:
        nodes: list[Node] = []
        groups: list[Group] = []
        number = 0
        for title, stages in self._groups():
            groups.append(
                Group(f"list.{len(groups) + 1}", title, tuple(f"stage.{s.name}" for s in stages))
            )
            for stage in stages:
                number += stage.is_open
                nodes.append(self._node(stage, f"{number}. " if stage.is_open else ""))
        process, text = self.process, self.text
        return Diagram(
            text.text(process.label, spoken(process.name)),
            tuple(nodes),
            subtitle=" · ".join(self._subtitle()),
            groups=tuple(groups),
            language=text.language,
            layout="list",
        )

    def _subtitle(self) -> Iterator[str]:
        yield self.text.message("map.checklist.subtitle", version=self.process.version)
        every = (each.code for arc in self.process.arcs for each in arc.requirements)
        if BUYER_IS_ACTIVE in every:
            yield self.text.message("map.checklist.active")

    def _groups(self) -> Iterator[tuple[str, list[Stage]]]:
        """The headings with the stages under them."""
        planes = dict.fromkeys(stage.plane or self.process.plane for stage in self.process.stages)
        for plane in planes:
            here = [s for s in self.process.stages if (s.plane or self.process.plane) is plane]
            prefix = f"{self.text.message(f'plane.{plane}')}: " if len(planes) > 1 else ""
            parts = {
                "map.checklist.open": [s for s in here if _role(s, self.homes) == "stage"],
                "map.checklist.paths": [s for s in here if _role(s, self.homes) == "path"],
                "map.checklist.closed": [s for s in here if not s.is_open],
            }
            for title, stages in parts.items():
                if stages:
                    yield prefix + self.text.message(title), stages

    def _node(self, stage: Stage, number: str) -> Node:
        text = self.text
        facts = []
        if stage.expected:
            facts.append(text.message("map.checklist.expected", length=text.value(stage.expected)))
        if stage.mirrors:
            phase = text.label("phase", stage.mirrors)
            facts.append(text.message("map.checklist.phase", phase=phase))
        shown = stage.probability is not None and stage.is_open
        return Node(
            f"stage.{stage.name}",
            number + text.text(stage.label, spoken(stage.name)),
            _role(stage, self.homes),
            tuple(filter(None, (text.text(stage.definition), " · ".join(facts)))),
            badge=percent(stage.probability) if stage.probability is not None and shown else "",
            sections=tuple(each for each in self._sections(stage) if each.items),
        )

    def _sections(self, stage: Stage) -> Iterator[Section]:
        message = self.text.message
        if stage.name in self.process.starts:
            asked = entry_requirements(self.process, stage)
            boxes = [(each, stage.name) for each in asked if each.code != BUYER_IS_ACTIVE]
            yield Section(message("map.checklist.begin"), self._criteria(boxes))
        yield Section(message("map.checklist.tasks"), tuple(map(self._task, stage.tasks)))
        arcs = [arc for arc in self.process.arcs if arc.source == stage.name]
        arcs.sort(key=lambda arc: _ORDER.index(arc.kind) if arc.kind in _ORDER else len(_ORDER))
        yield from self._exits(stage, [arc for arc in arcs if arc.kind in _FORWARD])
        yield Section(message("map.checklist.reasons"), tuple(self._reasons(stage)))
        handed = (
            self._handover(each, stage)
            for each in self.process.handovers
            if stage.name in sources_among(self.process, each.source)
        )
        yield Section(message("map.checklist.ways"), (*map(self._way, arcs), *handed))

    def _task(self, task: Task) -> Item:
        label = self.text.text(task.label, spoken(task.name))
        if task.optional:
            label = self.text.message("map.checklist.optional", task=label)
        told = "" if task.optional else self.text.softly(task.level)
        note = (told, self.text.owner(task.owner), self.text.text(task.hint))
        return Item(label, "open", " · ".join(filter(None, note)), id=f"task.{task.name}")

    def _exits(self, stage: Stage, forward: Sequence[Arc]) -> Iterator[Section]:
        """What the moves ahead ask: first what all of them do, then what is asked of some only."""
        asked: dict[Requirement, dict[int, Arc]] = {}
        for number, arc in enumerate(forward):
            for each in arc.requirements:
                if not self._told_elsewhere(each, stage):
                    asked.setdefault(each, {})[number] = arc
        by_ways: dict[tuple[int, ...], list[tuple[Requirement, str]]] = {
            tuple(range(len(forward))): []
        }
        for requirement, ways in asked.items():
            where = self._asked_by(next(iter(ways.values())), requirement)
            by_ways.setdefault(tuple(ways), []).append((requirement, where))
        for numbers, every in by_ways.items():
            title = self.text.message("map.checklist.exit")
            if len(numbers) < len(forward):
                told = ", ".join(self._lead(forward[number]) for number in numbers)
                title = self.text.message("map.checklist.exit_for", ways=told)
            yield Section(title, self._criteria(every))

    def _asked_by(self, arc: Arc, requirement: Requirement) -> str:
        """What asks it of a move: the exit of its source, its own conditions, or the entry."""
        if requirement in self.leaving[arc.source]:
            return ""
        return str(arc.transition) if requirement in self.when[arc.transition] else arc.target

    def _told_elsewhere(self, requirement: Requirement, stage: Stage) -> bool:
        """Whether a task tells it, or the head of the list: that the buyer goes on is asked of
        nearly every move."""
        if requirement.code == BUYER_IS_ACTIVE:
            return True
        return any(_asks(requirement, task) for task in stage.tasks)

    def _criteria(self, every: Iterable[tuple[Requirement, str]]) -> tuple[Item, ...]:
        return tuple(item for each, where in every for item in self.text.items(each, where))

    def _reasons(self, stage: Stage) -> Iterator[Item]:
        for reason in stage.reasons:
            note = self.text.needs(requirements(self.process, reason.when, "when"))
            label = self.text.text(reason.label, spoken(reason.name))
            yield Item(label, "open", note, id=f"reason.{reason.name}")

    def _way(self, arc: Arc) -> Item:
        """A way on, with what it asks unless the exit criteria have told that."""
        asked = [each for each in arc.requirements if each.code != BUYER_IS_ACTIVE]
        needs = "" if arc.kind in _FORWARD else self.text.needs(asked)
        roles = ", ".join(map(self.text.word, arc.roles))
        by = self.text.message("map.checklist.roles", roles=roles) if roles else ""
        note = " · ".join(filter(None, (by, self.text.delay(arc.after), needs)))
        return Item(self._lead(arc), note=note, id=":".join(arc.key))

    def _lead(self, arc: Arc) -> str:
        trigger = self.text.text(arc.label, self.text.word(arc.trigger))
        return f"{trigger} → {self._stage(arc.target)}"

    def _handover(self, handover: Handover, stage: Stage) -> Item:
        called = self.text.text(handover.label, spoken(handover.name))
        return Item(
            f"{called} → {self._stage(handover.target)}",
            note=self.text.needs(contract_requirements(self.process, handover.needs)),
            id=f"handover.{handover.name}:{stage.name}",
        )

    def _stage(self, name: str) -> str:
        return self.text.text(self.process.stage_by_name[name].label, spoken(name))


def _role(stage: Stage, homes: frozenset[str | None]) -> NodeRole:
    if stage.outcome is Outcome.WON:
        return "won"
    if stage.outcome is Outcome.LOST:
        return "lost"
    return "stage" if stage.path is None or stage.path in homes else "path"


def _asks(requirement: Requirement, task: Task) -> bool:
    """Whether a requirement is no more than that the task, which has a box itself, is done."""
    return not task.optional and requirement == Requirement(
        f"task.{task.name}",
        core.Done(task.name),
        task.level,
        task.label,
        task.owner,
        task.hint,
        place="tasks",
    )

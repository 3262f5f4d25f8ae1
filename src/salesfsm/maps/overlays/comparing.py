"""Two versions of a process on one map: what was added, what was removed, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from salesfsm.frozen import frozen
from salesfsm.maps.diagram import Diagram, Edge, Item, Node, Section, State
from salesfsm.maps.overlays.parts import (
    Ways,
    check_map,
    stage_of,
    told,
    with_items,
    with_section,
)
from salesfsm.maps.overlays.removed import with_removed
from salesfsm.maps.overlays.stage_changes import StageChanges
from salesfsm.maps.overlays.wording import ChangeText
from salesfsm.process.arcs import ArcKey
from salesfsm.process.difference import Change, Compared, Difference, Key, difference
from salesfsm.process.fields import spoken
from salesfsm.process.process import Process

AnyPart = Compared[str] | Compared[tuple[str, ...]]

_FEW = 3
"""So many differences of a kind are told by name."""

_BESIDE_STAGES = {
    "facts": "fact",
    "phases": "phase",
    "milestones": "milestone",
    "jobs": "job",
    "handovers": "handover",
    "teams": "team",
    "assignments": "assignment",
    "predicates": "predicate",
}
"""The kinds of things that belong to no stage, with what one of them is called in code."""

_OTHERS = {"milestone": "milestones", "phase": "phases", "handover": "handovers", "job": "jobs"}
"""By the first part of an id, the kind of thing that is compared beside stages."""


def with_difference(
    diagram: Diagram, old: Process, new: Process, *, language: str | None = None
) -> Diagram:
    """The map of ``new`` with what differs from ``old``.

    Stages, ways, tasks, criteria and milestones are ``added`` or ``changed``; the stages that were
    removed are put back where they stood, as ``removed``, and so are the ways, where the map is one
    of arrows. Each stage tells what changed about it. The subtitle counts the differences of every
    kind. Texts are in ``language``, that of the map if left out.

    Raises :class:`~salesfsm.errors.MapError` for a map of another process.
    """
    found = difference(old, new)
    check_map(diagram, new)
    text = ChangeText(old, new, language or diagram.language)
    overlay = _Overlay(diagram, found, text)
    nodes = tuple(map(overlay.node, diagram.nodes))
    marked = replace(
        diagram,
        nodes=nodes,
        edges=tuple(map(overlay.edge, diagram.edges, overlay.ways.of_edges)),
        subtitle=told(diagram.subtitle, overlay.summary(nodes)),
    )
    return with_removed(marked, found, text.old)


class _Overlay:
    """Lays a difference over the map of the new process."""

    def __init__(self, diagram: Diagram, found: Difference, text: ChangeText) -> None:
        self.found, self.text = found, text
        self.flows = diagram.layout == "flow"
        self.ways = Ways(diagram, text.new.process)
        self.changes = StageChanges(found, text)

    def summary(self, nodes: Iterable[Node]) -> str:
        """The two versions, and the number of differences of each kind.

        Of stages it counts as changed what is marked so on the map: those too of which only a task
        or a criterion differs.
        """
        message = self.text.new.message
        old, new = self.text.old.process, self.text.new.process
        versions = f"{old.key} → {new.version if old.name == new.name else new.key}"
        if not self.found:
            return told(versions, message("map.overlay.no_difference"))
        changed: dict[str, tuple[Change, ...]] = dict(self.found.stages.changed)
        for node in nodes:
            stage = stage_of(node) or ""
            if node.state == "changed" and stage in new.stage_by_name:
                changed.setdefault(stage, ())
        stages = replace(self.found.stages, changed=frozen(changed))
        counts = [
            f"{message(f'map.kind.{kind}')}\u00a0{self._told(kind, part)}"
            for kind, part in {**self.found.parts, "stages": stages}.items()
            if part
        ]
        if self.found.process:
            counts.append(f"{message('map.kind.process')}\u00a0±{len(self.found.process)}")
        return told(versions, *counts)

    def _told(self, kind: str, part: AnyPart) -> str:
        """What differs of a kind: by name where it is little and no card tells it, else counted."""
        signs = {"+": part.added, "−": part.removed, "±": tuple(part.changed)}
        if kind not in _BESIDE_STAGES or sum(map(len, signs.values())) > _FEW:
            return "\u00a0".join(f"{sign}{len(keys)}" for sign, keys in signs.items() if keys)
        named = (
            f"{sign}\u00a0{self._name(_BESIDE_STAGES[kind], str(key), sign)}"
            for sign, keys in signs.items()
            for key in keys
        )
        return ", ".join(named)

    def _name(self, kind: str, name: str, sign: str) -> str:
        text = self.text.old if sign == "−" else self.text.new
        return text.text(text.own_label(kind, name), spoken(name))

    # nodes

    def node(self, node: Node) -> Node:
        stage = stage_of(node)
        if stage is not None and stage in self.text.new.process.stage_by_name:
            return self._stage(node, stage)
        marked = with_items(node, self._other_item)
        state, changes = self._other(node.id)
        lines = (*node.lines, changes) if changes else node.lines
        return replace(marked, lines=lines, state=state or node.state)

    def _stage(self, node: Node, stage: str) -> Node:
        marked = with_items(node, lambda item: self._item(item, stage))
        if stage in self.found.stages.added:
            return replace(marked, state="added")
        items = [item for section in marked.sections for item in section.items]
        in_place = {item.id for item in items if item.state == "added"}
        lines = [each for each in self._lines(stage) if each.id not in in_place]
        state: State | None = node.state
        if lines or any(item.state in ("added", "changed") for item in items):
            state = "changed"
        title = self.text.new.message("map.overlay.changes")
        told_here = tuple(replace(each, id="") for each in lines)
        return with_section(replace(marked, state=state), Section(title, told_here))

    def _lines(self, stage: str) -> Iterator[Item]:
        yield from self.changes.of(stage)
        for key, line in self.changes.ways_of(stage).items():
            if not self.flows and key not in self.ways.drawn:
                yield line

    # items

    def _item(self, item: Item, stage: str) -> Item:
        """A line of a stage: a way, or what belongs to the stage."""
        key = self.ways.of_item(item)
        if key is not None:
            state = _state(self.found.arcs, key)
            changes = self.text.changes(self.found.arcs.changed.get(key, ()), "stage")
            return replace(item, note=told(item.note, changes), state=state or item.state)
        line = next((each for each in self.changes.of(stage) if each.id == item.id), None)
        if line is None or not item.id:
            return self._other_item(item)
        return replace(item, state=line.state if line.state != "removed" else item.state)

    def _other_item(self, item: Item) -> Item:
        state, changes = self._other(item.id)
        return replace(item, note=told(item.note, changes), state=state or item.state)

    def _other(self, id_: str) -> tuple[State | None, str]:
        """What differs about a thing that belongs to no stage, told by its id."""
        kind, _, name = id_.partition(":")[0].partition(".")
        if kind not in _OTHERS:
            return None, ""
        part = getattr(self.found, _OTHERS[kind])
        return _state(part, name), self.text.changes(part.changed.get(name, ()), kind)

    # ways

    def edge(self, edge: Edge, keys: frozenset[ArcKey]) -> Edge:
        """The edge as added where all that it stands for is, and as changed where some differs."""
        if not keys:
            other, line = self._other(edge.id)
            return replace(edge, state=other or edge.state, count=told(edge.count, line))
        states = {_state(self.found.arcs, key) for key in keys}
        if states == {None}:
            return edge
        state: State = "added" if states == {"added"} else "changed"
        if edge.target.startswith("decision."):  # its branches tell more
            return replace(edge, state=state)
        changes = dict.fromkeys(
            self.text.changes(self.found.arcs.changed.get(key, ()), "stage") for key in keys
        )
        return replace(edge, state=state, count=told(edge.count, *changes))


def _state(part: Compared[Key], key: Key) -> State | None:
    if key in part.changed:
        return "changed"
    return "added" if key in part.added else None

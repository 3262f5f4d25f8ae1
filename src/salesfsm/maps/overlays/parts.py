"""Which part of a map is about what, told from ids; and how a part takes on what is laid over it.

The ids are those of all formats: nodes ``stage.NAME`` and ``decision.SOURCE.TRIGGER``, edges and
items ``TRIGGER:SOURCE:TARGET`` (of edges, with a comma between several sources), criteria as
``criterion_text.criterion_id`` makes them, and so on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from salesfsm.errors import MapError
from salesfsm.maps.diagram import Diagram, Edge, Item, Node, Section
from salesfsm.maps.ways import arcs_told
from salesfsm.process.arcs import ArcKey
from salesfsm.process.process import Process

_STAGE = "stage."


def stage_of(node: Node) -> str | None:
    """The name of the stage that a node stands for."""
    return node.id.removeprefix(_STAGE) if node.id.startswith(_STAGE) else None


def check_map(diagram: Diagram, process: Process) -> None:
    """Raise :class:`~salesfsm.errors.MapError` for what is no map of stages of the process.

    It may show some of them only, and stages that an older version had.
    """
    if not isinstance(diagram, Diagram):
        raise MapError(
            f"an overlay lies over a Diagram, not over {type(diagram).__name__}: "
            "flowchart(process) makes one"
        )
    shown = [stage_of(node) for node in diagram.nodes if node.state != "removed"]
    stages = [name for name in shown if name is not None]
    foreign = [name for name in stages if name not in process.stage_by_name]
    if foreign or not stages:
        what = f"the stage {foreign[0]!r}" if foreign else "no stage"
        raise MapError(
            f"the map {diagram.title!r} shows {what}, so it is no map of {process.key}: "
            "draw one of the process that the overlay is about"
        )


class Ways:
    """Which arcs of a process the edges and the items of a map stand for.

    An edge may stand for many: one that leaves several stages, or leads to a decision.
    """

    def __init__(self, diagram: Diagram, process: Process) -> None:
        self._known = frozenset(arc.key for arc in process.arcs)
        self._items = {":".join(key): key for key in self._known}
        self._forks: dict[tuple[str, str], set[ArcKey]] = {}
        for key in self._known:
            trigger, source, _ = key
            fork = f"{_STAGE}{source}", f"decision.{source}.{trigger}"
            self._forks.setdefault(fork, set()).add(key)
        self.of_edges = tuple(map(self._of_edge, diagram.edges))
        lines = (
            self.of_item(item)
            for node in diagram.nodes
            for section in node.sections
            for item in section.items
        )
        self.drawn: frozenset[ArcKey] = frozenset().union(*self.of_edges, filter(None, lines))

    def of_item(self, item: Item) -> ArcKey | None:
        """The arc that a line of a stage tells."""
        return self._items.get(item.id)

    def _of_edge(self, edge: Edge) -> frozenset[ArcKey]:
        """What its id tells, and the branches of the decision that it leads to."""
        found = self._forks.get((edge.source, edge.target), set())
        return self._known.intersection(arcs_told(edge)) | found


def with_items(node: Node, change: Callable[[Item], Item]) -> Node:
    """The node with each of its items changed, in its sections and in its details."""
    if not node.sections and not node.details:
        return node

    def changed(sections: tuple[Section, ...]) -> tuple[Section, ...]:
        return tuple(
            replace(section, items=tuple(map(change, section.items))) for section in sections
        )

    return replace(node, sections=changed(node.sections), details=changed(node.details))


def with_section(node: Node, section: Section) -> Node:
    """The node with one more section after its own, unless there is nothing in it."""
    return replace(node, sections=(*node.sections, section)) if section.items else node


def told(*texts: str) -> str:
    """Short texts beside each other, such as two in one badge; empty ones are left out."""
    return "\u00a0· ".join(text for text in texts if text)

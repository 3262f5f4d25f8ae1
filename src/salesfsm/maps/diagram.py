"""What a map shows: nodes and edges that know their role, and nothing of how they are drawn.

A diagram knows no process either: whoever has something to show (a process, a history, an
opportunity) makes a diagram of it, and every output draws every diagram.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from salesfsm.errors import MapError, shorten, unknown_name

Direction = Literal["LR", "TB"]
"""The way that the main line runs: from left to right, or from top to bottom."""

Layout = Literal["flow", "columns", "lanes", "list"]
"""How a map is laid out: ``flow`` by Graphviz, as nodes and arrows; ``columns`` side by side, one
row of them for each group; ``lanes``, one above the other, that face each other column by column;
``list``, from top to bottom, to tick."""

NodeRole = Literal[
    "start", "stage", "path", "decision", "won", "lost", "phase", "milestone", "note"
]
"""What a node stands for; ``path`` is a stage beside the main line, such as a winback."""

EdgeRole = Literal[
    "advance", "regress", "win", "lose", "reopen", "aside", "repeat", "handover", "note"
]
"""The kind of move that an edge stands for; ``note`` ties a note to what it is about."""

State = Literal["here", "passed", "open", "blocked", "late", "added", "removed", "changed"]
"""What an overlay tells of a node, an edge or an item."""

Mark = Literal["", "open", "done", "missing"]
"""The sign before an item: none, a box to tick, a ticked one, or one that is missing."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_ID = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a section, such as a task; ``note`` stands back, such as who does it.

    ``id`` tells what it is about to overlays, such as ``task.NAME``. An item of ``depth`` 1 is a
    part of the nearest one of depth 0 before it, as an element of a criteria set.
    """

    text: str
    mark: Mark = ""
    note: str = ""
    state: State | None = None
    id: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card with a title of its own, such as the tasks of a stage."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A box of the map.

    ``id`` is its name for edges and in the SVG: letters, digits, ``_``, ``.`` and ``-``.
    ``lines`` are paragraphs of text under the title, ``badge`` a short text that stands out,
    such as a probability or the number of opportunities that are here. ``sections`` follow under
    both. ``state`` is what an overlay tells. ``column`` is its place, from 0, in a layout of
    lanes. ``details`` are shown where a reader asks for them, as in a page of HTML.
    """

    id: str
    title: str
    role: NodeRole = "stage"
    lines: tuple[str, ...] = ()
    badge: str = ""
    sections: tuple[Section, ...] = ()
    state: State | None = None
    column: int | None = None
    details: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """An arrow of the map, from the node ``source`` to the node ``target``.

    ``weight`` from 0 to 1 is how wide the arrow is drawn; ``count`` stands under the label;
    ``state`` is what an overlay tells, and ``id`` what the arrow is about to overlays.
    """

    source: str
    target: str
    label: str = ""
    role: EdgeRole = "advance"
    weight: float = 0.0
    count: str = ""
    state: State | None = None
    id: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A frame with a title around some of the nodes; a node stands in at most one group.

    A row in a layout of columns, a lane in one of lanes.
    """

    id: str
    title: str
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """A whole map. Its start, stages, decisions and won stages stand in the order of the main line,
    which is drawn straight from each of them to the next.

    ``language`` is the language of the texts, as a BCP 47 tag such as ``pl``.
    Raises :class:`~salesfsm.errors.MapError` if its parts do not fit together.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    subtitle: str = ""
    direction: Direction = "LR"
    groups: tuple[Group, ...] = ()
    language: str = "en"
    layout: Layout = "flow"

    def __post_init__(self) -> None:
        _known("layout", self.layout, get_args(Layout), self.title or "the diagram")
        if self.direction not in get_args(Direction):
            raise MapError(unknown_name("direction", self.direction, get_args(Direction)))
        if not _LANGUAGE.fullmatch(self.language):
            raise MapError(
                f"language {shorten(self.language)!r} is not a language tag such as 'en' or 'pt-BR'"
            )
        known = _unique("node", (node.id for node in self.nodes))
        _unique("group", (group.id for group in self.groups))
        _unique("grouped node", (name for group in self.groups for name in group.nodes))
        for node in self.nodes:
            _known("node role", node.role, get_args(NodeRole), f"node {node.id!r}")
        for edge in self.edges:
            where = f"edge {edge.source!r} -> {edge.target!r}"
            _known("node", edge.source, known, where)
            _known("node", edge.target, known, where)
            _known("edge role", edge.role, get_args(EdgeRole), where)
            if not 0 <= edge.weight <= 1:
                raise MapError(f"{where}: weight is {edge.weight}; it must be from 0 to 1")
        for group in self.groups:
            for name in group.nodes:
                _known("node", name, known, f"group {group.id!r}")


def _unique(kind: str, ids: Iterable[str]) -> frozenset[str]:
    seen: set[str] = set()
    for name in ids:
        if not _ID.fullmatch(name):
            raise MapError(
                f"{kind} id {shorten(name)!r} cannot be used: "
                "an id is made of letters, digits, '_', '.' and '-'"
            )
        if name in seen:
            raise MapError(f"{kind} {name!r} stands twice in the diagram; each id is used once")
        seen.add(name)
    return frozenset(seen)


def _known(kind: str, name: str, known: Iterable[str], within: str) -> None:
    if name not in known:
        raise MapError(unknown_name(kind, name, sorted(known), within=within))

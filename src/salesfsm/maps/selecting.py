"""A part of a map: some of its stages, and what hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from salesfsm.errors import MapError, UnknownNameError
from salesfsm.maps.diagram import Diagram, Edge, Node
from salesfsm.maps.ways import MANY, arcs_told
from salesfsm.messages import message

_STAGE = "stage."
_CROSSINGS = ("milestone.", "crossing.")
"""What stands between its column and the next: how the ids of such nodes begin."""


def only(diagram: Diagram, names: Iterable[str]) -> Diagram:
    """The part of ``diagram`` that shows the stages called ``names``, in the order of the map.

    A flow keeps every arrow that leads into a stage of the part or out of it; what lies beyond
    becomes a note with its name. A sign that leads to no stage of the part is reached from one. The
    subtitle says how much of the map this is.

    Raises :class:`~salesfsm.errors.UnknownNameError` for a stage that the map does not show, and
    :class:`~salesfsm.errors.MapError` if no stage is named.
    """
    wanted, shown = list(names), stages_of(diagram)
    for name in wanted:
        if name not in shown:
            raise UnknownNameError("stage", name, shown, within=diagram.title)
    if not wanted:
        raise MapError("a part of a map shows at least one stage: name some")
    kept = {f"{_STAGE}{name}" for name in wanted}
    part = _flow(diagram, kept) if diagram.layout == "flow" else _cards(diagram, kept)
    told = message("map.part", diagram.language, count=len(kept), all=len(shown))
    return replace(part, subtitle=" · ".join(filter(None, (diagram.subtitle, told))))


def stages_of(diagram: Diagram) -> list[str]:
    """The names of the stages that a map shows, in its order."""
    return [node.id.removeprefix(_STAGE) for node in diagram.nodes if node.id.startswith(_STAGE)]


def stages_told(text: str, known: Sequence[str]) -> list[str]:
    """The stages that a text names: ``a,b`` those two, ``a..d`` all from a to d as in ``known``.

    ``a..`` goes on to the last one, ``..d`` begins at the first. Raises
    :class:`~salesfsm.errors.UnknownNameError` for a name that is not known, and
    :class:`~salesfsm.errors.MapError` for a range that leads back, or where no name stands.
    """
    found: list[str] = []
    for part in text.split(","):
        first, dots, last = (each.strip() for each in part.partition(".."))
        if not first and not last:
            raise MapError(
                f"{text!r} does not say which stages to show: write a..d for a range, or a,b,c"
            )
        for name in filter(None, (first, last)):
            if name not in known:
                raise UnknownNameError("stage", name, known)
        start = known.index(first) if first else 0
        stop = start if not dots else known.index(last) if last else len(known) - 1
        if stop < start:
            raise MapError(f"{part.strip()} leads back: write {last}..{first}")
        found += known[start : stop + 1]
    return list(dict.fromkeys(found))


def _flow(diagram: Diagram, kept: Collection[str]) -> Diagram:
    touching = [edge for edge in diagram.edges if _touches(edge, kept)]
    ends = {end for edge in touching for end in (edge.source, edge.target)} | set(kept)
    # What leads to a fork of which a branch is shown is shown too.
    leading = [
        edge
        for edge in diagram.edges
        if edge not in touching and not edge.id and edge.target in ends
        if not edge.target.startswith(_STAGE)
    ]
    ends |= {edge.source for edge in leading}
    edges = tuple(edge for edge in diagram.edges if edge in touching or edge in leading)
    edges += tuple(_ties(touching, [node.id for node in diagram.nodes if node.id in kept]))
    return _with(diagram, [_beyond(node, kept) for node in diagram.nodes if node.id in ends], edges)


def _touches(edge: Edge, kept: Collection[str]) -> bool:
    return any(f"{_STAGE}{name}" in kept for name in _stages_joined(edge)) or (
        not edge.id and (edge.source in kept or edge.target in kept)
    )


def _ties(touching: Sequence[Edge], kept: Sequence[str]) -> Iterator[Edge]:
    """What joins a sign all of whose ways lead out of the part with the stages that they leave.

    The whole map says in the sign where they leave; alone with what lies beyond, it would hang on
    nothing in the part. Of many stages the last is enough: the sign says which the others are.
    """
    signs: dict[str, list[Edge]] = {}
    for edge in touching:
        if edge.id and not edge.source.startswith(_STAGE):
            signs.setdefault(edge.source, []).append(edge)
    for sign, ways in signs.items():
        if any(edge.target in kept for edge in ways):
            continue
        roles = {edge.role for edge in ways}
        role = roles.pop() if len(roles) == 1 else "advance"
        left = {f"{_STAGE}{name}" for edge in ways for name in _stages_left(edge)}
        inside = [name for name in kept if name in left]
        shown = inside if len(inside) < MANY else inside[-1:]
        joined = {edge.source for edge in touching if edge.target == sign}
        yield from (Edge(name, sign, role=role) for name in shown if name not in joined)


def _stages_joined(edge: Edge) -> Iterator[str]:
    """The stages at the ends of the ways that an arrow stands for."""
    yield from _stages_left(edge)
    yield from (target for _, _, target in arcs_told(edge))
    if edge.id.startswith("handover."):
        yield edge.target.removeprefix(_STAGE)


def _stages_left(edge: Edge) -> Iterator[str]:
    """The stages from which the ways leave that an arrow stands for."""
    yield from (source for _, source, _ in arcs_told(edge))
    if edge.id.startswith("handover."):
        yield from edge.id.partition(":")[2].split(",")


def _beyond(node: Node, kept: Collection[str]) -> Node:
    """A stage that is no part of the part, as a note; every other node as it is."""
    if node.id in kept or not node.id.startswith(_STAGE):
        return node
    return Node(node.id, f"… {node.title}", "note", state=node.state)


def _cards(diagram: Diagram, kept: Collection[str]) -> Diagram:
    """Cards tell themselves where they lead: what stands beside the part is left out."""
    columns = {node.column for node in diagram.nodes if node.id in kept}
    order = sorted(column for column in columns if column is not None)
    nodes = [
        replace(node, column=None if node.column is None else order.index(node.column))
        for node in diagram.nodes
        if node.id in kept or (not node.id.startswith(_STAGE) and _stands_in(node, columns))
    ]
    ids = {node.id for node in nodes}
    edges = (edge for edge in diagram.edges if edge.source in ids and edge.target in ids)
    return _with(diagram, nodes, tuple(edges))


def _stands_in(node: Node, columns: Collection[int | None]) -> bool:
    """Whether a card beside the stages has its place there: a crossing needs both of its sides."""
    crosses = node.id.startswith(_CROSSINGS) and node.column is not None
    return node.column in columns and (not crosses or (node.column or 0) + 1 in columns)


def _with(diagram: Diagram, nodes: Iterable[Node], edges: tuple[Edge, ...]) -> Diagram:
    every = tuple(nodes)
    ids = {node.id for node in every}
    inside = (
        replace(group, nodes=tuple(name for name in group.nodes if name in ids))
        for group in diagram.groups
    )
    groups = tuple(group for group in inside if group.nodes)
    return replace(diagram, nodes=every, edges=edges, groups=groups)

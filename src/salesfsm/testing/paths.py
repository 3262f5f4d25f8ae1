"""Paths through a process for tests to go: over every way once, and the shortest to each stage.

They are found on the graph, without facts; :func:`follow` goes one with a real opportunity.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from salesfsm.process.arcs import Arc, MoveKind
from salesfsm.process.process import Process
from salesfsm.process.requirements import entry_requirements, needed_by, never_met
from salesfsm.rules import core
from salesfsm.testing.engines import MOMENT, Decider, check_type, engine_of, process_of
from salesfsm.testing.onward import WayKey, key_of, ways_of, ways_on
from salesfsm.testing.walking import StuckError, Walk, Walker


@dataclass(frozen=True, slots=True)
class Path:
    """Ways that follow each other, from an opening on; its text names triggers and stages.

    A hand-over is a way too: after it, the path is that of the opportunity that it begins.
    """

    start: str
    """The stage in which an opportunity is opened."""
    arcs: tuple[Arc, ...] = ()
    """The ways in their order, each with ``trigger`` (or the name of the hand-over), ``source``,
    ``target`` and ``kind`` (``handover`` for a hand-over)."""

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages in their order, the first and the last included."""
        return (self.start, *(arc.target for arc in self.arcs))

    def then(self, arc: Arc) -> Path:
        """This path, and one way more."""
        return Path(self.start, (*self.arcs, arc))

    def __str__(self) -> str:
        return "-".join((self.start, *(f"{arc.trigger}-{arc.target}" for arc in self.arcs)))


def shortest_paths(decider: Decider) -> tuple[Path, ...]:
    """The path of the fewest ways to each stage that can be reached, in the order of the stages.

    A stage in which opportunities are opened has a path without ways; one that only hand-overs lead
    to has one over a hand-over.
    """
    process = process_of(decider)
    found = _onward(map(Path, beginnings(process)), _usable(process))
    return tuple(found[name] for name in process.stage_by_name if name in found)


def transition_paths(decider: Decider) -> tuple[Path, ...]:
    """Paths that together take every way that can be reached, each of them once as a last one.

    Hand-overs are ways, too. What the beginning of a longer path takes has no path of its own. A
    way back to where work stopped is led to through the stage in which it has to stop.
    """
    process = process_of(decider)
    ways = _usable(process)
    to = _onward(map(Path, beginnings(process)), ways)
    of_one = [arc for arc in ways if arc.kind is not MoveKind.HANDOVER]
    every = []
    for arc in ways:
        before = to.get(arc.source)
        if (stage := _stopped_in(arc)) in to:  # what a hand-over begins has stopped nowhere yet
            before = _onward([to[stage]], of_one).get(arc.source)
        if before is not None:
            every.append(before.then(arc))
    passed = {key_of(each) for path in every for each in path.arcs[:-1]}
    return tuple(path for path in every if key_of(path.arcs[-1]) not in passed)


def beginnings(process: Process) -> tuple[str, ...]:
    """The stages in which an opportunity of which nothing is proven may begin."""
    free = tuple(
        name
        for name in process.starts
        if not any(
            isinstance(condition, core.Proven | core.Done)
            for each in entry_requirements(process, process.stage_by_name[name])
            for condition in core.walk(each.condition)
        )
    )
    return free or process.starts


def _onward(paths: Iterable[Path], ways: Iterable[Arc]) -> dict[str, Path]:
    """The paths, and those of the fewest ``ways`` on from there, by the stages they lead to."""
    found = {path.stages[-1]: path for path in paths}
    waiting = list(found)
    for stage in waiting:
        for arc in ways:
            if arc.source == stage and arc.target not in found and not _stopped_in(arc):
                found[arc.target] = found[stage].then(arc)
                waiting.append(arc.target)
    return found


def _stopped_in(arc: Arc) -> str:
    """The stage in which work has to have stopped for the way to open; empty for any."""
    for condition, _ in needed_by(arc.requirements):
        match condition:
            case core.Compare("==", core.Reserved(_, "stopped_in"), core.Constant(_, str(stage))):
                return stage
    return ""


def _usable(process: Process) -> tuple[Arc, ...]:
    """The ways that something can open, each once by its trigger, source and target."""
    first: dict[WayKey, Arc] = {}
    for way in ways_of(process):
        if not never_met(needed_by(way.requirements)):
            first.setdefault(key_of(way), way)
    return tuple(first.values())


def follow(decider: Decider, path: Path) -> Walk:
    """A new opportunity taken along ``path``; what each way lacks is supplied as it goes.

    Over a hand-over the one goes on that it begins, and is the ``opportunity`` of the walk. Nothing
    is overridden or placed. Raises :class:`StuckError`, with the engine's explanation, where no
    small change opens a way.
    """
    engine = engine_of(decider)
    check_type(path, Path, "follow takes a path, such as one of transition_paths(process)")
    walker = Walker(engine, None)
    spot = walker.open(MOMENT, path.start)
    for arc in path.arcs:
        for way in ways_on(engine, spot.deal, spot.at):
            if key_of(way) == key_of(arc):
                spot = walker.take(spot, way)
                break
        else:
            raise StuckError(f"{arc.trigger} does not lead from {spot.deal.stage} to {arc.target}")
    return Walk(spot.deal, spot.at, spot.steps, walker.refused)

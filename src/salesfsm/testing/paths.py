"""Paths through a process for tests to go: over every way once, and the shortest to each stage.

They are found on the graph, without facts; :func:`follow` goes one with a real opportunity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from salesfsm.process.arcs import Arc, ArcKey
from salesfsm.process.process import Process
from salesfsm.process.requirements import entry_requirements, needed_by, never_met
from salesfsm.rules import core
from salesfsm.testing.engines import MOMENT, Decider, engine_of
from salesfsm.testing.walking import StuckError, Walk, Walker


@dataclass(frozen=True, slots=True)
class Path:
    """Ways that follow each other from the stage ``start`` on; its text names the stages."""

    start: str
    arcs: tuple[Arc, ...] = ()

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages in their order, the first and the last included."""
        return (self.start, *(arc.target for arc in self.arcs))

    def __str__(self) -> str:
        return "-".join((self.start, *(f"{arc.trigger}-{arc.target}" for arc in self.arcs)))


def shortest_paths(process: Process) -> tuple[Path, ...]:
    """The path of the fewest moves to each stage that can be reached, in the order of the stages.

    A stage in which opportunities begin has a path without moves.
    """
    found = {start: Path(start) for start in beginnings(process)}
    waiting = list(found)
    for stage in waiting:
        before = found[stage]
        for target, arcs in _ahead(process, stage).items():
            if target not in found:
                found[target] = Path(before.start, (*before.arcs, *arcs))
                waiting.append(target)
    return tuple(found[name] for name in process.stage_by_name if name in found)


def transition_paths(process: Process) -> tuple[Path, ...]:
    """Paths that together take every way that can be reached, each of them once as a last move.

    What the beginning of a longer path takes on the way has no path of its own. A way back to
    where work stopped is led to through the stage in which it has to stop.
    """
    to = {path.stages[-1]: path for path in shortest_paths(process)}
    every = []
    for arc in _usable(process):
        before = to.get(arc.source)
        if (stage := _stopped_in(arc)) in to:
            before = _through(process, to[stage], arc.source)
        if before is not None:
            every.append(Path(before.start, (*before.arcs, arc)))
    passed = {each.key for path in every for each in path.arcs[:-1]}
    return tuple(path for path in every if path.arcs[-1].key not in passed)


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


def _through(process: Process, path: Path, to: str) -> Path | None:
    """The path on to the stage ``to`` by the fewest moves, or None where there is no way."""
    found: dict[str, tuple[Arc, ...]] = {path.stages[-1]: ()}
    waiting = list(found)
    for stage in waiting:
        if stage == to:
            return Path(path.start, (*path.arcs, *found[stage]))
        for target, arcs in _ahead(process, stage).items():
            if target not in found:
                found[target] = (*found[stage], *arcs)
                waiting.append(target)
    return None


def _ahead(process: Process, stage: str) -> dict[str, tuple[Arc, ...]]:
    """The stages one move on from here, each with the first way to it, whatever came before."""
    found: dict[str, tuple[Arc, ...]] = {}
    for arc in _usable(process):
        if arc.source == stage and not _stopped_in(arc):
            found.setdefault(arc.target, (arc,))
    return found


def _stopped_in(arc: Arc) -> str:
    """The stage in which work has to have stopped for the way to open; empty for any."""
    for condition, _ in needed_by(arc.requirements):
        match condition:
            case core.Compare("==", core.Reserved(_, "stopped_in"), core.Constant(_, str(stage))):
                return stage
    return ""


def _usable(process: Process) -> Iterator[Arc]:
    """The ways that something can open, each once by its trigger, source and target."""
    seen: set[ArcKey] = set()
    for arc in process.arcs:
        if arc.key not in seen and not never_met(needed_by(arc.requirements)):
            seen.add(arc.key)
            yield arc


def follow(decider: Decider, path: Path) -> Walk:
    """A new opportunity taken along ``path``; what each move lacks is supplied on the way.

    Nothing is overridden or placed. Raises :class:`StuckError`, with the engine's explanation,
    where no small change opens a move.
    """
    engine = engine_of(decider)
    walker = Walker(engine, None)
    spot = walker.open(MOMENT, path.start)
    for arc in path.arcs:
        for move in engine.moves(spot.deal, at=spot.at):
            if (move.trigger, move.target) == (arc.trigger, arc.target):
                spot = walker.take(spot, move)
                break
        else:
            raise StuckError(f"{arc.trigger} does not lead from {spot.deal.stage} to {arc.target}")
    return Walk(spot.deal, spot.at, spot.steps, walker.refused)

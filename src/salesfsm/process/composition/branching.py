"""A branch: a process that another one leaves for and rejoins, such as winback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from salesfsm.errors import CommandError, DefinitionError, Problem, UnknownNameError
from salesfsm.process.arcs import MoveKind, move_kind, sources_of
from salesfsm.process.composition.draft import Draft, known_stage, with_fields, with_ways_of
from salesfsm.process.composition.groups import is_grouped, written_out
from salesfsm.process.composition.naming import as_prefix, renamed, under
from salesfsm.process.composition.sharing import WHOLE, shared
from salesfsm.process.definitions import GROUPS, Criterion, Stage, Task, Transition
from salesfsm.process.kinds import Outcome
from salesfsm.rules import syntax
from salesfsm.rules.renaming import Renaming


def branched(
    host: Draft, part: Draft, *, name: str, leave: Iterable[Transition], rejoin: Mapping[str, str]
) -> Draft:
    """``host`` with ``part`` as a branch: see ``composing.branch``."""
    as_prefix(name)
    ways_in = tuple(leave)
    _check(host, part, name, ways_in, rejoin)
    host = written_out(host)
    ends = _without_ends(written_out(part), host, rejoin, name)
    names = Renaming(
        {stage.name: under(name, stage.name) for stage in part.stages} | dict(rejoin),
        {task: under(name, task) for task in part.task_by_name},
        {*host.facts, *part.facts},
    )
    piece = renamed(ends, names, lambda handover: under(name, handover))
    stages = tuple(_on_path(stage, name, host, part) for stage in piece.stages)
    leaving = tuple(way for each in ways_in for way in _leaving(each, host, piece, name))
    return host.but(
        stages=(*host.stages, *stages),
        transitions=(*host.transitions, *leaving, *piece.transitions),
        handovers=(*host.handovers, *piece.handovers),
        **shared({WHOLE: host, name: piece}),
    )


def _check(
    host: Draft,
    part: Draft,
    name: str,
    leave: tuple[Transition, ...],
    rejoin: Mapping[str, str],
) -> None:
    ends = [stage.name for stage in part.stages if not stage.is_open]
    told = f"{name} ends in {', '.join(ends)}" if ends else f"{name} has no end"
    if not rejoin:
        raise DefinitionError(
            [
                Problem(
                    f"the branch {name!r} rejoins nowhere: {told}",
                    (name, "rejoin"),
                    "say where opportunities go on: rejoin: {END: STAGE}",
                )
            ]
        )
    if not leave:
        raise DefinitionError(
            [
                Problem(
                    f"no way leads into the branch {name!r}: {told}, and begins in "
                    f"{', '.join(part.starts)}",
                    (name, "leave"),
                    "say where it is left for: leave: [{trigger: …, source: STAGE, target: STAGE}]",
                )
            ]
        )
    if any(stage.path == name for stage in host.stages):
        raise CommandError(f"{host.name} has a path {name!r} already: name the branch otherwise")
    for end, stage in rejoin.items():
        if end not in ends:
            raise UnknownNameError("end", end, ends, within=f"the branch {name!r}")
        known_stage(host, stage)


def _on_path(stage: Stage, name: str, host: Draft, part: Draft) -> Stage:
    """The stage on the path of the branch, and still on the plane that it was on."""
    plane = stage.plane or (part.plane if part.plane is not host.plane else None)
    path = under(name, stage.path) if stage.path else name
    return with_fields(with_ways_of(stage, part), path=path, plane=plane)


def _leaving(way: Transition, host: Draft, piece: Draft, name: str) -> Iterator[Transition]:
    """A way into the branch with its names as they are in the whole."""
    for source in way.source:
        if source not in GROUPS:
            known_stage(host, source, "source")
    inside = piece.stage_by_name
    target = f"{name}.{way.target}" if f"{name}.{way.target}" in inside else way.target
    if target not in inside:
        raise UnknownNameError("stage", way.target, inside, within=f"the branch {name!r}")
    if not is_grouped(way.source):
        yield way.model_copy(update={"target": target})
    elif sources := sources_of(host, way):
        yield way.model_copy(update={"source": sources, "target": target})


# Ends that are rejoined from


def _without_ends(part: Draft, host: Draft, rejoin: Mapping[str, str], prefix: str) -> Draft:
    """The part without the ends that lead back, yet with the ways into them."""
    ways: list[Transition] = []
    for way in part.transitions:
        kept = tuple(source for source in way.source if source not in rejoin)
        if kept and way.target in rejoin:
            ways += _back(way, kept, part, host.stage_by_name[rejoin[way.target]], prefix)
        elif kept:
            ways.append(way if kept == way.source else way.model_copy(update={"source": kept}))
    handovers = (
        (each, tuple(source for source in each.source if source not in rejoin))
        for each in part.handovers
    )
    return part.but(
        stages=tuple(stage for stage in part.stages if stage.name not in rejoin),
        transitions=tuple(ways),
        handovers=tuple(
            each.model_copy(update={"source": kept}) for each, kept in handovers if kept
        ),
    )


def _back(
    way: Transition, sources: tuple[str, ...], part: Draft, onto: Stage, prefix: str
) -> Iterator[Transition]:
    """A way into an end that leads to ``onto`` instead, and asks all that it asked before.

    A move aside asks neither the tasks nor the exit criteria of the stage that it leaves, so the
    transition asks them itself; sources of which different things are asked get one each.
    """
    end = part.stage_by_name[way.target]

    def guards(source: str) -> tuple[Criterion, ...]:
        stage = part.stage_by_name[source]
        asked = move_kind(part, stage, end) is MoveKind.WIN and onto.outcome is not Outcome.WON
        tasks = (task for task in stage.tasks if not task.optional)
        return (*(_as_criterion(task, prefix) for task in tasks), *stage.exit) if asked else ()

    for leaving, group in groupby(sources, guards):
        when = (*leaving, *way.when, *_mirroring(end, part), *end.entry)
        yield way.model_copy(update={"source": tuple(group), "when": when})


def _mirroring(end: Stage, part: Draft) -> Iterator[Criterion]:
    """What an end that mirrors a phase asks of the buyer."""
    if end.mirrors is not None and end.outcome is not Outcome.LOST:
        rule = syntax.Call("buyer_at", (syntax.Name(end.mirrors),))
        yield Criterion(rule=rule, level=part.mirror_in(end).level)


def _as_criterion(task: Task, prefix: str) -> Criterion:
    """What a task asks, under the code that it has once it is prefixed."""
    return Criterion(
        rule=syntax.Call("done", (syntax.Literal(task.name),)),
        code=f"task.{prefix}.{task.name}",
        level=task.level,
        owner=task.owner,
        hint=task.hint,
    )

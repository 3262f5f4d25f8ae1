"""Stages and ways that hang on each other: where nothing begins, and what nothing leads to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from salesfsm.process.arcs import reached, sources_among
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process
from salesfsm.verification.model import Model
from salesfsm.verification.report import Finding, Kind, Path, Severity, found, undecided
from salesfsm.verification.steps import fresh
from salesfsm.verification.ways import GuardedWay

Pair = tuple[str, str]


def never_opened(model: Model, ways: Iterable[GuardedWay]) -> tuple[list[Finding], list[str]]:
    """The stages to begin in that ask what nothing has that just begins; and the others of them.

    What ``ways`` lead to, which are those that are ever open, is no matter: it is reached so.
    """
    refused: dict[str, str] = {}
    findings, open_ = [], []
    for stage in model.process.starts:
        model.asked[Kind.NEVER_OPENED] += 1
        asked = model.entry(stage)
        claims = [model.conditions.met([each.condition]) for each in asked]
        answer = model.solver.ask(
            *claims, model.stands_in(stage), *fresh(model.process, model.knowledge)
        )
        if answer.possible is None:
            findings.append(undecided(Kind.NEVER_OPENED, _path(model, stage), stage=stage))
        if answer.possible is False:
            refused[stage] = ", ".join(asked[i].code for i in answer.core if i < len(asked))
        else:
            open_.append(stage)
    there = reached(open_, [*_pairs(ways), *_handed(model.process)])
    for stage, criteria in refused.items():
        if stage not in there:
            values = {"stage": stage, "criteria": criteria}
            path = _path(model, stage)
            findings.append(found(Kind.NEVER_OPENED, Severity.ERROR, path, None, **values))
    return findings, open_


def unreachable(
    model: Model, starts: Sequence[str], ways: Iterable[GuardedWay]
) -> Iterable[Finding]:
    """The stages that arrows lead to, and only openings and guards that are never met do.

    ``starts`` are those in which something can begin, and ``ways`` those that are ever open.
    """
    process = model.process
    drawn = reached(process.starts, [*_pairs(model.ways), *_handed(process)])
    lost = drawn - reached(starts, [*_pairs(ways), *_handed(process)]) - set(process.starts)
    for index, stage in enumerate(process.stages):
        model.asked[Kind.UNREACHABLE] += 1
        if stage.name in lost:
            yield found(Kind.UNREACHABLE, Severity.ERROR, ("stages", index), stage=stage.name)


def no_way_to_won(model: Model, ways: Iterable[GuardedWay]) -> Iterable[Finding]:
    """The open stages that arrows lead from to won, and none that is ever open."""
    won = [each.name for each in model.process.stages if each.outcome is Outcome.WON]
    lost = reached(won, _turned(_pairs(model.ways))) - reached(won, _turned(_pairs(ways)))
    for index, stage in enumerate(model.process.stages):
        if stage.is_open:
            model.asked[Kind.NO_WAY_TO_WON] += 1
        if stage.name in lost and stage.is_open:
            yield found(Kind.NO_WAY_TO_WON, Severity.ERROR, ("stages", index), stage=stage.name)


def reachable_ways(
    process: Process, starts: Iterable[str], ways: Sequence[GuardedWay]
) -> list[GuardedWay]:
    """The ways out of stages that these ways lead to, or hand-overs."""
    there = reached(starts, [*_pairs(ways), *_handed(process)])
    return [way for way in ways if way.arc.source in there]


def _path(model: Model, stage: str) -> Path:
    return "stages", list(model.process.stage_by_name).index(stage)


def _handed(process: Process) -> list[Pair]:
    return [
        (source, each.target)
        for each in process.handovers
        for source in sources_among(process, each.source)
    ]


def _pairs(ways: Iterable[GuardedWay]) -> list[Pair]:
    return [(way.arc.source, way.arc.target) for way in ways]


def _turned(pairs: Iterable[Pair]) -> list[Pair]:
    return [(target, source) for source, target in pairs]

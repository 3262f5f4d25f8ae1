"""Stages and ways that hang on each other: what is only reached by what cannot be, and by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesfsm.process.arcs import reached
from salesfsm.process.kinds import Outcome
from salesfsm.verification.report import Finding, Kind, Severity, found
from salesfsm.verification.ways import Model, Way

Pair = tuple[str, str]


def unreachable(model: Model, shut: set[Way]) -> Iterator[Finding]:
    """The stages that arrows lead to, and that only guards that are never met guard."""
    starts = _begins(model)
    drawn, open_ = _pairs(model.ways), _pairs(way for way in model.ways if way not in shut)
    lost = reached(starts, drawn) - reached(starts, open_)
    for index, stage in enumerate(model.process.stages):
        if stage.name in lost:
            yield found(Kind.UNREACHABLE, Severity.ERROR, ("stages", index), stage=stage.name)


def no_way_to_won(model: Model, shut: set[Way]) -> Iterator[Finding]:
    """The open stages that arrows lead from to won, and none that is ever open."""
    won = [each.name for each in model.process.stages if each.outcome is Outcome.WON]
    drawn, open_ = _pairs(model.ways), _pairs(way for way in model.ways if way not in shut)
    lost = reached(won, _turned(drawn)) - reached(won, _turned(open_))
    for index, stage in enumerate(model.process.stages):
        if stage.name in lost and stage.is_open:
            yield found(Kind.NO_WAY_TO_WON, Severity.ERROR, ("stages", index), stage=stage.name)


def _begins(model: Model) -> tuple[str, ...]:
    return (*model.process.starts, *(each.target for each in model.process.handovers))


def _pairs(ways: Iterable[Way]) -> list[Pair]:
    return [(way.arc.source, way.arc.target) for way in ways]


def _turned(pairs: Iterable[Pair]) -> list[Pair]:
    return [(target, source) for source, target in pairs]

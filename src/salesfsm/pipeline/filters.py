"""Which opportunities are wanted: checked, and split into what the store and the engine tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypedDict

import msgspec

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import check_texts
from salesfsm.errors import UnknownNameError, ValueTypeError, shorten
from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Level, Outcome
from salesfsm.stores.port import Current, Query

Test = Callable[[Engine, Current], bool]
"""Whether an opportunity is wanted, as its engine sees it."""


class Filters(TypedDict, total=False):
    """What to find; what is left out or None does not limit. All that is given must hold.

    ``stage`` is one or several. ``stalled`` asks for those that have stalled, or for the others,
    ``due`` for those of which a timer has elapsed and not rung. ``blocked_by`` is the code of a
    criterion that blocks a way on. ``aligned`` asks for those whose seller and buyer are aligned,
    or for those of which they are not; what mirrors nothing is neither. ``at`` is the moment to ask
    for, the present if left out.
    """

    process: str | None
    version: str | None
    stage: str | Iterable[str] | None
    outcome: Outcome | str | None
    owner: str | None
    team: str | None
    stalled: bool | None
    due: bool | None
    blocked_by: str | None
    aligned: bool | None
    at: datetime | None


class Wanted(msgspec.Struct, frozen=True):
    """The part that a store answers, and the tests that the engine puts to what it gives."""

    query: Query
    tests: tuple[Test, ...]


def wanted(filters: Filters, engines: Sequence[Engine], at: datetime) -> Wanted | None:
    """The filters, checked against the processes of ``engines``; None where nothing can fit.

    Raises :class:`~salesfsm.errors.UnknownNameError` for names that none of them has.
    """
    check_texts(owner=filters.get("owner"), team=filters.get("team"))
    stages = _stages(filters.get("stage"), engines)
    code, tests = filters.get("blocked_by"), list(_tests(filters, at))
    if code is not None:
        blocking = _stages_blocked(code, engines)
        stages = tuple(each for each in blocking if stages is None or each in stages)
        tests.append(lambda engine, current: _is_blocked(engine, current, code, at))
    if stages is not None and not stages:
        return None
    query = Query(
        process=filters.get("process"),
        version=filters.get("version"),
        stages=stages or (),
        outcomes=_outcomes(filters.get("outcome")),
        owner=filters.get("owner"),
        team=filters.get("team"),
        stalled_by=at if filters.get("stalled") else None,
        due_by=at if filters.get("due") else None,
    )
    return Wanted(query, tuple(tests))


def check_filters(filters: Filters) -> None:
    """Raise :class:`~salesfsm.errors.UnknownNameError` or ``ValueTypeError`` for what is none."""
    for name, value in filters.items():
        if name not in Filters.__annotations__:
            raise UnknownNameError("filter", name, Filters.__annotations__)
        if name in ("stalled", "due", "aligned") and not isinstance(value, bool | None):
            raise ValueTypeError(f"{name} is True, False or None, not {shorten(repr(value))}")


def _stages(given: str | Iterable[str] | None, engines: Sequence[Engine]) -> tuple[str, ...] | None:
    if given is None:
        return None
    stages = (given,) if isinstance(given, str) else tuple(given)
    known = dict.fromkeys(stage.name for engine in engines for stage in engine.process.stages)
    for stage in stages:
        if stage not in known:
            raise UnknownNameError("stage", stage, known)
    return stages


def _outcomes(given: Outcome | str | None) -> tuple[Outcome, ...]:
    if given is None:
        return ()
    known = [each.value for each in Outcome]
    if given not in known:
        raise UnknownNameError("outcome", given, known)
    return (Outcome(given),)


def _stages_blocked(code: str, engines: Sequence[Engine]) -> tuple[str, ...]:
    """The stages with a way on that the criterion can block; it must be known, if only to warn."""
    known: dict[str, None] = {}
    stages: dict[str, None] = {}
    for arc in (arc for engine in engines for arc in engine.process.arcs):
        for each, level in _criteria(arc):
            known[each] = None
            if each == code and level is Level.BLOCK:
                stages[arc.source] = None
    if code not in known:
        raise UnknownNameError("criterion", code, known)
    return tuple(stages)


def _criteria(arc: Arc) -> Iterable[tuple[str, Level]]:
    asked = (each for _, every in arc.reasons_asking for each in every)
    return ((each.code, each.level) for each in (*arc.requirements, *asked))


def _tests(filters: Filters, at: datetime) -> Iterable[Test]:
    """What neither the store nor the code of a criterion tells."""
    if filters.get("stalled") is False:
        yield lambda _, current: current.stalled_at is None or current.stalled_at > at
    if filters.get("due") is False:
        yield lambda _, current: current.due_at is None or current.due_at > at
    aligned = filters.get("aligned")
    if aligned is not None:
        yield lambda engine, current: _alignment(engine, current, at) is aligned


def _is_blocked(engine: Engine, current: Current, code: str, at: datetime) -> bool:
    deal = current.opportunity
    moves = engine.moves(deal, at=max(at, deal.at))
    return any(blocker.code == code for move in moves for blocker in move.blockers)


def _alignment(engine: Engine, current: Current, at: datetime) -> bool | None:
    deal = current.opportunity
    return engine.alignment(deal, at=max(at, deal.at)).aligned

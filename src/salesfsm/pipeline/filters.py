"""Which opportunities are wanted: checked, and split into what the store and the engine tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypedDict

import msgspec

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Opportunity, check_texts
from salesfsm.errors import UnknownNameError, ValueTypeError, shorten
from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Level, Outcome
from salesfsm.process.process import Process
from salesfsm.stores.port import Current, Query

EngineOf = Callable[[Opportunity], Engine]
"""The engine of an opportunity; it is made only where it is asked for."""

Test = Callable[[EngineOf, Current], bool]
"""Whether an opportunity is wanted."""


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


def names_parts(filters: Filters) -> bool:
    """Whether they name something of a process, so that the processes are needed to check it."""
    return filters.get("stage") is not None or filters.get("blocked_by") is not None


def wanted(filters: Filters, processes: Sequence[Process], at: datetime) -> Wanted | None:
    """The filters, checked against the processes; None where nothing can fit.

    Raises :class:`~salesfsm.errors.UnknownNameError` for names that none of them has.
    """
    stages = _stages(filters.get("stage"), processes)
    code, tests = filters.get("blocked_by"), list(_tests(filters, at))
    if code is not None:
        blocking = _stages_blocked(code, processes)
        stages = tuple(each for each in blocking if stages is None or each in stages)
        tests.append(lambda engine_of, current: _is_blocked(engine_of, current, code, at))
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


_TEXTS = ("process", "version", "owner", "team", "blocked_by")


def check_filters(filters: Filters) -> None:
    """Raise :class:`~salesfsm.errors.UnknownNameError` or ``ValueTypeError`` for what is none."""
    for name, value in filters.items():
        if name not in Filters.__annotations__:
            raise UnknownNameError("filter", name, Filters.__annotations__)
        if name in ("stalled", "due", "aligned") and not isinstance(value, bool | None):
            raise ValueTypeError(f"{name} is True, False or None, not {shorten(repr(value))}")
    check_texts(**{name: filters.get(name) for name in _TEXTS})


def _stages(
    given: str | Iterable[str] | None, processes: Sequence[Process]
) -> tuple[str, ...] | None:
    if given is None:
        return None
    stages = (given,) if isinstance(given, str) or not isinstance(given, Iterable) else tuple(given)
    known = dict.fromkeys(stage.name for process in processes for stage in process.stages)
    for stage in stages:
        check_texts(stage=stage)
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


def _stages_blocked(code: str, processes: Sequence[Process]) -> tuple[str, ...]:
    """The stages with a way on that the criterion can block; it must be known, if only to warn."""
    known: dict[str, None] = {}
    stages: dict[str, None] = {}
    for arc in (arc for process in processes for arc in process.arcs):
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
        yield lambda engine_of, current: _alignment(engine_of, current, at) is aligned


def _is_blocked(engine_of: EngineOf, current: Current, code: str, at: datetime) -> bool:
    deal = current.opportunity
    moves = engine_of(deal).moves(deal, at=max(at, deal.at))
    return any(blocker.code == code for move in moves for blocker in move.blockers)


def _alignment(engine_of: EngineOf, current: Current, at: datetime) -> bool | None:
    deal = current.opportunity
    return engine_of(deal).alignment(deal, at=max(at, deal.at)).aligned

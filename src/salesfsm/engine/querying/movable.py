"""Which opportunities of a table may move, where to, and what blocks the others: as one query.

It asks the same arcs and requirements as ``Engine.moves`` does, without anybody who acts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import reduce
from operator import add, and_, or_

import ibis

from salesfsm.engine.querying.columns import PLAIN, check_columns
from salesfsm.engine.querying.conditions import Conditions, asked_columns
from salesfsm.engine.querying.exporting import opaque
from salesfsm.errors import CommandError, UnknownNameError
from salesfsm.process.arcs import Arc
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process
from salesfsm.process.requirements import Requirement
from salesfsm.rules.types import Kind

HELD = "held"

_ALWAYS_ASKED = (("id", None), ("stage", Kind.TEXT), ("on_hold", Kind.BOOL))

_Way = tuple[Arc, ...]
"""The arcs of one trigger out of one stage, in their order."""


def movable(
    process: Process,
    table: ibis.Table,
    triggers: Sequence[str],
    at: datetime,
    dialect: str,
    *,
    opaque_unknown: bool,
) -> ibis.Table:
    """A row for each opportunity and trigger that leads on from its stage.

    Raises :class:`CommandError` for a table without the columns that are asked, and for rules that
    SQL cannot answer unless these are taken as unknown.
    """
    for trigger in triggers:
        if trigger not in process.triggers:
            raise UnknownNameError("trigger", trigger, process.triggers, within=process.name)
    day = at.date()
    arcs = [arc for arc in process.arcs if arc.trigger in triggers]
    conditions = [each.condition for arc in arcs for each in _all_asked(arc, day)]
    if not opaque_unknown:
        _refuse_opaque(process, [what for each in conditions for what in opaque(each, at)])
    columns = [column for each in conditions for column in asked_columns(each)]
    check_columns(table, [*_ALWAYS_ASKED, *columns], dialect)

    query = _Query(table, Conditions(table, at, exact=dialect not in PLAIN), day)
    found = [
        query.ways(trigger, sources, way)
        for trigger in triggers
        for way, sources in _alike([arc for arc in arcs if arc.trigger == trigger])
    ]
    return _together(found) if found else query.nothing()


def _together(tables: Sequence[ibis.Table]) -> ibis.Table:
    """The rows of all. Each half is put together first, for SQLite reads no text nested deeply."""
    half = len(tables) // 2
    if not half:
        return tables[0]
    return _together(tables[:half]).union(_together(tables[half:]))


def _refuse_opaque(process: Process, found: Iterable[str]) -> None:
    if names := dict.fromkeys(found):
        raise CommandError(
            f"SQL cannot answer all that {process.key} asks: {'; '.join(names)}. "
            'Ask the engine itself, or give opaque="unknown": nothing then moves by these'
        )


def _in_force(requirements: Iterable[Requirement], day: date) -> tuple[Requirement, ...]:
    """Those that block, at this date."""
    return tuple(
        each
        for each in requirements
        if each.level is Level.BLOCK and (each.since is None or each.since <= day)
    )


def _asked_by_reasons(arc: Arc, day: date) -> dict[str, tuple[Requirement, ...]]:
    """What each reason asks; nothing at all where one asks nothing, for that may be given."""
    asking = {name: _in_force(every, day) for name, every in arc.reasons_asking}
    return asking if all(asking.get(name) for name in arc.reasons) else {}


def _all_asked(arc: Arc, day: date) -> Iterator[Requirement]:
    yield from _in_force(arc.requirements, day)
    for every in _asked_by_reasons(arc, day).values():
        yield from every


def _alike(arcs: Iterable[Arc]) -> Iterator[tuple[_Way, list[str]]]:
    """The ways of one trigger, and the stages out of which they ask the same."""
    by_source: dict[str, list[Arc]] = {}
    for arc in arcs:
        by_source.setdefault(arc.source, []).append(arc)
    found: list[tuple[object, _Way, list[str]]] = []
    for source, way in by_source.items():
        asked = [(arc.target, arc.requirements, arc.reasons_asking) for arc in way]
        for other, _, sources in found:
            if other == asked:
                sources.append(source)
                break
        else:
            found.append((asked, tuple(way), [source]))
    yield from ((way, sources) for _, way, sources in found)


class _Query:
    """The query of one table.

    What is null is not met, and falls through each CASE as what is false does.
    """

    def __init__(self, table: ibis.Table, conditions: Conditions, day: date) -> None:
        self._table, self._conditions, self._day = table, conditions, day

    def ways(self, trigger: str, sources: Sequence[str], way: _Way) -> ibis.Table:
        """The rows that stand in one of the stages, with what becomes of the trigger there."""
        held, nowhere = self._table["on_hold"], ibis.null("string")
        branches = [(held, nowhere)]
        cleared: dict[str, list[ibis.Value]] = {}
        for arc in way:
            own = _in_force(arc.requirements, self._day)
            reasons = _asked_by_reasons(arc, self._day)
            free = self._any_met(reasons.values())
            for each in own:
                cleared.setdefault(each.code, []).append(self._met([each]))
            for each in (each for every in reasons.values() for each in every):
                cleared.setdefault(each.code, []).append(free | self._met([each]))
            target = ibis.literal(arc.target)
            open_to = ibis.ifelse(free, target, nowhere) if reasons else target
            branches.append((self._met(own), open_to))
        told = (
            ibis.ifelse(reduce(and_, conditions), "", f" {code}")
            for code, conditions in cleared.items()
        )
        codes = reduce(add, told, ibis.ifelse(held, f" {HELD}", ""))
        return self._answer(sources, trigger, ibis.cases(*branches), codes)

    def nothing(self) -> ibis.Table:
        """No rows, of the columns of an answer."""
        return self._answer([], "", ibis.null("string"), ibis.literal(""))

    def _answer(
        self, sources: Sequence[str], trigger: str, target: ibis.Value, codes: ibis.Value
    ) -> ibis.Table:
        own = self._table["id"], self._table["stage"]
        there = self._table["stage"].isin(sources) if sources else ibis.literal(False)
        found = self._table.filter(there).select(
            *own, trigger=ibis.literal(trigger), target=target, blockers=codes
        )
        moves = found["target"].notnull()
        return found.select(
            "id",
            "stage",
            "trigger",
            "target",
            movable=moves,
            blockers=ibis.ifelse(moves, "", found["blockers"].substr(1)),
        )

    def _any_met(self, every: Collection[Sequence[Requirement]]) -> ibis.Value:
        """Whether those of one of them are met; also where there are none at all."""
        return reduce(or_, map(self._met, every)) if every else ibis.literal(True)

    def _met(self, requirements: Sequence[Requirement]) -> ibis.Value:
        """Whether all of them are met."""
        if not requirements:
            return ibis.literal(True)
        return reduce(and_, (self._conditions.condition(each.condition) for each in requirements))

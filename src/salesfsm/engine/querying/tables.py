"""A table of opportunities made from opportunities, for the queries of ``movable``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

import ibis
import pyarrow
from ibis.expr import datatypes

from salesfsm.engine.making import Compiled
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.querying.columns import (
    attempts_column,
    done_column,
    fact_column,
    schema_of,
    until_column,
)
from salesfsm.engine.querying.literals import EPOCH_DAY, MICROSECOND, microseconds
from salesfsm.engine.refusals import refuse_opportunity, refuse_process
from salesfsm.process.process import Process
from salesfsm.rules.values import Money
from salesfsm.rules.vocabulary import Vocabulary

Cell = bool | int | float | Decimal | str | date | datetime | None
_Reader = Callable[[Opportunity], object]


def opportunity_table(
    engine: Compiled, opportunities: Iterable[Opportunity], dialect: str = "duckdb"
) -> ibis.Table:
    """The opportunities as a table in memory, in the form that databases of ``dialect`` hold.

    ``connection.create_table(name, obj=table)`` puts it into a database of Ibis; Spark takes it as
    ``session.createDataFrame(table.to_pyarrow())``. Raises
    :class:`~salesfsm.errors.ProcessMismatchError` for an opportunity of another process or version.
    """
    return table_of(engine.process.vocabulary, _checked(engine.process, opportunities), dialect)


def _checked(process: Process, opportunities: Iterable[Opportunity]) -> Iterator[Opportunity]:
    for deal in opportunities:
        if not isinstance(deal, Opportunity):
            refuse_opportunity(deal)
        if (deal.process, deal.version) != (process.name, process.version):
            refuse_process(process, deal)
        yield deal


def table_of(words: Vocabulary, opportunities: Iterable[Opportunity], dialect: str) -> ibis.Table:
    """The table of opportunities whose rules use these words."""
    schema = schema_of(words, dialect)
    readers = _readers(words)
    columns: dict[str, list[Cell]] = {name: [] for name in schema.names}
    for deal in opportunities:
        for name, cells in columns.items():
            cells.append(_cell(readers[name](deal), schema[name]))
    return ibis.memtable(pyarrow.table(columns, schema=schema.to_pyarrow()))


def _readers(words: Vocabulary) -> Mapping[str, _Reader]:
    """What each column holds of an opportunity."""
    own = ("id", "stage", "entered_at", "active_at", "buyer", "owner", "team", "lost_reason")
    readers: dict[str, _Reader] = {name: _attribute(name) for name in (*own, "stopped_in")}
    readers["on_hold"] = lambda deal: deal.hold is not None
    readers["attempts"] = lambda deal: sum(deal.attempts.values())
    readers |= {attempts_column(name): _attempts(name) for name in words.activities}
    readers |= {fact_column(name): _fact(name) for name in words.facts}
    readers |= {until_column(name): _until(name) for name in words.milestones}
    return readers | {done_column(name): _done(name) for name in words.tasks}


def _attribute(name: str) -> _Reader:
    return lambda deal: getattr(deal, name)


def _attempts(activity: str) -> _Reader:
    return lambda deal: deal.attempts.get(activity, 0)


def _fact(name: str) -> _Reader:
    return lambda deal: deal.facts.get(name)


def _until(milestone: str) -> _Reader:
    def until(deal: Opportunity) -> datetime | None:
        pieces = deal.evidence.get(milestone)
        return pieces[0].until if pieces else None

    return until


def _done(task: str) -> _Reader:
    return lambda deal: task in deal.tasks


def _cell(value: object, kind: datatypes.DataType) -> Cell:
    """A value in the form of its column."""
    match value:
        case Money(amount):
            return _cell(amount, kind)
        case Decimal() if kind.is_floating():
            return float(value)
        case datetime():
            return microseconds(value) if kind.is_integer() else value.replace(tzinfo=None)
        case date():
            return (value - EPOCH_DAY).days if kind.is_integer() else value
        case timedelta():
            return value // MICROSECOND
        case None | bool() | int() | Decimal() | str():
            return value
    raise TypeError(f"no value of a fact: {value!r}")

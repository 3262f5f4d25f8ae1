"""The columns of a table of opportunities: one row each, facts and evidence as typed columns."""

from __future__ import annotations

from collections.abc import Iterable

import ibis
from ibis.expr import datatypes

from salesfsm.errors import CommandError, ValueTypeError, shorten, unknown_name
from salesfsm.process.process import Process
from salesfsm.rules.types import Kind
from salesfsm.rules.values import DECIMAL_PLACES
from salesfsm.rules.vocabulary import Vocabulary

DIALECTS = ("duckdb", "postgres", "sqlite", "pyspark")
"""Those that are tested to give the verdicts of the engine, by their names in Ibis."""

PLAIN = ("sqlite",)
"""Those that know neither decimals nor times: decimals are floats there, and times are counted."""

_LONGEST_NAME = 63
"""Bytes of a name that PostgreSQL keeps; what is longer it cuts off without a word."""

DIGITS = 18 + DECIMAL_PLACES
AMOUNT = f"decimal({DIGITS}, {DECIMAL_PLACES})"

_EXACT = {
    Kind.BOOL: "boolean",
    Kind.INTEGER: "int64",
    Kind.DECIMAL: AMOUNT,
    Kind.MONEY: AMOUNT,
    Kind.TEXT: "string",
    Kind.CHOICE: "string",
    Kind.DATE: "date",
    Kind.DATETIME: "timestamp(6)",
    Kind.DURATION: "int64",
}
_PLAIN = _EXACT | {
    Kind.DECIMAL: "float64",
    Kind.MONEY: "float64",
    Kind.DATE: "int64",
    Kind.DATETIME: "int64",
}


def fact_column(fact: str) -> str:
    """The column that holds a fact; money is its amount in the currency of the fact."""
    return f"fact_{fact}"


def until_column(milestone: str) -> str:
    """The column that holds until when a milestone is proven; null where it never was."""
    return f"until_{milestone}"


def done_column(task: str) -> str:
    """The column that says whether a task is completed."""
    return f"done_{task}"


def attempts_column(activity: str) -> str:
    """The column that counts the unanswered activities of a kind, or (empty) of all kinds."""
    return f"attempts_{activity}" if activity else "attempts"


def known_dialect(dialect: str) -> str:
    """``dialect``; raises :class:`CommandError` for one in which rules are not known to agree."""
    if dialect not in DIALECTS:
        raise CommandError(unknown_name("dialect", dialect, DIALECTS))
    return dialect


def opportunity_schema(process: Process, dialect: str = "duckdb") -> ibis.Schema:
    """The columns of a table of opportunities of ``process``, with their types in ``dialect``.

    Times are in UTC, without a zone; lengths of time are whole microseconds. ``sqlite`` has no
    decimals and no times: amounts are floats there, dates are days and times are microseconds since
    1970. Raises :class:`CommandError` for an unknown dialect.
    """
    return schema_of(process.vocabulary, dialect)


def schema_of(words: Vocabulary, dialect: str) -> ibis.Schema:
    """The columns for all that rules with these words can ask."""
    kinds = _PLAIN if known_dialect(dialect) in PLAIN else _EXACT
    moment = kinds[Kind.DATETIME]
    columns = {"id": "string", "stage": "string", "entered_at": moment, "active_at": moment}
    columns |= {"on_hold": "boolean", "buyer": "string", "owner": "string", "team": "string"}
    columns |= {"lost_reason": "string", "stopped_in": "string", "attempts": "int64"}
    columns |= {attempts_column(activity): "int64" for activity in words.activities}
    columns |= {fact_column(name): kinds[kind.kind] for name, kind in words.facts.items()}
    columns |= {until_column(milestone): moment for milestone in words.milestones}
    columns |= {done_column(task): "boolean" for task in words.tasks}
    _refuse_mistakable(columns, dialect)
    return ibis.schema(columns)


def unbound_table(process: Process, name: str, dialect: str) -> ibis.Table:
    """A table of that name in no database, with the columns of :func:`opportunity_schema`."""
    return ibis.table(opportunity_schema(process, dialect), name=name)


def sql_of(query: ibis.Table, dialect: str) -> str:
    """A query as text."""
    return str(ibis.to_sql(query, dialect=dialect))


def dialect_of(table: ibis.Table) -> str:
    """The dialect of the database that holds ``table``; DuckDB for one in memory."""
    if not isinstance(table, ibis.Table):
        raise ValueTypeError(
            f"movable takes a table of Ibis, not {shorten(repr(table))}: "
            "opportunity_table(engine, opportunities) makes one"
        )
    return known_dialect(table.get_backend().name)


def check_columns(
    table: ibis.Table, asked: Iterable[tuple[str, Kind | None]], dialect: str
) -> None:
    """Raise :class:`CommandError` for columns that a query asks and that cannot answer.

    A column with no kind may be of any type.
    """
    schema = table.schema()
    kinds = dict(asked)
    _refuse_mistakable(kinds, dialect)
    missing = {name: kind for name, kind in kinds.items() if name not in schema}
    unfit = {
        name: _EXACT[kind]
        for name, kind in kinds.items()
        if kind and name in schema and not _fits(schema[name], kind)
    }
    problems = [
        f"{name} ({_EXACT[kind] if kind else 'any type'}) is missing"
        for name, kind in missing.items()
    ]
    problems += [
        f"{name} is {schema[name]}, where {kind} is needed" for name, kind in unfit.items()
    ]
    if problems:
        mend = f"table.cast({unfit}) makes another type of a column, and " if unfit else ""
        raise CommandError(
            f"the table cannot be asked: {'; '.join(problems)}. {mend}"
            "opportunity_schema(process) names all columns with their types"
        )


def _refuse_mistakable(names: Iterable[str], dialect: str) -> None:
    """Raise for columns that the database would take for one another."""
    seen: dict[str, str] = {}
    for name in names:
        if dialect == "postgres":
            if len(name.encode()) > _LONGEST_NAME:
                raise CommandError(
                    f"{name} is longer than the {_LONGEST_NAME} bytes that a column of postgres is "
                    "named by: ask another database, or give it a shorter name in the process"
                )
        elif (other := seen.setdefault(name.casefold(), name)) != name:
            raise CommandError(
                f"{dialect} does not tell {name} from {other}: ask postgres, or rename one of them "
                "in the process"
            )


def _fits(found: datatypes.DataType, kind: Kind) -> bool:
    match kind:
        case Kind.BOOL:
            allowed = found.is_boolean()
        case Kind.INTEGER | Kind.DURATION:
            allowed = _is_whole(found)
        case Kind.DECIMAL | Kind.MONEY:
            allowed = found.is_numeric()
        case Kind.TEXT | Kind.CHOICE:
            allowed = found.is_string()
        case Kind.DATE:
            allowed = found.is_date() or _is_whole(found)
        case Kind.DATETIME:
            allowed = _is_whole(found) or (found.is_timestamp() and found.timezone is None)
    return bool(allowed)


def _is_whole(found: datatypes.DataType) -> bool:
    """Whether a column holds whole numbers, none of them beyond those of 64 bits with a sign."""
    return bool(found.is_integer() and not found.is_uint64())

"""What the columns of a table of opportunities are named and typed, in each dialect."""

from __future__ import annotations

import ibis
import pyarrow
import pytest
from moves_in_sql import named

import salesfsm as sf
from sales.b2b import NOW
from salesfsm.engine.querying.columns import opportunity_schema

ASKING = """\
salesfsm: 1
process: asking
currency: EUR
facts: {calm: bool, seats: integer, ratio: decimal, budget: money, need: text,
  authority: {type: choice, options: [user, buyer]}, met_on: date, called_at: datetime,
  effort: duration}
activities: [call]
buyer: {milestones: [{name: agreed, accepts: [email]}]}
stages: [talks, {name: offer, tasks: [meet]}, {name: won, outcome: won}]
transitions: [{trigger: win, source: talks, target: won, when: calm}]
"""

OWN = {
    "id": "string", "stage": "string", "on_hold": "boolean", "buyer": "string", "owner": "string",
    "team": "string", "lost_reason": "string", "stopped_in": "string", "attempts": "int64",
    "attempts_call": "int64", "fact_calm": "boolean", "fact_seats": "int64",
    "fact_need": "string", "fact_authority": "string", "fact_effort": "int64",
    "done_meet": "boolean",
}  # fmt: skip
OF_TIME = ("entered_at", "active_at", "until_agreed", "fact_called_at")
OF_AMOUNT = ("fact_ratio", "fact_budget")


def asking(rule: str = "calm") -> sf.Engine:
    return sf.Engine(sf.loads(ASKING.replace("when: calm", f"when: {rule}")))


@pytest.mark.parametrize(
    ("dialect", "amount", "time", "day"),
    [
        ("duckdb", "decimal(30, 12)", "timestamp(6)", "date"),
        ("postgres", "decimal(30, 12)", "timestamp(6)", "date"),
        ("pyspark", "decimal(30, 12)", "timestamp(6)", "date"),
        ("sqlite", "float64", "int64", "int64"),
    ],
)
def test_the_columns_of_each_dialect(dialect: str, amount: str, time: str, day: str) -> None:
    schema = opportunity_schema(asking().process, dialect)
    assert dict(schema) == dict(
        ibis.schema(
            OWN
            | dict.fromkeys(OF_TIME, time)
            | dict.fromkeys(OF_AMOUNT, amount)
            | {"fact_met_on": day}
        )
    )


def test_duckdb_and_a_table_of_opportunities_are_meant_where_nothing_is_said() -> None:
    engine = asking()
    assert opportunity_schema(engine.process) == opportunity_schema(engine.process, "duckdb")
    assert engine.sql("win", at=NOW) == engine.sql("win", "duckdb", table="opportunities", at=NOW)
    assert 'FROM "opportunities"' in engine.sql("win", at=NOW)
    assert 'FROM "deals"' in engine.sql("win", table="deals", at=NOW)


@pytest.mark.parametrize(
    ("dialect", "told"),
    [
        ("duckdb", '"fact_called_at" > MAKE_TIMESTAMP(2026, 3, 2, 9, 0, 0.0)'),
        ("postgres", "\"fact_called_at\" > CAST('2026-03-02T09:00:00' AS TIMESTAMP)"),
        ("sqlite", '"fact_called_at" > 1772442000000000'),
        ("pyspark", "`fact_called_at` > CAST('2026-03-02T09:00:00' AS TIMESTAMP)"),
    ],
)
def test_the_text_is_in_the_dialect_that_was_asked_for(dialect: str, told: str) -> None:
    assert told in asking("called_at > now").sql("win", dialect, at=NOW)


def test_postgres_keeps_sixty_three_bytes_of_a_name() -> None:
    name = "n" * 58
    assert f'"fact_{name}"' in named(name).sql("win", "postgres")
    with pytest.raises(sf.CommandError) as raised:
        named(name + "s").sql("win", "postgres")
    assert str(raised.value) == (
        f"fact_{name}s is longer than the 63 bytes that a column of postgres is named by: ask "
        "another database, or give it a shorter name in the process"
    )


def test_postgres_tells_capitals_apart_and_the_others_say_what_to_rename() -> None:
    engine = named("need", "Need")
    assert '"fact_Need"' in engine.sql("win", "postgres")
    for dialect in ("duckdb", "sqlite", "pyspark"):
        with pytest.raises(sf.CommandError) as raised:
            engine.sql("win", dialect)
        assert str(raised.value) == (
            f"{dialect} does not tell fact_Need from fact_need: ask postgres, or rename one of "
            "them in the process"
        )


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (
            {"id": ["a"], "stage": ["talks"], "fact_calm": [True]},
            "on_hold (boolean) is missing. ",
        ),
        (
            {"stage": ["talks"], "on_hold": [1], "fact_calm": [True]},
            "id (any type) is missing; on_hold is int64, where boolean is needed. "
            "table.cast({'on_hold': 'boolean'}) makes another type of a column, and ",
        ),
    ],
)
def test_a_table_that_cannot_answer_is_told_what_it_lacks_and_how_to_mend_it(
    columns: dict[str, list[object]], told: str
) -> None:
    with pytest.raises(sf.CommandError) as raised:
        asking().movable(ibis.memtable(pyarrow.table(columns)), at=NOW)
    assert str(raised.value) == (
        f"the table cannot be asked: {told}"
        "opportunity_schema(process) names all columns with their types"
    )


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("calm", "fact_calm (boolean)"),
        ("met_on > today", "fact_met_on (date)"),
        ("called_at > now", "fact_called_at (timestamp(6))"),
        ("done(meet)", "done_meet (boolean)"),
        ("proven(agreed)", "until_agreed (timestamp(6))"),
        ("attempts(call) > 1", "attempts_call (int64)"),
        ("attempts() > 1", "attempts (int64)"),
        ("days_in_stage > 1", "entered_at (timestamp(6))"),
        ("days_since_activity > 1", "active_at (timestamp(6))"),
        ("owner == 'anna'", "owner (string)"),
    ],
)
def test_a_rule_asks_one_column_and_tells_which(rule: str, column: str) -> None:
    rows = {"id": ["a"], "stage": ["talks"], "on_hold": [False]}
    with pytest.raises(sf.CommandError) as raised:
        asking(rule).movable(ibis.memtable(pyarrow.table(rows)), at=NOW)
    assert str(raised.value) == (
        f"the table cannot be asked: {column} is missing. "
        "opportunity_schema(process) names all columns with their types"
    )


@pytest.mark.parametrize(
    ("rule", "column", "movable"),
    [
        ("done(meet)", {"done_meet": [True, False, None]}, {"a"}),
        ("not done(meet)", {"done_meet": [True, False, None]}, {"b", "c"}),
        ("attempts(call) >= 1", {"attempts_call": [1, 0, None]}, {"a"}),
        ("attempts(call) == 0", {"attempts_call": [1, 0, None]}, {"b", "c"}),
    ],
)
def test_a_cell_without_a_value_is_a_task_not_done_and_no_attempt(
    rule: str, column: dict[str, list[object]], movable: set[str]
) -> None:
    rows = {"id": ["a", "b", "c"], "stage": ["talks"] * 3, "on_hold": [False] * 3}
    table = ibis.memtable(pyarrow.table({**rows, **column}))
    found = asking(rule).movable(table, at=NOW).to_pyarrow().to_pylist()
    assert {row["id"] for row in found if row["movable"]} == movable

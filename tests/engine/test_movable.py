"""Many opportunities asked at once: the answers of the database are those of the engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta

import ibis
import pyarrow
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from moves_in_sql import (
    ABOUT_NARROW_NUMBERS,
    AT,
    asking_numbers,
    fetched,
    named,
    narrow_numbers,
    pipelines,
    reasons_of,
    told_by,
    told_in_sql,
)

import salesfsm as sf
from sales.b2b import NOW, b2b
from salesfsm import library
from salesfsm.engine.querying.tables import opportunity_table

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # by Ibis


@settings(
    max_examples=1 + settings.default.max_examples // 20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(pipeline=pipelines())
def test_the_database_answers_as_the_engine_does(
    database: ibis.BaseBackend, pipeline: tuple[sf.Engine, list[sf.Opportunity]]
) -> None:
    engine, deals = pipeline
    assume(database.name != "postgres" or "\\x00" not in repr(deals))  # its texts hold no NUL
    answers = told_in_sql(database, engine, deals)
    assert len(answers) == len(set(answers))
    assert set(answers) == {answer for deal in deals for answer in told_by(engine, deal)}


@pytest.mark.parametrize("name", library.names())
def test_sqlite_reads_the_query_of_all_triggers_of_a_process_however_large(name: str) -> None:
    engine = sf.Engine(sf.load(f"library:{name}"))
    deals = [
        engine.adopt(stage, stage, at=NOW, reason=reasons_of(engine.process, stage)[0]).unwrap()
        for stage in engine.process.stage_by_name
    ]
    database = ibis.sqlite.connect()
    table = database.create_table("deals", obj=opportunity_table(engine, deals, "sqlite"))
    rows = database.raw_sql(ibis.to_sql(engine.movable(table, at=AT), dialect="sqlite")).fetchall()
    answers = {
        (deal, trigger, target, bool(movable), frozenset(blockers.split()))
        for deal, _, trigger, target, movable, blockers in rows
    }
    assert answers == {answer for deal in deals for answer in told_by(engine, deal)}
    database.disconnect()


@pytest.fixture(scope="module")
def b2b_engine() -> sf.Engine:
    return sf.Engine(b2b())


def test_a_table_of_a_crm_may_have_narrower_types_and_only_what_is_asked() -> None:
    process = sf.Process(
        process="small",
        currency="EUR",
        facts={"budget": sf.Fact(type="money"), "need": sf.Fact(type="text")},
        stages=[sf.Stage(name="talks"), sf.Stage(name="won", outcome="won")],
        transitions=[
            sf.Transition(trigger="win", source="talks", target="won", when="budget >= 10.5")
        ],
    )
    rows = {"id": ["a", "b", "c"], "stage": ["talks"] * 3, "on_hold": [None, True, False]}
    table = ibis.memtable(pyarrow.table({**rows, "fact_budget": [10.5, 11.0, 10.4]}))
    assert fetched(sf.Engine(process).movable(table, at=NOW)) == [
        {"id": "a", "stage": "talks", "trigger": "win", "target": "won", "movable": True,
         "blockers": ""},
        {"id": "b", "stage": "talks", "trigger": "win", "target": None, "movable": False,
         "blockers": "held"},
        {"id": "c", "stage": "talks", "trigger": "win", "target": None, "movable": False,
         "blockers": "budget"},
    ]  # fmt: skip


@pytest.mark.parametrize(("rule", "met"), ABOUT_NARROW_NUMBERS)
def test_narrow_numbers_do_not_overflow_and_floats_are_the_decimals_that_they_stand_for(
    numbers: ibis.BaseBackend, rule: str, met: list[bool]
) -> None:
    answers = asking_numbers(rule).movable(numbers.table("numbers"), at=NOW)
    assert [row["movable"] for row in fetched(answers)] == met


@pytest.fixture(scope="module", params=["duckdb", "postgres"])
def numbers(request: pytest.FixtureRequest) -> Iterator[ibis.BaseBackend]:
    """A database with numbers of narrow types, among them those that are none."""
    if request.param == "postgres":
        connection = ibis.connect(request.getfixturevalue("postgresql_server"))
    else:
        connection = ibis.duckdb.connect()
    connection.create_table("numbers", obj=narrow_numbers(), temp=True)
    yield connection
    connection.disconnect()


def test_whole_numbers_of_64_bits_without_a_sign_are_refused(b2b_engine: sf.Engine) -> None:
    table = opportunity_table(b2b_engine, []).mutate(attempts=ibis.null("uint64"))
    engine = sf.Engine(
        sf.Process(
            process="asking",
            stages=[sf.Stage(name="talks"), sf.Stage(name="won", outcome="won")],
            transitions=[
                sf.Transition(trigger="win", source="talks", target="won", when="attempts() > 2")
            ],
        )
    )
    with pytest.raises(sf.CommandError, match="attempts is uint64, where int64 is needed"):
        engine.movable(table, at=NOW)


def test_rows_in_stages_that_the_process_does_not_have_are_left_out(b2b_engine: sf.Engine) -> None:
    deal = b2b_engine.open("D1", at=NOW).unwrap()
    table = opportunity_table(b2b_engine, [deal]).mutate(stage=ibis.literal("elsewhere"))
    assert fetched(b2b_engine.movable(table, at=NOW)) == []


def test_no_triggers_are_no_rows(b2b_engine: sf.Engine) -> None:
    table = opportunity_table(b2b_engine, [b2b_engine.open("D1", at=NOW).unwrap()])
    assert fetched(b2b_engine.movable(table, triggers=[], at=NOW)) == []


def test_the_clock_of_the_engine_is_asked_where_no_time_is_given() -> None:
    process = b2b()
    engine = sf.Engine(process, clock=lambda: NOW)
    assert engine.sql("qualify") == sf.Engine(process).sql("qualify", at=NOW)


def test_columns_that_are_missing_or_of_another_type_are_told_all_at_once(
    b2b_engine: sf.Engine,
) -> None:
    table = opportunity_table(b2b_engine, []).drop("fact_need", "on_hold")
    table = table.mutate(fact_decide_by=ibis.literal("soon"))
    with pytest.raises(sf.CommandError) as raised:
        b2b_engine.movable(table, triggers=["qualify"], at=NOW)
    told = str(raised.value)
    assert "fact_need (string) is missing" in told
    assert "on_hold (boolean) is missing" in told
    assert "fact_decide_by is string, where date is needed" in told
    assert "table.cast({'fact_decide_by': 'date'})" in told


@pytest.mark.parametrize(
    ("facts", "dialect", "told"),
    [
        (("need", "Need"), "duckdb", "duckdb does not tell fact_Need from fact_need"),
        (("need", "Need"), "sqlite", "sqlite does not tell fact_Need from fact_need"),
        (("n" * 60,), "postgres", f"fact_{'n' * 60} is longer than the 63 bytes"),
        (("need", "Need"), "postgres", None),
        (("n" * 60,), "duckdb", None),
    ],
)
def test_names_that_a_database_does_not_tell_apart_are_refused(
    facts: tuple[str, ...], dialect: str, told: str | None
) -> None:
    engine = named(*facts)
    rows = {"id": ["a"], "stage": ["talks"], "on_hold": [False], "fact_need": [True]}
    table = ibis.memtable(pyarrow.table(rows))
    if told is None:
        assert all(f"fact_{fact}" in engine.sql("win", dialect) for fact in facts)
        return
    with pytest.raises(sf.CommandError, match=told):
        engine.sql("win", dialect)
    with pytest.raises(sf.CommandError, match=told):
        opportunity_table(engine, [], dialect)
    if dialect == "duckdb":
        with pytest.raises(sf.CommandError, match=told):
            engine.movable(table.mutate(fact_Need=False), at=NOW)


def test_the_ids_of_a_crm_may_be_numbers(b2b_engine: sf.Engine) -> None:
    table = opportunity_table(b2b_engine, [b2b_engine.open("17", at=NOW).unwrap()])
    (row,) = fetched(
        b2b_engine.movable(table.mutate(id=table["id"].cast("int64")), triggers=["qualify"], at=NOW)
    )
    assert row["id"] == 17


def test_times_with_a_zone_are_refused(b2b_engine: sf.Engine) -> None:
    table = opportunity_table(b2b_engine, [])
    zoned = table.mutate(until_reason_to_act=table["until_reason_to_act"].cast("timestamp('UTC')"))
    with pytest.raises(sf.CommandError, match="until_reason_to_act is timestamp"):
        b2b_engine.movable(zoned, triggers=["qualify"], at=NOW)


def test_unknown_triggers_dialects_and_tables_are_errors(b2b_engine: sf.Engine) -> None:
    with pytest.raises(sf.UnknownNameError, match="did you mean 'qualify'"):
        b2b_engine.sql("qualfy")
    with pytest.raises(sf.CommandError, match="unknown dialect 'mysql'"):
        b2b_engine.sql("qualify", "mysql")
    with pytest.raises(sf.CommandError, match="did you mean 'pyspark'"):
        b2b_engine.sql("qualify", "spark")
    with pytest.raises(sf.ValueTypeError, match="opportunity_table"):
        b2b_engine.movable([], at=NOW)  # type: ignore[arg-type]
    with pytest.raises(sf.ValueTypeError, match="such as \\['qualify'\\]"):
        b2b_engine.movable(opportunity_table(b2b_engine, []), triggers="qualify", at=NOW)
    with pytest.raises(sf.CommandError, match="opaque"):
        b2b_engine.sql("qualify", opaque="skip")  # type: ignore[arg-type]


def test_an_opportunity_of_another_version_is_refused(b2b_engine: sf.Engine) -> None:
    deal = b2b_engine.open("D1", at=NOW).unwrap()
    other = sf.Engine(b2b_engine.process.model_copy(update={"version": "2027"}))
    with pytest.raises(sf.ProcessMismatchError):
        opportunity_table(other, [deal])


def test_a_predicate_is_refused_or_taken_as_unknown() -> None:
    process = sf.Process(
        process="asking",
        predicates={"is_friendly": "They like us."},
        stages=[sf.Stage(name="talks"), sf.Stage(name="won", outcome="won")],
        transitions=[
            sf.Transition(trigger="win", source="talks", target="won", when="is_friendly()")
        ],
    )
    engine = sf.Engine(process, predicates={"is_friendly": lambda deal, at: True})
    table = opportunity_table(engine, [engine.open("D1", at=NOW).unwrap()])
    with pytest.raises(sf.CommandError, match=r"is_friendly\(\)"):
        engine.movable(table, at=NOW)
    (row,) = fetched(engine.movable(table, at=NOW, opaque="unknown"))
    assert (row["movable"], row["blockers"]) == (False, "is_friendly")


def test_an_engine_is_made_without_the_packages_of_queries() -> None:
    code = "import sys, salesfsm; salesfsm.Engine; print({'ibis', 'duckdb'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_without_the_packages_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("salesfsm.engine.querying")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "ibis", None)
    with pytest.raises(sf.MissingExtraError, match=r"salesfsm\[analytics\]"):
        sf.Engine(b2b()).sql("qualify")


FORKED = """\
salesfsm: 1
process: forked
currency: EUR
facts: {budget: money, score: integer, calm: bool}
stages:
  - name: talks
    exit:
      - {rule: score > 5, level: warn}
      - {rule: score > 7, code: late, since: 2026-04-01}
  - {name: small}
  - {name: large}
  - {name: lost, outcome: lost,
     reasons: [{name: price, when: known(budget)}, {name: mood, when: calm}]}
transitions:
  - {trigger: go, source: talks, target: large, when: budget >= 1000}
  - {trigger: go, source: talks, target: small, when: {rule: budget < 500, code: low}}
  - trigger: lose
    source: open
    target: lost
    when: {rule: not known(score) or score != 3, code: three}
"""


@pytest.mark.parametrize(
    ("facts", "day", "go", "lose"),
    [
        ({"budget": 1000}, 1, ("large", ""), ("lost", "")),
        ({"budget": 400, "score": 1}, 1, ("small", ""), ("lost", "")),
        ({"budget": 600}, 1, (None, "budget low"), ("lost", "")),
        ({"budget": 400, "score": 7}, 35, (None, "late budget"), ("lost", "")),
        ({"budget": 400, "score": 8}, 35, ("small", ""), ("lost", "")),
        ({}, 1, (None, "budget low"), (None, "budget calm")),
        ({"budget": 400, "score": 3}, 1, ("small", ""), (None, "three")),
        ({"calm": True}, 1, (None, "budget low"), ("lost", "")),
    ],
)
def test_forks_dates_levels_and_reasons_count_as_they_do_in_the_engine(
    facts: dict[str, object], day: int, go: tuple[str | None, str], lose: tuple[str | None, str]
) -> None:
    engine = sf.Engine(sf.loads(FORKED))
    deal = engine.open("D1", at=NOW, facts=facts).unwrap()
    answers = engine.movable(opportunity_table(engine, [deal]), at=NOW + timedelta(days=day))
    assert [(row["target"], row["blockers"]) for row in fetched(answers)] == [go, lose]

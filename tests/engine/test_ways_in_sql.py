"""Which ways a query asks: by stage, by reason of losing, and from the day on that a rule holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from moves_in_sql import Answer, fetched, told_by

import salesfsm as sf
from sales.b2b import NOW
from salesfsm.engine.querying.tables import opportunity_table

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # by Ibis

DAY = timedelta(days=1)


def engine_of(text: str) -> sf.Engine:
    return sf.Engine(sf.loads("salesfsm: 1\nprocess: ways\n" + text))


def told(engine: sf.Engine, deals: list[sf.Opportunity], at: datetime = NOW) -> set[Answer]:
    rows = fetched(engine.movable(opportunity_table(engine, deals), at=at))
    return {
        (row["id"], row["trigger"], row["target"], row["movable"],
         frozenset(row["blockers"].split()))
        for row in rows
    }  # fmt: skip


FORKED = """\
facts: {budget: integer, calm: bool, urgent: bool}
stages: [first, second, third, small, large]
transitions:
  - {trigger: go, source: [first, second], target: large, when: budget >= 1000}
  - {trigger: go, source: [first, second], target: small, when: calm}
  - {trigger: go, source: third, target: large, when: urgent}
  - {trigger: go, source: third, target: small, when: calm}
"""


@pytest.mark.parametrize("facts", [{"budget": 2000}, {"urgent": True}, {"calm": True}, {}])
def test_each_stage_asks_what_its_own_ways_ask(facts: dict[str, object]) -> None:
    engine = engine_of(FORKED)
    deals = [
        engine.adopt(stage, stage, at=NOW, facts=facts).unwrap()
        for stage in ("first", "second", "third")
    ]
    assert told(engine, deals) == {each for deal in deals for each in told_by(engine, deal, NOW)}


def test_stages_that_ask_the_same_are_asked_at_once() -> None:
    text = engine_of(FORKED).sql("go", at=NOW)
    assert text.count("'first'") == text.count("'second'") == text.count("'third'") == 1
    assert text.count("UNION") == 1
    assert "'first', 'second'" in text


REASONS = """\
facts: {budget: integer, calm: bool}
stages: [talks, {name: lost, outcome: lost, reasons: [%s]}]
transitions: [{trigger: lose, source: talks, target: lost}]
"""
PRICE, MOOD = "{name: price, when: known(budget)}", "{name: mood, when: calm}"
LATER = "{name: later, when: {rule: calm, since: 2026-03-10}}"


@pytest.mark.parametrize(
    ("reasons", "facts", "days", "target", "codes"),
    [
        (f"{PRICE}, {MOOD}", {}, 0, None, "budget calm"),
        (f"{PRICE}, {MOOD}", {"calm": True}, 0, "lost", ""),
        (f"{PRICE}, silent", {}, 0, "lost", ""),
        (f"{PRICE}, {LATER}", {}, 0, "lost", ""),
        (f"{PRICE}, {LATER}", {}, 30, None, "budget calm"),
        (f"{PRICE}, {LATER}", {"budget": 5}, 30, "lost", ""),
    ],
)
def test_it_is_lost_for_a_reason_that_may_be_given(
    reasons: str, facts: dict[str, object], days: int, target: str | None, codes: str
) -> None:
    engine = engine_of(REASONS % reasons)
    at = NOW + days * DAY
    deal = engine.open("D1", at=NOW, facts=facts).unwrap()
    found = ("D1", "lose", target, target is not None, frozenset(codes.split()))
    assert told(engine, [deal], at) == {found} == set(told_by(engine, deal, at))


@pytest.mark.parametrize(("days", "may"), [(-1, True), (0, False), (1, False)])
def test_a_rule_is_asked_from_its_day_on(days: int, may: bool) -> None:
    first = NOW.date()
    engine = engine_of(
        "facts: {calm: bool}\nstages: [a, b]\ntransitions:\n"
        f"  - {{trigger: go, source: a, target: b, when: {{rule: calm, since: {first}}}}}\n"
    )
    deal = engine.open("D1", at=NOW - 2 * DAY).unwrap()
    ((_, _, _, movable, _),) = told(engine, [deal], NOW + days * DAY)
    assert movable is may


def test_a_deal_that_is_held_may_not_move_by_whatever_rule() -> None:
    engine = engine_of("stages: [a, b]\ntransitions: [{trigger: go, source: a, target: b}]")
    deal = engine.open("D1", at=NOW).unwrap()
    held = engine.hold(deal, at=NOW).unwrap()
    assert told(engine, [deal]) == {("D1", "go", "b", True, frozenset())}
    assert told(engine, [held]) == {("D1", "go", None, False, frozenset({"held"}))}


def test_an_answer_of_no_rows_has_the_columns_of_any_other() -> None:
    engine = engine_of(FORKED)
    table = opportunity_table(engine, [engine.open("D1", at=NOW).unwrap()])
    nothing, every = engine.movable(table, triggers=[], at=NOW), engine.movable(table, at=NOW)
    assert list(nothing.to_pyarrow().to_pylist()) == []
    assert dict(nothing.schema()) == dict(every.schema())


def test_a_trigger_that_the_process_lacks_is_told_with_those_it_has() -> None:
    with pytest.raises(sf.UnknownNameError) as raised:
        engine_of(FORKED).sql("run", at=NOW)
    assert (raised.value.kind, raised.value.name, raised.value.known) == ("trigger", "run", ("go",))
    assert str(raised.value) == "unknown trigger 'run' in ways (known: go)"


def test_only_opportunities_make_a_table() -> None:
    with pytest.raises(sf.ValueTypeError, match="'D1'"):
        opportunity_table(engine_of(FORKED), ["D1"])  # type: ignore[list-item]

"""A replay accounts for every change, and never refuses the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import salesfsm as sf
from salesfsm.analytics.replay import PROGRESS_STEP, Replay, replay_history
from salesfsm.engine.events import Moved, Placed
from salesfsm.errors import HistoryError
from salesfsm.formats.history import Change, History
from salesfsm.formats.history.records import in_order

PROCESS = """
salesfsm: 1
process: small
currency: EUR
facts:
  amount: {type: money, minimum: 1}
  size: {type: choice, options: [small, large]}
  close: date
stages:                    #            +-- size = small --> quick --+
  - name: first            # first -----+                            +--> won   (any open) --> lost
    exit: known(amount)    #            +-- else ----------> full ---+
  - {name: quick}
  - {name: full}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, silent]}
transitions:
  - {trigger: go, source: first, target: quick, when: size == "small"}
  - {trigger: go, source: first, target: full}
  - {trigger: win, source: [quick, full], target: won}
  - {trigger: lose, source: open, target: lost}
"""
DAY = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = {"amount": ["5", "12.50 EUR", None], "size": ["small", "large"], "close": ["2026-05-01"]}
BAD = {"amount": ["0", "much", "5 USD", "NaN"], "size": ["huge"], "close": ["soon", "9999-12-31"]}


@pytest.fixture(scope="module")
def process() -> sf.Process:
    return sf.loads(PROCESS)


def history(*changes: Change) -> History:
    rows = len({change.row for change in changes})
    return History("export.csv", in_order(list(changes)), (), rows, {}, {})


def change(row: int, stage: str | None, **more: Any) -> Change:
    at = more.pop("at", DAY + timedelta(days=row))
    return Change(more.pop("opportunity", "A"), at, row, stage=stage, **more)


@st.composite
def changes(draw: st.DrawFn) -> list[Change]:
    found = []
    for row in range(2, 2 + draw(st.integers(1, 25))):
        stage = draw(st.sampled_from([None, "first", "quick", "full", "won", "lost"]))
        reasons = [None, "price", "silent"] if stage == "lost" else [None]
        facts = draw(
            st.fixed_dictionaries(
                {}, optional={name: st.sampled_from(GOOD[name] + BAD[name]) for name in GOOD}
            )
        )
        found.append(
            change(
                row,
                stage,
                opportunity=draw(st.sampled_from("ABC")),
                at=DAY + timedelta(hours=draw(st.integers(0, 50))),
                reason=draw(st.sampled_from(reasons)),
                owner=draw(st.sampled_from([None, "anna", "ewa"])),
                facts=facts,
            )
        )
    return found


@given(drawn=changes())
@settings(max_examples=80)
def test_every_change_is_a_move_a_deviation_or_no_move_and_the_export_is_always_right(
    process: sf.Process, drawn: list[Change]
) -> None:
    told = history(*drawn)
    replay = replay_history(process, told)
    stands: dict[str, str] = {}
    expected = 0  # what is a move or a deviation
    for each in told.changes:
        begins = each.opportunity not in stands
        before = stands.get(each.opportunity, "first")
        stands[each.opportunity] = each.stage or before
        expected += stands[each.opportunity] != before
        assert begins or before
    assert {name: each.stage for name, each in replay.opportunities.items()} == stands
    assert sum(replay.moves.values()) + len(replay.deviations) == expected
    assert sum(replay.standing.values()) == len(replay.opportunities)


@given(drawn=changes())
@settings(max_examples=50)
def test_every_opportunity_is_the_fold_of_its_events(
    process: sf.Process, drawn: list[Change]
) -> None:
    replay = replay_history(process, history(*drawn))
    assert list(replay.events) == list(replay.opportunities)
    for name, events in replay.events.items():
        assert sf.replay(process, events) == replay.opportunities[name]
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))


@given(drawn=changes())
@settings(max_examples=50)
def test_each_fact_that_cannot_be_read_is_reported_with_its_row_and_no_other_is(
    process: sf.Process, drawn: list[Change]
) -> None:
    replay = replay_history(process, history(*drawn))
    bad = [
        (each.row, each.opportunity, name)
        for each in drawn
        for name, text in each.facts.items()
        if text in BAD[name]
    ]
    told = [
        (each.row, each.opportunity, each.reason.split("'")[1])
        for each in replay.unusable
        if each.reason.startswith("the fact ")
    ]
    assert sorted(told) == sorted(bad)
    assert all("was left out: " in each.reason for each in replay.unusable)


@pytest.mark.parametrize("count", [0, 1, PROGRESS_STEP, 2 * PROGRESS_STEP + 7])
def test_progress_is_told_as_many_changes_as_there_are(process: sf.Process, count: int) -> None:
    steps: list[int] = []
    rows = [change(row, None, opportunity=f"D{row}", opened=True) for row in range(count)]
    replay = replay_history(process, history(*rows), progress=steps.append)
    assert sum(steps) == count == len(replay.opportunities)
    assert len(steps) == count // PROGRESS_STEP + 1


def test_a_move_that_the_criteria_refuse_is_told_with_its_blockers(process: sf.Process) -> None:
    replay = replay_history(process, history(change(2, "first"), change(3, "full")))
    (deviation,) = replay.deviations
    assert (deviation.row, deviation.source, deviation.target) == (3, "first", "full")
    assert deviation.step is not None
    assert "amount" in deviation.explain()
    placed = replay.events["A"][-1]
    assert isinstance(placed, Placed)
    assert placed.target == "full"


def test_a_fork_that_leads_elsewhere_is_a_deviation_that_says_where_it_leads(
    process: sf.Process,
) -> None:
    facts = {"amount": "5", "size": "small"}
    replay = replay_history(process, history(change(2, "first", facts=facts), change(3, "full")))
    (deviation,) = replay.deviations
    assert deviation.explain() == "go leads to quick here, not to full"
    assert deviation.explain("pl") == "go prowadzi stąd do innego etapu: quick, a nie: full"
    assert deviation.explain("bg") == "go води оттук към друг етап: quick, а не: full"
    assert deviation.explain("de") == deviation.explain()
    assert replay.moves == {}
    assert replay.opportunities["A"].stage == "full"


def test_an_opportunity_that_begins_elsewhere_is_a_deviation_and_stands_there(
    process: sf.Process,
) -> None:
    replay = replay_history(process, history(change(2, "lost", reason="price")))
    (deviation,) = replay.deviations
    assert (deviation.source, deviation.target, deviation.row) == (None, "lost", 2)
    assert "begin in: first" in deviation.explain()
    deal = replay.opportunities["A"]
    assert (deal.stage, deal.lost_reason) == ("lost", "price")


def test_a_missing_reason_is_a_deviation(process: sf.Process) -> None:
    replay = replay_history(process, history(change(2, "first"), change(3, "lost")))
    assert "A reason is needed" in replay.deviations[0].explain()
    assert replay.standing["lost"] == 1


def test_moves_stand_in_the_order_of_the_definitions(process: sf.Process) -> None:
    rows = [change(2, None, opportunity="A", opened=True)]
    rows += [change(3, "lost", reason="price"), change(4, None, opportunity="B")]
    facts = {"amount": "5", "size": "large"}
    rows += [change(5, "full", opportunity="B", facts=facts), change(6, "won", opportunity="B")]
    replay = replay_history(process, history(*rows))
    assert list(replay.moves) == [
        ("go", "first", "full"),
        ("win", "full", "won"),
        ("lose", "first", "lost"),
    ]
    moved = [event for events in replay.events.values() for event in events]
    assert sum(isinstance(event, Moved) for event in moved) == 3


def test_a_time_outside_of_all_calendars_loses_its_row_and_nothing_else(
    process: sf.Process,
) -> None:
    late = change(2, "first", opportunity="B", at=datetime(2300, 1, 1, tzinfo=UTC))
    replay = replay_history(process, history(late, change(3, "first")))
    assert list(replay.opportunities) == ["A"]
    (row,) = replay.unusable
    assert (row.row, row.opportunity) == (2, "B")
    assert "2300" in row.reason


def test_a_history_that_names_what_the_process_has_not_is_refused_with_every_name(
    process: sf.Process,
) -> None:
    told = history(change(2, "frist", facts={"amuont": "1"}), change(3, "lost", reason="prize"))
    with pytest.raises(HistoryError) as refused:
        replay_history(process, told)
    for words in (
        "small 1",
        "unknown stage 'frist'; did you mean 'first'?",
        "unknown fact 'amuont'; did you mean 'amount'?",
        "unknown reason 'prize'; did you mean 'price'?",
    ):
        assert words in str(refused.value)


def test_an_opportunity_that_may_not_begin_is_reported_and_adopted() -> None:
    closed = sf.loads(PROCESS.replace("exit: known(amount)", "entry: known(amount)"))
    replay = replay_history(closed, history(change(2, "first")))
    (deviation,) = replay.deviations
    assert (deviation.source, deviation.target) == (None, "first")
    assert "known(amount)" in deviation.explain() or "amount is known" in deviation.explain()
    (event,) = replay.events["A"]
    assert "history says so" in event.note
    assert replay.opportunities["A"].stage == "first"


def test_nothing_to_replay_is_a_replay(process: sf.Process) -> None:
    replay: Replay = replay_history(process, history())
    assert (replay.moves, replay.deviations, replay.opportunities) == ({}, (), {})
    assert set(replay.standing.values()) == {0}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "no transition leads from quick to full"),
        ("pl", "żadne przejście nie łączy etapów: quick → full"),
        ("bg", "няма преход между етапите: quick → full"),
    ],
)
def test_a_move_without_a_transition_is_told_in_the_language_of_the_reader(
    process: sf.Process, language: str, said: str
) -> None:
    facts = {"amount": "5", "size": "small"}
    rows = [change(2, "first", facts=facts), change(3, "quick"), change(4, "full")]
    (deviation,) = replay_history(process, history(*rows)).deviations
    assert deviation.step is None
    assert deviation.explain(language) == said

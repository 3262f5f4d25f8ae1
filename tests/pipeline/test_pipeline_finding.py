"""Lists: every filter finds what the engine says, and what cannot be read hides nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

import salesfsm as sf
from pipeline.desk import NOW, SetClock, desk, proof
from salesfsm.errors import CommandError, CorruptedError, UnknownNameError, ValueTypeError
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import open_store
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Corrupted, Current, Query


@pytest.fixture
def full(pipeline: Pipeline, clock: SetClock) -> Pipeline:
    """A pipeline with one opportunity of each kind."""
    pipeline.open("poor", facts={"budget": 5}, owner="anna")
    pipeline.open("rich", facts={"budget": 5000}, owner="ewa")
    pipeline.open("proven", facts={"budget": 5000}, owner="anna")
    pipeline.record("proven", proof())
    pipeline.adopt("ahead", "closing", owner="ewa")
    pipeline.adopt("gone", "lost", reason="price", facts={"budget": 6000})
    pipeline.adopt("won", "won")
    clock.pass_by(days=5)
    pipeline.open("young")
    return pipeline


def ids(pipeline: Pipeline, **filters: Any) -> list[str]:
    found = [deal.id for deal in pipeline.find(**filters)]
    if "limit" not in filters:
        assert pipeline.count(**filters) == len(found)
    return found


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({}, ["ahead", "gone", "poor", "proven", "rich", "won", "young"]),
        ({"stage": "closing"}, ["ahead"]),
        ({"stage": ["closing", "lost"]}, ["ahead", "gone"]),
        ({"stage": []}, []),
        ({"outcome": "open"}, ["ahead", "poor", "proven", "rich", "young"]),
        ({"outcome": sf.Outcome.WON}, ["won"]),
        ({"owner": "anna"}, ["poor", "proven"]),
        ({"team": "north"}, []),
        ({"process": "desk", "version": "1", "owner": "ewa"}, ["ahead", "rich"]),
        ({"blocked_by": "budget"}, ["poor", "young"]),
        ({"blocked_by": "budget", "stage": "talking"}, ["poor", "young"]),
        ({"blocked_by": "budget", "stage": "closing"}, []),
        ({"blocked_by": "mirror.deciding"}, ["poor", "rich", "young"]),
        ({"blocked_by": "need"}, []),
        ({"aligned": True}, ["poor", "proven", "rich", "young"]),
        ({"aligned": False}, ["ahead"]),
        ({"stalled": True}, []),
        ({"stalled": True, "at": NOW + timedelta(days=10)}, ["poor", "proven", "rich"]),
        ({"stalled": False, "at": NOW + timedelta(days=10)}, ["ahead", "gone", "won", "young"]),
        ({"due": True, "at": NOW + timedelta(days=20), "outcome": "open"},
         ["ahead", "poor", "proven", "rich", "young"]),
        ({"due": True, "at": NOW + timedelta(days=29), "stage": "lost"}, []),
        ({"due": True, "at": NOW + timedelta(days=30), "stage": "lost"}, ["gone"]),
        ({"due": False, "at": NOW + timedelta(days=30)}, ["won"]),
        ({"limit": 2}, ["ahead", "gone"]),
        ({"limit": 2, "aligned": True}, ["poor", "proven"]),
        ({"limit": 0}, []),
        ({"owner": None, "stalled": None, "limit": None, "stage": "won"}, ["won"]),
    ],
)  # fmt: skip
def test_a_filter_finds_what_fits(
    full: Pipeline, filters: dict[str, Any], wanted: list[str]
) -> None:
    assert ids(full, **filters) == wanted


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"stage": "talkin"}, "did you mean 'talking'"),
        ({"stage": ["won", "talkin"]}, "did you mean 'talking'"),
        ({"outcome": "opne"}, "did you mean 'open'"),
        ({"blocked_by": "budge"}, "did you mean 'budget'"),
        ({"process": "desc"}, "did you mean 'desk'"),
        ({"version": "7"}, "unknown version '7'"),
        ({"stagee": "won"}, "did you mean 'stage'"),
    ],
)
def test_a_name_that_is_not_known_is_told_at_once(
    pipeline: Pipeline, filters: dict[str, Any], message: str
) -> None:
    for ask in (pipeline.find, pipeline.count):
        with pytest.raises(UnknownNameError, match=message):
            ask(**filters)


@pytest.mark.parametrize(
    "filters",
    [
        {"stalled": "yes"},
        {"aligned": 0},
        {"owner": 7},
        {"stage": 5},
        {"stage": [["won"]]},
        {"process": ["desk"]},
        {"version": []},
        {"blocked_by": []},
    ],
)
def test_a_filter_of_the_wrong_type_is_told(pipeline: Pipeline, filters: dict[str, Any]) -> None:
    with pytest.raises(ValueTypeError):
        pipeline.find(**filters)


@pytest.mark.parametrize("limit", [-1, "2", 2.0, 10**30])
def test_a_limit_is_a_number_of_opportunities(pipeline: Pipeline, limit: Any) -> None:
    for ask in (pipeline.find, pipeline.tick):
        with pytest.raises(CommandError, match="limit is a whole number"):
            ask(limit=limit)


def test_what_cannot_be_read_uses_up_no_limit(
    empty_file: Path, tmp_path: Path, clock: SetClock
) -> None:
    file = shutil.copy(empty_file, tmp_path)
    with closing(open_store(str(file))) as store:
        pipeline = Pipeline(desk(), store, clock=clock)
        pipeline.open_many(list("ABCDE"), lambda engine, name: engine.open(name))
        with closing(sqlite3.connect(file)) as spoiler:
            spoiler.execute("UPDATE opportunities SET outcome = 'x' WHERE id IN ('A', 'C')")
            spoiler.commit()
        told: list[Corrupted] = []
        assert ids_of(pipeline.find(limit=2, on_corrupted=told.append)) == ["B", "D"]
        assert [each.opportunity_id for each in told] == ["A", "C"]
        assert ids_of(pipeline.find(limit=3, on_corrupted=told.append)) == ["B", "D", "E"]


def test_what_stalls_is_found_until_something_happens(pipeline: Pipeline, clock: SetClock) -> None:
    pipeline.open("A", facts={"budget": 5000})
    clock.pass_by(days=12)
    assert ids(pipeline, stalled=True) == ["A"]
    pipeline.log("A", sf.Activity("call", due=clock.now + timedelta(days=3)))
    assert ids(pipeline, stalled=True) == []
    clock.pass_by(days=3)
    assert ids(pipeline, stalled=True) == ["A"]
    pipeline.hold("A")
    assert ids(pipeline, stalled=True) == []


class Damaged(MemoryStore):
    """A store of which some rows cannot be read."""

    def __init__(self, damaged: set[str]) -> None:
        super().__init__()
        self.damaged = damaged

    def find(self, query: Query) -> Iterator[Current | Corrupted]:
        for each in super().find(query):
            id = each.opportunity.id if isinstance(each, Current) else each.opportunity_id  # noqa: A001
            yield Corrupted(id, "no JSON") if id in self.damaged else each


@pytest.mark.parametrize("filters", [{}, {"aligned": True}])
def test_what_cannot_be_read_is_told_after_all_the_rest(
    clock: SetClock, filters: dict[str, Any]
) -> None:
    pipeline = Pipeline(desk(), Damaged({"A", "C"}), clock=clock)
    for id in "ABCD":  # noqa: A001
        pipeline.open(id)
    found = pipeline.find(**filters)
    assert [next(found).id, next(found).id] == ["B", "D"]
    with pytest.raises(CorruptedError) as caught:
        next(found)
    assert caught.value.reasons == {"A": "no JSON", "C": "no JSON"}
    told: list[Corrupted] = []
    assert ids_of(pipeline.find(on_corrupted=told.append, **filters)) == ["B", "D"]
    assert [each.opportunity_id for each in told] == ["A", "C"]


def ids_of(found: Iterator[sf.Opportunity]) -> list[str]:
    return [deal.id for deal in found]


deals = st.lists(
    st.tuples(
        st.sampled_from(["talking", "closing", "won", "lost", "care"]),
        st.none() | st.integers(0, 10_000),
        st.booleans(),
        st.integers(0, 40),
    ),
    max_size=8,
)


@given(deals, st.integers(0, 80))
def test_filters_agree_with_the_engine_about_every_opportunity(
    some: list[tuple[str, int | None, bool, int]], day: int
) -> None:
    clock = SetClock()
    pipeline = Pipeline(desk(), MemoryStore(), clock=clock)
    engine = sf.Engine(desk())
    for number, (stage, budget, proves, age) in enumerate(some):
        clock.now = NOW + timedelta(days=40 - age)
        pipeline.adopt(f"d{number}", stage, facts={} if budget is None else {"budget": budget})
        if proves:
            pipeline.record(f"d{number}", proof())
    clock.now = NOW + timedelta(days=max(day, 40))
    every = list(pipeline.find())
    assert len(every) == len(some)
    for code in ("budget", "mirror.deciding", "proven.plan_agreed"):
        blocked = [
            deal.id
            for deal in every
            if any(
                each.code == code
                for move in engine.moves(deal, at=clock.now)
                for each in move.blockers
            )
        ]
        assert ids_of(pipeline.find(blocked_by=code)) == blocked
    for aligned in (True, False):
        wanted = [d.id for d in every if engine.alignment(d, at=clock.now).aligned is aligned]
        assert ids_of(pipeline.find(aligned=aligned)) == wanted
    stalled = [
        deal.id
        for deal in every
        if any(due.kind is sf.DueKind.STALLED and due.at <= clock.now for due in engine.due(deal))
    ]
    assert ids_of(pipeline.find(stalled=True)) == stalled
    others = [deal.id for deal in every if deal.id not in stalled]
    assert ids_of(pipeline.find(stalled=False)) == others

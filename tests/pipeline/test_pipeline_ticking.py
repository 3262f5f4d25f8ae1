"""Timers: each that is due rings once, whoever else ticks, and does what its process says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given, strategies as st

import salesfsm as sf
from pipeline.desk import NOW, TEXT, SetClock, desk, proof
from salesfsm.errors import CorruptedError, StoreUnavailableError
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Append, Corrupted, Current, Query, Store

DAY = timedelta(days=1)


def came_due(pipeline: Pipeline, name: str) -> list[tuple[str, str, int]]:
    """What rang for an opportunity: kind, name, and days since it began."""
    return [
        (str(each.kind), each.name, (each.at - NOW).days)
        for each in pipeline.history(name)
        if isinstance(each, sf.CameDue)
    ]


def test_a_timer_fires_its_transition_when_it_is_due(pipeline: Pipeline, clock: SetClock) -> None:
    pipeline.adopt("A", "lost", reason="price", facts={"budget": 6000})
    clock.now = NOW + 30 * DAY - timedelta(seconds=1)
    assert pipeline.tick().fired == ()
    clock.now = NOW + 30 * DAY
    tick = pipeline.tick()
    assert [step.command for step in tick.fired] == ["win_back"]
    assert tick.rung == {sf.DueKind.TRANSITION: 1}
    assert pipeline.get("A").stage == "talking"
    assert [type(each) for each in pipeline.history("A")][1:3] == [sf.CameDue, sf.Moved]
    assert pipeline.tick().rung == {}


def test_every_kind_of_timer_rings_once(pipeline: Pipeline, clock: SetClock) -> None:
    pipeline.open("A", facts={"budget": 50})
    pipeline.record("A", proof())
    pipeline.log("A", sf.Activity("call", due=NOW + 3 * DAY))
    pipeline.open("B")
    pipeline.hold("B", until=NOW + 7 * DAY)
    rung: list[dict[sf.DueKind, int]] = []
    for day in range(1, 80):
        clock.now = NOW + day * DAY
        rung.append(dict(pipeline.tick().rung))
    assert came_due(pipeline, "A") == [
        ("activity", "call", 3),
        ("stalled", "talking", 10),
        ("evidence", "plan_agreed", 60),
    ]
    assert came_due(pipeline, "B") == [("hold", "talking", 7), ("stalled", "talking", 17)]
    assert pipeline.get("B").hold is None
    assert sum(sum(each.values()) for each in rung) == 5
    assert pipeline.due("A") == ()


def test_a_timer_that_was_slept_through_rings_when_somebody_ticks(
    pipeline: Pipeline, clock: SetClock
) -> None:
    pipeline.open("A")
    clock.now = NOW + 100 * DAY
    assert pipeline.due("A")[0].at == NOW + 10 * DAY
    tick = pipeline.tick()
    assert tick.rung == {sf.DueKind.STALLED: 1}
    event = list(pipeline.history("A"))[-1]
    assert isinstance(event, sf.CameDue)
    assert (event.due, event.at) == (NOW + 10 * DAY, clock.now)


def test_a_clock_that_was_set_back_lets_ring_what_it_says_is_due(
    pipeline: Pipeline, clock: SetClock
) -> None:
    pipeline.open("A")
    pipeline.hold("A", until=NOW + 5 * DAY)
    clock.now = NOW + 8 * DAY
    pipeline.update("A", {"budget": 1})
    clock.now = NOW + 6 * DAY
    tick = pipeline.tick()
    assert (tick.rung, tick.failed) == ({sf.DueKind.HOLD: 1}, {})
    assert pipeline.get("A").at == NOW + 8 * DAY


def test_a_timer_that_rang_stays_silent_whatever_else_is_done(
    pipeline: Pipeline, clock: SetClock
) -> None:
    pipeline.open("A")
    clock.now = NOW + 10 * DAY
    assert pipeline.tick().rung == {sf.DueKind.STALLED: 1}
    for change in (
        lambda: pipeline.update("A", {"budget": 50}),
        lambda: pipeline.bulk(["A"], lambda engine, deal: engine.assign(deal, owner="ewa")),
        lambda: pipeline.erase("A"),
    ):
        change()
        assert pipeline.due("A") == ()
        assert pipeline.tick().rung == {}


def test_a_new_activity_winds_the_clock_anew(pipeline: Pipeline, clock: SetClock) -> None:
    pipeline.open("A")
    pipeline.hold("A", until=NOW + DAY)
    clock.now = NOW + 2 * DAY
    assert pipeline.tick().rung == {sf.DueKind.HOLD: 1}
    pipeline.hold("A", until=NOW + 4 * DAY)
    clock.now = NOW + 5 * DAY
    assert pipeline.tick().rung == {sf.DueKind.HOLD: 1}


def test_a_refused_move_is_tried_again_after_a_day_or_a_change(
    pipeline: Pipeline, clock: SetClock
) -> None:
    pipeline.adopt("A", "lost", reason="price", facts={"budget": 60})
    clock.now = NOW + 30 * DAY
    tick = pipeline.tick()
    assert [each.code for each in tick.refused[0].blockers] == ["budget"]
    assert pipeline.get("A").sequence == 1
    assert pipeline.tick().refused == ()
    clock.pass_by(hours=23)
    assert pipeline.tick().refused == ()
    clock.pass_by(hours=1)
    assert len(pipeline.tick().refused) == 1
    assert pipeline.tick().refused == ()
    pipeline.update("A", {"budget": 70})
    assert len(pipeline.tick().refused) == 1
    pipeline.update("A", {"budget": 6000})
    assert len(pipeline.tick().fired) == 1


def test_a_refused_move_does_not_keep_others_from_ringing(
    pipeline: Pipeline, clock: SetClock
) -> None:
    pipeline.adopt("A", "lost", reason="price", facts={"budget": 60})
    pipeline.record("A", proof())
    clock.now = NOW + 61 * DAY
    tick = pipeline.tick()
    assert (tick.rung, len(tick.refused)) == ({sf.DueKind.EVIDENCE: 1}, 1)
    assert pipeline.tick().refused == ()
    clock.pass_by(days=1)
    tick = pipeline.tick()
    assert (tick.rung, len(tick.refused)) == ({}, 1)


def test_a_limit_takes_those_first_that_waited_longest(pipeline: Pipeline, clock: SetClock) -> None:
    for day, name in enumerate("CAB"):
        clock.now = NOW + day * DAY
        pipeline.open(name)
    clock.now = NOW + 40 * DAY
    told: list[tuple[int, int | None]] = []
    tick = pipeline.tick(limit=2, progress=lambda done, of: told.append((done, of)))
    assert tick.rung == {sf.DueKind.STALLED: 2}
    assert told == [(2, 3)]
    assert [bool(came_due(pipeline, name)) for name in "CAB"] == [True, True, False]
    assert pipeline.tick(limit=2).rung == {sf.DueKind.STALLED: 1}


def test_the_moment_to_tick_for_can_be_given(pipeline: Pipeline) -> None:
    pipeline.open("A")
    assert pipeline.tick(NOW + 9 * DAY).rung == {}
    tick = pipeline.tick(at=NOW + 10 * DAY)
    assert (tick.at, tick.rung) == (NOW + 10 * DAY, {sf.DueKind.STALLED: 1})
    with pytest.raises(sf.TimeError):
        pipeline.tick((NOW + DAY).replace(tzinfo=None))


def test_subscribers_hear_what_rang(pipeline: Pipeline, clock: SetClock) -> None:
    heard: list[str] = []
    pipeline.subscribe("alarm", lambda event: heard.append(event.name), events=[sf.CameDue])  # type: ignore[attr-defined]
    pipeline.open("A")
    clock.now = NOW + 10 * DAY
    pipeline.tick()
    assert heard == ["talking"]


def test_threads_that_tick_ring_each_timer_once(any_store: Store, clock: SetClock) -> None:
    pipelines = [Pipeline(desk(), any_store, clock=clock) for _ in range(4)]
    names = [f"{number:03}" for number in range(60)]
    pipelines[0].open_many(names, lambda engine, name: engine.open(name))
    clock.now = NOW + 10 * DAY
    start, rung = Barrier(4), []

    def work(pipeline: Pipeline) -> None:
        start.wait()
        rung.append(pipeline.tick())

    threads = [Thread(target=work, args=(each,)) for each in pipelines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.rung.get(sf.DueKind.STALLED, 0) for each in rung) == 60
    assert all(not each.failed for each in rung)
    assert all(len(came_due(pipelines[0], name)) == 1 for name in names)


class Hasty(MemoryStore):
    """A store in which a seller calls while B is about to ring."""

    raced = False

    def append(self, appends: Sequence[Append]) -> None:
        if not self.raced and any(isinstance(each.events[0], sf.CameDue) for each in appends):
            self.raced = True
            step = sf.Engine(desk()).log(self.load("B").opportunity, "call", at=NOW + 10 * DAY)
            super().append([Append(Current(step.unwrap(), sf.Outcome.OPEN), step.events, 1)])
        super().append(appends)


def test_what_happens_meanwhile_is_seen(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Hasty(), clock=clock)
    pipeline.open_many(list("ABC"), lambda engine, name: engine.open(name))
    clock.now = NOW + 10 * DAY
    tick = pipeline.tick()
    assert tick.rung == {sf.DueKind.STALLED: 3}
    assert tick.failed == {}
    assert pipeline.get("B").sequence == 3


class Damaged(MemoryStore):
    """A store of which B cannot be read."""

    def find(self, query: Query) -> Iterator[Current | Corrupted]:
        for each in super().find(query):
            is_b = isinstance(each, Current) and each.opportunity.id == "B"
            yield Corrupted("B", "no JSON") if is_b else each


def test_what_cannot_be_read_is_told_and_the_others_ring(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Damaged(), clock=clock)
    pipeline.open_many(list("ABC"), lambda engine, name: engine.open(name))
    clock.now = NOW + 10 * DAY
    tick = pipeline.tick()
    assert tick.rung == {sf.DueKind.STALLED: 2}
    assert isinstance(tick.failed["B"], CorruptedError)


class Full(MemoryStore):
    """A store that keeps no more after a while."""

    full = False

    def append(self, appends: Sequence[Append]) -> None:
        if self.full:
            raise StoreUnavailableError("the disk is full: make room")
        super().append(appends)


def test_a_store_that_fails_ends_the_tick_and_loses_no_timer(clock: SetClock) -> None:
    store = Full()
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.open("A")
    clock.now = NOW + 10 * DAY
    store.full = True
    with pytest.raises(StoreUnavailableError):
        pipeline.tick()
    store.full = False
    assert pipeline.tick().rung == {sf.DueKind.STALLED: 1}


CIRCLE = sf.loads(
    """
process: circle
stages: [here, there, {name: won, outcome: won}]
transitions:
  - {trigger: go, source: here, target: there, after: 0d}
  - {trigger: back, source: there, target: here, after: 0d}
  - {trigger: win, source: there, target: won}
""".replace("process:", "salesfsm: 1\nprocess:")
)


def test_a_circle_of_moves_without_length_is_gone_round_once(clock: SetClock) -> None:
    pipeline = Pipeline(CIRCLE, MemoryStore(), clock=clock)
    pipeline.open("A")
    assert [step.command for step in pipeline.tick().fired] == ["go", "back"]
    assert pipeline.tick().fired == ()
    clock.pass_by(days=1)
    pipeline.fire("A", "go")
    assert [step.command for step in pipeline.tick().fired] == ["back", "go"]


@given(st.lists(st.integers(0, 90), max_size=8), st.sets(st.integers(1, 100), max_size=5))
def test_however_often_somebody_ticks_each_timer_rings_once(
    opened: list[int], ticks: set[int]
) -> None:
    clock = SetClock()
    process = sf.loads(TEXT.replace("when: budget > 5000, after: 30d", "after: 30d"))
    pipeline = Pipeline(process, MemoryStore(), clock=clock)
    for number, day in enumerate(sorted(opened)):
        clock.now = NOW + day * DAY
        pipeline.adopt(f"d{number}", "lost" if number % 2 else "talking", reason=None)
        if number % 3:
            pipeline.record(f"d{number}", proof())
    clock.now = NOW + 90 * DAY
    rung = 0
    for day in sorted({*ticks, 100}):
        tick = pipeline.tick(NOW + (90 + day) * DAY)
        assert not tick.failed
        rung += sum(tick.rung.values())
    every = [each for deal in pipeline.find() for each in pipeline.history(deal.id)]
    rings = [
        (each.opportunity_id, each.kind, each.name, each.due)
        for each in every
        if isinstance(each, sf.CameDue)
    ]
    assert len(rings) == len(set(rings)) == rung
    assert all(each.due <= each.at for each in every if isinstance(each, sf.CameDue))
    last = NOW + 190 * DAY
    assert all(due.at > last for deal in pipeline.find() for due in pipeline.due(deal.id))

"""The queue: a timer waits in it as soon as what makes it come due is kept, once, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

import salesfsm as sf
from salesfsm.errors import CommandError, ConflictError, DuplicateOpportunityError
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.pipeline.standing import current_of
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Append
from salesfsm.timers.dbos import DurableStore, Ringing, queue as queue_module
from timers.nurture import TEXT, client, nurture, waiting

NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
"""Long after the tests run, so that everything waits."""


@pytest.fixture
def store(sql_url: str) -> Iterator[DurableStore]:
    opened = DurableStore(sql_url)
    yield opened
    opened.close()


@pytest.fixture
def pipeline(store: DurableStore) -> Pipeline:
    return Pipeline(nurture(), store, clock=lambda: NOW)


def names(store: DurableStore) -> list[str]:
    return [each.workflow_id for each in waiting(store.timers)]


def test_a_timer_waits_until_it_is_due_and_names_its_opportunity_and_its_time(
    store: DurableStore, pipeline: Pipeline
) -> None:
    pipeline.open("it's 日本; DROP TABLE events; --")
    (timer,) = waiting(store.timers)
    assert timer.workflow_id == "it's 日本; DROP TABLE events; --@2031-03-03T09:00:01+00:00"
    assert (timer.status, timer.app_version) == ("DELAYED", "1")
    assert timer.input is not None
    assert timer.input["args"] == ("it's 日本; DROP TABLE events; --",)
    assert timer.delay_until_epoch_ms is not None
    due = datetime.fromtimestamp(timer.delay_until_epoch_ms / 1000, UTC)
    assert abs(due - (NOW + timedelta(seconds=1))) < timedelta(seconds=1)


def test_one_that_is_due_already_does_not_wait(store: DurableStore) -> None:
    Pipeline(nurture(), store, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC)).open("A")
    assert [each.status for each in waiting(store.timers)] == ["ENQUEUED"]


def test_a_timer_waits_once_however_often_its_opportunity_is_kept(
    store: DurableStore, pipeline: Pipeline
) -> None:
    pipeline.open("A")
    for need in ("one", "two"):
        pipeline.update("A", {"need": need})
    assert len(names(store)) == 1


def test_the_next_timer_waits_as_soon_as_the_opportunity_moves_on(
    store: DurableStore, pipeline: Pipeline
) -> None:
    pipeline.open("A")
    pipeline.fire("A", "call", at=NOW + timedelta(hours=1))
    pipeline.fire("A", "win", at=NOW + timedelta(hours=2))
    assert names(store) == ["A@2031-03-03T09:00:01+00:00", "A@2031-03-03T10:00:01+00:00"]


def test_a_timer_is_enqueued_with_its_events_or_not_at_all(
    store: DurableStore, pipeline: Pipeline
) -> None:
    pipeline.open("B")
    engine = sf.Engine(nurture())
    appends = []
    for name in "ABC":
        step = engine.open(name, at=NOW)
        appends.append(Append(current_of(engine, step.unwrap()), step.events, 0))  # type: ignore[arg-type]
    with pytest.raises(DuplicateOpportunityError):
        store.append(appends)
    assert [each[0] for each in names(store)] == ["B"]
    with pytest.raises(ConflictError):
        pipeline.fire("B", "call", at=NOW + timedelta(hours=1), expected=7)
    assert names(store) == ["B@2031-03-03T09:00:01+00:00"]


def test_a_move_that_was_refused_waits_in_the_queue_for_its_next_try(store: DurableStore) -> None:
    process = sf.loads(TEXT.replace("after: PT1S}", 'when: need == "yes", after: PT1S}', 1))
    pipeline = Pipeline(process, store, clock=lambda: NOW)
    pipeline.open("A", facts={"need": "no"})
    assert len(pipeline.ring("A", NOW + timedelta(hours=1)).refused) == 1
    assert names(store) == ["A@2031-03-03T09:00:01+00:00", "A@2031-03-04T10:00:00+00:00"]


def test_a_time_that_was_put_off_and_comes_back_after_it_has_passed_waits_again(
    store: DurableStore,
) -> None:
    process = sf.loads(TEXT.replace("[fresh,", "[{name: fresh, expected: 2d},"))
    process = process.model_copy(
        update={"transitions": tuple(each for each in process.transitions if not each.after)}
    )
    pipeline = Pipeline(process, store, clock=lambda: NOW)
    pipeline.open("A")
    pipeline.log("A", sf.Activity("visit", due=NOW + timedelta(days=9)))
    early, late = names(store)
    with client(store.timers) as opened:
        opened.cancel_workflow(early)  # the third day has come, and it found nothing to do
    pipeline.log("A", "visit", at=NOW + timedelta(days=4))
    assert pipeline.due("A")[0].at == NOW + timedelta(days=2)
    assert names(store) == [early, f"{early}#3", late]


def test_what_ended_is_forgotten_after_a_while_and_what_waits_is_not(
    store: DurableStore, pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.open_many(list("ABC"), lambda engine, name: engine.open(name))
    with client(store.timers) as opened:
        opened.cancel_workflow("B@2031-03-03T09:00:01+00:00")
    store.timers.tidy()
    assert [each[0] for each in names(store)] == ["A", "B", "C"]
    monkeypatch.setattr(queue_module, "KEPT", timedelta(hours=-1))
    store.timers.tidy()
    assert [each[0] for each in names(store)] == ["A", "C"]


def test_a_queue_can_be_opened_by_two_stores_with_different_schemas(postgresql: str) -> None:
    stores = [DurableStore(postgresql, schema=name) for name in ("here", "there")]
    Pipeline(nurture(), stores[0], clock=lambda: NOW).open("A")
    assert [len(names(each)) for each in stores] == [1, 0]
    for each in stores:
        each.close()


def test_a_worker_needs_a_store_with_a_queue() -> None:
    with pytest.raises(CommandError, match="a MemoryStore has no queue of timers: open a Durable"):
        Ringing(Pipeline(nurture(), MemoryStore()), name="worker")

"""Idempotency keys: the same command under the same key happens once, and answers the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from hypothesis import given, strategies as st

import salesfsm as sf
from pipeline.desk import NOW, SetClock, desk, proof
from salesfsm.errors import CommandError, KeyReusedError
from salesfsm.pipeline.keys import key_of
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Append, Current, Store


def test_a_repeated_command_gives_the_step_of_the_first_time(pipeline: Pipeline) -> None:
    pipeline.open("A", facts={"budget": 2000})
    pipeline.record("A", proof())
    first = pipeline.fire("A", "agree", by="anna", key="click-1")
    assert pipeline.fire("A", "agree", by="anna", key="click-1") == first
    pipeline.log("A", "call")
    again = pipeline.fire("A", "agree", by="anna", key="click-1")
    assert again == first
    assert pipeline.get("A").sequence == 4


def test_a_repeated_opening_gives_the_step_of_the_first_time(
    pipeline: Pipeline, clock: SetClock
) -> None:
    first = pipeline.open("A", by="anna", facts={"budget": "2000 EUR"}, key="new")
    pipeline.update("A", {"budget": 1})
    clock.pass_by(days=1)
    assert pipeline.open("A", by="anna", facts={"budget": "2000 EUR"}, key="new") == first
    assert pipeline.count() == 1


def test_a_repeated_command_that_changed_nothing_changes_nothing_again(pipeline: Pipeline) -> None:
    pipeline.open("A")
    first = pipeline.resume("A", key="go on")
    assert first.accepted
    assert first.events == ()
    pipeline.hold("A")
    again = pipeline.resume("A", key="go on")
    assert again == first
    assert pipeline.get("A").hold is not None


def test_a_repeated_hand_over_gives_both_steps_of_the_first_time(pipeline: Pipeline) -> None:
    pipeline.adopt("W", "won", facts={"budget": 9})
    pipeline.record("W", proof("1"))
    pipeline.record("W", proof("2"))
    first = pipeline.hand_over("W", "to_care", receiver="C", key="give")
    assert [type(each) for each in first.receiving.events] == [
        sf.Opened,
        sf.EvidenceRecorded,
        sf.EvidenceRecorded,
    ]
    pipeline.log("C", "call")
    pipeline.log("W", "call")
    again = pipeline.hand_over("W", "to_care", receiver="C", key="give")
    assert again.giving == first.giving
    assert again.receiving.opportunity == first.receiving.opportunity
    assert again.receiving.events == first.receiving.events
    with pytest.raises(KeyReusedError):
        pipeline.hand_over("W", "to_care", receiver="D", key="give")


def test_a_repeated_hand_over_leaves_out_what_the_receiver_recorded_at_once(
    pipeline: Pipeline,
) -> None:
    pipeline.adopt("W", "won", facts={"budget": 9})
    pipeline.record("W", proof("1"))
    first = pipeline.hand_over("W", "to_care", receiver="C", key="give")
    pipeline.record("C", proof("2"))  # at the same time, by the clock
    again = pipeline.hand_over("W", "to_care", receiver="C", key="give")
    assert again.receiving == first.receiving
    assert again == first


def test_a_repetition_is_answered_though_another_state_is_expected(pipeline: Pipeline) -> None:
    pipeline.open("A")
    first = pipeline.complete("A", "visit", key="done", expected=1)
    assert pipeline.complete("A", "visit", key="done", expected=1) == first


def test_a_refused_command_keeps_no_key(pipeline: Pipeline) -> None:
    pipeline.open("A")
    pipeline.record("A", proof())
    assert not pipeline.fire("A", "agree", key="click")
    pipeline.update("A", {"budget": 2000})
    assert pipeline.fire("A", "agree", key="click").accepted


def test_a_key_of_another_command_is_refused(pipeline: Pipeline) -> None:
    pipeline.open("A")
    pipeline.open("B")
    pipeline.complete("A", "visit", by="anna", key="k")
    for other in (
        lambda: pipeline.complete("B", "visit", by="anna", key="k"),
        lambda: pipeline.complete("A", "visit", by="ewa", key="k"),
        lambda: pipeline.complete("A", "visit", by="anna", at=NOW, key="k"),
        lambda: pipeline.log("A", "call", by="anna", key="k"),
        lambda: pipeline.open("C", by="anna", key="k"),
    ):
        with pytest.raises(KeyReusedError, match="a new command takes a new key"):
            other()
    assert [pipeline.get("A").sequence, pipeline.count()] == [2, 2]


@pytest.mark.parametrize("key", ["", 7, b"k"])
def test_a_key_is_a_text(pipeline: Pipeline, key: str) -> None:
    pipeline.open("A")
    with pytest.raises(CommandError, match="idempotency key"):
        pipeline.complete("A", "visit", key=key)


def test_one_key_from_twenty_threads_is_one_move(any_store: Store) -> None:
    pipelines = [Pipeline(desk(), any_store) for _ in range(4)]
    pipelines[0].open("A", facts={"budget": 2000})
    pipelines[0].record("A", proof())
    start, steps = Barrier(20), []

    def click(pipeline: Pipeline) -> None:
        start.wait()
        steps.append(pipeline.fire("A", "agree", by="anna", key="click"))

    threads = [Thread(target=click, args=(pipelines[each % 4],)) for each in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(steps) == 20
    assert all(step == steps[0] for step in steps)
    assert [type(each) for each in pipelines[0].history("A")] == [
        sf.Opened,
        sf.EvidenceRecorded,
        sf.Moved,
    ]


def test_one_key_from_twenty_threads_is_one_opportunity(any_store: Store) -> None:
    pipeline = Pipeline(desk(), any_store, clock=SetClock())
    start, steps = Barrier(20), []

    def click() -> None:
        start.wait()
        steps.append(pipeline.open("A", by="anna", key="click"))

    threads = [Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert steps == [steps[0]] * 20


values = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.dates()
arguments = st.dictionaries(st.text(max_size=5), values, max_size=4)


@given(arguments, arguments)
def test_the_same_arguments_and_only_they_are_the_same_command(
    one: dict[str, object], other: dict[str, object]
) -> None:
    shuffled = dict(reversed(one.items()))
    assert key_of("k", "fire", "A", (), one) == key_of("k", "fire", "A", (), shuffled)
    given = {name: value for name, value in one.items() if value is not None}
    told = {name: value for name, value in other.items() if value is not None}
    same = key_of("k", "fire", "A", (), one) == key_of("k", "fire", "A", (), other)
    assert same == (_exact(given) == _exact(told))


def _exact(given: dict[str, object]) -> object:
    """With the types, for True is not 1."""
    return {name: (type(value), value) for name, value in given.items()}


def test_one_moment_in_two_zones_is_one_argument() -> None:
    warsaw = NOW.astimezone(timezone(timedelta(hours=1)))
    activity, same = sf.Activity("call", due=NOW), sf.Activity("call", due=warsaw)
    assert key_of("k", "log", "A", (activity,), {"at": NOW}) == key_of(
        "k", "log", "A", (same,), {"at": warsaw}
    )
    assert key_of("k", "log", "A", (activity,), {}) != key_of("k", "log", "A", ("call",), {})


@pytest.mark.parametrize(
    "odd",
    [
        object,
        datetime(2026, 1, 1),  # noqa: DTZ001
        Decimal("NaN"),
        float("inf"),
        {1: 2, None: 3},
        "\ud800",
        {1, 2},
        datetime.min.replace(tzinfo=timezone(timedelta(hours=23))),
    ],
)
def test_what_no_engine_takes_has_a_digest_too(odd: object) -> None:
    assert key_of("k", "fire", "A", (odd,), {"by": odd}).command


class Overtaken(MemoryStore):
    """A store in which the same click arrives twice, and the other one is faster."""

    def __init__(self, when: str) -> None:
        super().__init__()
        self.when = when

    def overtake(self, when: str) -> None:
        if self.when == when:
            self.when = "never again"
            rival = Pipeline(desk(), self, clock=SetClock())
            self.first = rival.fire("A", "agree", by="anna", key="click")

    def load(self, id: str) -> Current:  # noqa: A002
        self.overtake("loading")
        return super().load(id)

    def append(self, appends: Sequence[Append]) -> None:
        self.overtake("appending")
        super().append(appends)


@pytest.mark.parametrize("when", ["loading", "appending"])
def test_whoever_is_overtaken_by_the_same_click_gets_its_answer(when: str) -> None:
    store = Overtaken("not yet")
    pipeline = Pipeline(desk(), store, clock=SetClock())
    pipeline.open("A", facts={"budget": 2000})
    pipeline.record("A", proof())
    store.when = when
    step = pipeline.fire("A", "agree", by="anna", key="click")
    assert step == store.first
    assert pipeline.get("A").sequence == 3


@pytest.mark.parametrize("when", ["loading", "appending"])
def test_whoever_is_overtaken_by_another_command_under_the_key_is_refused(when: str) -> None:
    store = Overtaken("not yet")
    pipeline = Pipeline(desk(), store, clock=SetClock())
    pipeline.open("A", facts={"budget": 2000})
    pipeline.record("A", proof())
    store.when = when
    with pytest.raises(KeyReusedError):
        pipeline.log("A", "call", key="click")

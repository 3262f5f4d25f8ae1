"""Subscribers hear of everything that is kept, in order, and what they do wrong harms nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Lock, Thread
from typing import Any, ClassVar

import pytest

import salesfsm as sf
from pipeline.desk import SetClock, desk, proof
from salesfsm.errors import (
    CommandError,
    StoreUnavailableError,
    UnknownNameError,
    ValueTypeError,
)
from salesfsm.pipeline import delivering
from salesfsm.pipeline.delivering import PAGE
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Committed, Corrupted, Store, Subscription

Heard = list[tuple[str, int]]


def listening(heard: Heard) -> Callable[[sf.Event], None]:
    return lambda event: heard.append((event.opportunity_id, event.sequence))


def test_a_subscriber_hears_after_the_commit(pipeline: Pipeline) -> None:
    stages: list[str] = []
    pipeline.subscribe("crm", lambda event: stages.append(pipeline.get(event.opportunity_id).stage))
    pipeline.open("A", facts={"budget": 2000})
    pipeline.fire("A", "lose", reason="price")
    assert stages == ["talking", "lost"]


def test_a_subscriber_hears_only_the_events_it_asked_for(pipeline: Pipeline) -> None:
    heard: Heard = []
    pipeline.subscribe("moves", listening(heard), events=[sf.Moved, sf.Placed])
    pipeline.open("A")
    pipeline.log("A", "call")
    pipeline.fire("A", "lose", reason="price")
    assert heard == [("A", 3)]
    assert pipeline.subscriptions()[0].lag == 0


def test_what_is_refused_is_not_heard_of(pipeline: Pipeline) -> None:
    heard: Heard = []
    pipeline.open("A")
    pipeline.subscribe("crm", listening(heard))
    assert not pipeline.fire("A", "agree")
    assert heard == []


def test_a_new_subscriber_begins_now_or_at_the_beginning(pipeline: Pipeline) -> None:
    late: Heard = []
    every: Heard = []
    pipeline.open("A")
    pipeline.subscribe("late", listening(late))
    pipeline.subscribe("every", listening(every), since="beginning")
    assert pipeline.deliver() == 1
    pipeline.log("A", "call")
    assert (late, every) == ([("A", 2)], [("A", 1), ("A", 2)])


def test_a_subscriber_goes_on_where_it_was(store: Store, clock: SetClock) -> None:
    before: Heard = []
    after: Heard = []
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.subscribe("crm", listening(before))
    pipeline.open("A")
    Pipeline(desk(), store, clock=clock).log("A", "call")  # nobody listens in this program
    restarted = Pipeline(desk(), store, clock=clock)
    restarted.subscribe("crm", listening(after))
    restarted.log("A", "email")
    assert (before, after) == ([("A", 1)], [("A", 2), ("A", 3)])


def test_delivering_by_hand_waits_for_it(store: Store, clock: SetClock) -> None:
    heard: Heard = []
    pipeline = Pipeline(desk(), store, clock=clock, deliver="manual")
    pipeline.subscribe("crm", listening(heard))
    pipeline.open("A")
    assert heard == []
    assert pipeline.subscriptions()[0].lag == 1
    assert pipeline.deliver() == 1
    assert pipeline.deliver() == 0
    assert heard == [("A", 1)]


def test_a_subscriber_that_raises_fails_no_command_and_hears_it_again(
    pipeline: Pipeline, clock: SetClock
) -> None:
    heard: Heard = []
    other: Heard = []
    broken = [True]

    def handler(event: sf.Event) -> None:
        if broken[0] and event.sequence == 2:
            raise RuntimeError("no line to the CRM")
        heard.append((event.opportunity_id, event.sequence))

    pipeline.subscribe("broken", handler)
    pipeline.subscribe("other", listening(other))
    pipeline.open("A")
    assert pipeline.log("A", "call").accepted
    assert pipeline.log("A", "email").accepted
    assert (heard, other) == ([("A", 1)], [("A", 1), ("A", 2), ("A", 3)])
    state = pipeline.subscriptions()[0]
    assert (state.name, state.lag, state.failures) == ("broken", 2, 1)
    assert state.last_error == "event 2 of A: RuntimeError: no line to the CRM"
    assert state.retry_at == clock.now + timedelta(seconds=1)
    assert pipeline.deliver() == 0
    assert pipeline.subscriptions()[0].failures == 1  # it was not tried before its time
    clock.pass_by(seconds=2)
    pipeline.deliver()
    state = pipeline.subscriptions()[0]
    assert (state.failures, state.retry_at) == (2, clock.now + timedelta(seconds=2))
    broken[0] = False
    clock.pass_by(seconds=2)
    assert pipeline.deliver() == 2
    assert heard == [("A", 1), ("A", 2), ("A", 3)]
    state = pipeline.subscriptions()[0]
    assert (state.lag, state.failures, state.last_error, state.retry_at) == (0, 0, "", None)


def test_a_subscriber_that_always_raises_is_tried_ever_more_seldom(
    pipeline: Pipeline, clock: SetClock
) -> None:
    pipeline.subscribe("broken", lambda event: 1 / 0)
    pipeline.open("A")
    waits = []
    for _ in range(15):
        state = pipeline.subscriptions()[0]
        assert state.retry_at is not None
        waits.append((state.retry_at - clock.now).total_seconds())
        clock.now = state.retry_at
        pipeline.deliver()
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 3600


def test_a_handler_may_command(pipeline: Pipeline) -> None:
    heard: Heard = []

    def follow(event: sf.Event) -> None:
        heard.append((event.opportunity_id, event.sequence))
        if isinstance(event, sf.Opened):
            pipeline.log(event.opportunity_id, "call")

    pipeline.subscribe("follow", follow)
    pipeline.open("A")
    assert heard == [("A", 1), ("A", 2)]


def test_many_outstanding_events_come_in_their_order(store: Store, clock: SetClock) -> None:
    heard: Heard = []
    pipeline = Pipeline(desk(), store, clock=clock, deliver="manual")
    pipeline.open("A")
    pipeline.subscribe("crm", listening(heard), since="beginning")
    for _ in range(PAGE + 20):
        pipeline.log("A", "call")
    assert pipeline.deliver() == PAGE + 21
    assert heard == [("A", number) for number in range(1, PAGE + 22)]


def test_threads_that_command_leave_nothing_untold(
    any_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering, "MOMENT", 600.0)
    heard: Heard = []
    guard = Lock()

    def handler(event: sf.Event) -> None:
        with guard:
            heard.append((event.opportunity_id, event.sequence))

    pipeline = Pipeline(desk(), any_store)
    pipeline.subscribe("crm", handler)
    pipeline.open_many(list("ABCD"), lambda engine, name: engine.open(name))
    start = Barrier(4)

    def work(name: str) -> None:
        start.wait()
        for _ in range(10):
            pipeline.log(name, "call").unwrap()

    threads = [Thread(target=work, args=(name,)) for name in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in "ABCD":
        assert [number for who, number in heard if who == name] == list(range(1, 12))


class Busy(MemoryStore):
    """A store in which something is committed just when a subscriber has been told everything.

    ``late`` says whether the lease is given back by then.
    """

    meanwhile: Callable[[], object] | None = None
    late = True

    def advance(self, subscription: Subscription, holder: str) -> bool:
        if not self.late:
            self.interrupt()
        advanced = super().advance(subscription, holder)
        if self.late:
            self.interrupt()
        return advanced

    def release(self, name: str, holder: str) -> None:
        self.interrupt()
        super().release(name, holder)

    def interrupt(self) -> None:
        if self.meanwhile is not None:
            do, self.meanwhile = self.meanwhile, None
            thread = Thread(target=do)
            thread.start()
            thread.join()


def test_what_is_committed_at_the_last_moment_is_told_too(clock: SetClock) -> None:
    heard: Heard = []
    store = Busy()
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.subscribe("crm", listening(heard))
    store.meanwhile = lambda: pipeline.log("A", "call")
    pipeline.open("A")
    assert heard == [("A", 1), ("A", 2)]


def test_what_another_program_commits_at_the_last_moment_is_told_too(clock: SetClock) -> None:
    heard: Heard = []
    store = Busy()
    store.late = False
    one, other = (Pipeline(desk(), store, clock=clock) for _ in range(2))
    for each in (one, other):
        each.subscribe("crm", listening(heard))
    store.meanwhile = lambda: other.log("A", "call")  # it finds the lease taken, and goes on
    one.open("A")
    assert heard == [("A", 1), ("A", 2)]
    store.meanwhile = lambda: other.log("A", "call")
    assert one.deliver() == 1  # there was nothing to tell at first
    assert heard == [("A", 1), ("A", 2), ("A", 3)]


class Counting(MemoryStore):
    """A store that counts what is written for subscribers."""

    written: ClassVar[list[str]] = []

    def lease(self, name: str, holder: str, now: datetime, until: datetime) -> Subscription | None:
        self.written.append("lease")
        return super().lease(name, holder, now, until)

    def advance(self, subscription: Subscription, holder: str) -> bool:
        self.written.append("advance")
        return super().advance(subscription, holder)

    def release(self, name: str, holder: str) -> None:
        self.written.append("release")
        super().release(name, holder)


def test_telling_of_a_command_takes_two_transactions(clock: SetClock) -> None:
    store = Counting()
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.subscribe("crm", lambda event: None)
    store.written.clear()
    pipeline.open("A")
    assert store.written == ["lease", "advance"]


def test_a_command_does_not_tell_a_whole_backlog(
    store: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: Heard = []
    monkeypatch.setattr(delivering, "MOMENT", 0.0)
    quiet = Pipeline(desk(), store, clock=clock)
    quiet.open("A")
    for _ in range(5):
        quiet.log("A", "call")
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.subscribe("crm", listening(heard), since="beginning")
    pipeline.log("A", "email")
    assert heard == [("A", 1)]
    pipeline.log("A", "email")
    assert heard == [("A", 1), ("A", 2)]
    assert pipeline.deliver() == 6
    assert [number for _, number in heard] == list(range(1, 9))


def test_a_place_that_is_none_fails_its_subscriber_alone(store: Store, clock: SetClock) -> None:
    heard: Heard = []
    store.subscribe("lost", "nowhere")
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.subscribe("lost", listening([]))
    pipeline.subscribe("other", listening(heard))
    assert pipeline.open("A").accepted
    assert heard == [("A", 1)]
    state = pipeline.subscriptions()[0]
    assert (state.name, state.lag, state.failures) == ("lost", 1, 1)
    assert "'nowhere' is no cursor" in state.last_error


def test_one_program_at_a_time_tells_a_subscriber(store: Store, clock: SetClock) -> None:
    heard: dict[str, Heard] = {"one": [], "other": []}
    one, other = (Pipeline(desk(), store, clock=clock) for _ in range(2))

    def slow(event: sf.Event) -> None:
        heard["one"].append((event.opportunity_id, event.sequence))
        if event.sequence == 1:
            other.log("A", "call")
            assert other.deliver() == 0

    one.subscribe("crm", slow)
    other.subscribe("crm", listening(heard["other"]))
    one.open("A")
    assert heard == {"one": [("A", 1), ("A", 2)], "other": []}
    other.log("A", "call")
    assert heard["other"] == [("A", 3)]


def test_a_dead_program_holds_up_its_subscriber_for_a_minute_only(
    store: Store, clock: SetClock
) -> None:
    heard: Heard = []
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.subscribe("crm", listening(heard))
    assert store.lease("crm", "dead", clock.now, clock.now + timedelta(minutes=1))
    pipeline.open("A")
    assert heard == []
    clock.pass_by(minutes=1, seconds=1)
    assert pipeline.deliver() == 1
    assert heard == [("A", 1)]


def test_a_handler_that_takes_longer_than_its_lease_goes_on_if_nobody_took_it(
    pipeline: Pipeline, clock: SetClock
) -> None:
    heard: Heard = []

    def slow(event: sf.Event) -> None:
        clock.pass_by(minutes=2)
        heard.append((event.opportunity_id, event.sequence))

    pipeline.open("A")
    pipeline.log("A", "call")
    pipeline.subscribe("slow", slow, since="beginning")
    assert pipeline.deliver() == 2
    assert heard == [("A", 1), ("A", 2)]
    assert pipeline.subscriptions()[0].lag == 0


def test_what_somebody_else_took_over_is_not_remembered_twice(
    store: Store, clock: SetClock
) -> None:
    heard: Heard = []

    def slow(event: sf.Event) -> None:
        heard.append((event.opportunity_id, event.sequence))
        clock.pass_by(minutes=2)
        assert store.lease("crm", "other", clock.now, clock.now + timedelta(minutes=1))

    pipeline = Pipeline(desk(), store, clock=clock, deliver="manual")
    pipeline.subscribe("crm", slow)
    pipeline.open("A")
    pipeline.log("A", "call")
    pipeline.deliver()
    assert heard == [("A", 1)]
    assert pipeline.subscriptions()[0].lag == 2  # the other one tells it, from where it took over


def test_a_forgotten_subscriber_hears_nothing_more(pipeline: Pipeline) -> None:
    heard: Heard = []
    pipeline.subscribe("crm", listening(heard))
    pipeline.unsubscribe("crm")
    pipeline.open("A")
    assert heard == []
    assert pipeline.subscriptions() == []


class Unreadable(MemoryStore):
    """A store of whose events the second cannot be read."""

    def outbox(self, cursor: str, *, limit: int) -> list[Committed]:
        return [
            Committed(each.cursor, Corrupted("A", "no JSON")) if each.cursor == "2" else each
            for each in super().outbox(cursor, limit=limit)
        ]


def test_an_event_that_cannot_be_read_is_not_passed_over_in_silence(clock: SetClock) -> None:
    heard: Heard = []
    told: list[Corrupted] = []
    pipeline = Pipeline(desk(), Unreadable(), clock=clock)
    pipeline.subscribe("strict", listening([]))
    pipeline.subscribe("warned", listening(heard), on_corrupted=told.append)
    pipeline.open("A")
    pipeline.log("A", "call")
    pipeline.log("A", "call")
    strict, warned = pipeline.subscriptions()
    assert (strict.lag, warned.lag) == (2, 0)
    assert "A" in strict.last_error
    assert "no JSON" in strict.last_error
    assert heard == [("A", 1), ("A", 3)]
    assert [each.opportunity_id for each in told] == ["A"]


class Closing(MemoryStore):
    """A store that cannot be reached any more when it is asked for what to tell."""

    def outbox(self, cursor: str, *, limit: int) -> list[Committed]:
        raise StoreUnavailableError("gone: start it again")


def test_a_command_that_is_kept_does_not_fail_for_its_subscribers(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Closing(), clock=clock)
    pipeline.subscribe("crm", listening([]))
    assert pipeline.open("A").accepted
    with pytest.raises(StoreUnavailableError):
        pipeline.deliver()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("crm", "no function"), ValueTypeError),
        (("", print), CommandError),
        ((7, print), CommandError),
    ],
)
def test_a_subscriber_has_a_name_and_a_function(
    pipeline: Pipeline, arguments: tuple[Any, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        pipeline.subscribe(*arguments)


@pytest.mark.parametrize(
    "more", [{"events": ["moved"]}, {"events": [int]}, {"events": 5}, {"since": "today"}]
)
def test_what_a_subscriber_asks_for_must_be_there(pipeline: Pipeline, more: dict[str, Any]) -> None:
    with pytest.raises((ValueTypeError, CommandError)):
        pipeline.subscribe("crm", print, **more)
    assert pipeline.subscriptions() == []


def test_a_name_is_subscribed_once_in_a_program(pipeline: Pipeline) -> None:
    pipeline.subscribe("crm", print)
    with pytest.raises(CommandError, match="subscribed here already"):
        pipeline.subscribe("crm", print)


def test_erasure_is_told(pipeline: Pipeline) -> None:
    heard: list[type] = []
    pipeline.subscribe("crm", lambda event: heard.append(type(event)))
    pipeline.open("A")
    pipeline.record("A", proof())
    pipeline.erase("A")
    assert heard == [sf.Opened, sf.EvidenceRecorded, sf.Erased]


def test_what_is_forgotten_has_a_name(pipeline: Pipeline) -> None:
    with pytest.raises(CommandError, match="needs a name"):
        pipeline.unsubscribe(5)  # type: ignore[arg-type]


def test_the_ways_to_deliver_are_two(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'manual'"):
        Pipeline(desk(), store, deliver="manuel")  # type: ignore[arg-type]


def test_a_coroutine_that_nobody_awaits_is_refused_or_fails_and_loses_nothing(
    pipeline: Pipeline,
) -> None:
    async def hear(event: sf.Event) -> None:
        raise AssertionError("nobody awaits this")

    with pytest.raises(ValueTypeError, match="nobody awaits"):
        pipeline.subscribe("crm", hear)
    pipeline.subscribe("crm", partial(lambda how, event: how(event), hear))
    pipeline.open("A")
    (state,) = pipeline.subscriptions()
    assert (state.lag, state.failures) == (1, 1)
    assert "nobody awaits" in state.last_error

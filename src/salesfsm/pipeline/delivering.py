"""Tells subscribers what happened, after it was committed, and remembers how far each has heard.

At least once: a program that dies between telling and remembering tells again when it is back. One
program at a time tells a subscriber of one name, and the events of one opportunity in their order.
"""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from math import inf
from threading import Lock
from time import monotonic
from typing import Literal

import msgspec
from msgspec.structs import replace

from salesfsm.engine.events import AnyEvent, Event
from salesfsm.engine.making import Clock
from salesfsm.engine.opportunity import Moment
from salesfsm.errors import CommandError, CorruptedError, ValueTypeError, shorten
from salesfsm.stores.port import Corrupted, Store, Subscription

Handler = Callable[[AnyEvent], object]
"""Told of an event. What it raises is kept, and the same event comes again later."""

OnCorrupted = Callable[[Corrupted], object]
"""Told of what cannot be read, which is passed over then."""

Since = Literal["now", "beginning"]

LEASE = timedelta(seconds=60)
"""For how long a program that says nothing more keeps others from telling a subscriber."""

LONGEST_BACKOFF = timedelta(hours=1)
PAGE = 100
"""Events told before it is remembered that they were."""

MOMENT = 1.0
"""Seconds after which a command tells nothing more; what is left waits for the next delivery."""

MOST_COUNTED = 10_000

_AWAITED = (
    "a handler is a plain function, for nobody awaits a coroutine here: have it put the event into "
    "a queue of your loop, such as loop.call_soon_threadsafe(queue.put_nowait, event)"
)


class SubscriberState(msgspec.Struct, frozen=True):
    """How far a subscriber has heard, and what is wrong if it does not go on.

    ``lag`` is how many events it has not heard yet, counted up to 10,000. ``failures`` is how often
    in a row it raised ``last_error`` at the next of them; it is not tried before ``retry_at``.
    """

    name: str
    lag: int
    failures: int = 0
    last_error: str = ""
    retry_at: Moment | None = None


class _Subscriber:
    """A handler of this program. ``wanted`` says that there may be something to tell it."""

    def __init__(
        self,
        name: str,
        handler: Handler,
        kinds: tuple[type[Event], ...],
        on_corrupted: OnCorrupted | None,
    ) -> None:
        self.name = name
        self._handler, self._kinds, self._on_corrupted = handler, kinds, on_corrupted
        self.lock = Lock()
        self.wanted = False

    def hear(self, event: AnyEvent | Corrupted) -> str:
        """Tell of one event; returns how it failed, or nothing."""
        try:
            if isinstance(event, Corrupted):
                self._hear_of(event)
            elif isinstance(event, self._kinds):
                _settled(self._handler(event))
        except Exception as error:  # noqa: BLE001  # it is not ours, and may raise anything
            number = "" if isinstance(event, Corrupted) else f" {event.sequence}"
            what = f"event{number} of {event.opportunity_id}: {type(error).__name__}: {error}"
            return shorten(what, 500)
        return ""

    def _hear_of(self, row: Corrupted) -> None:
        if self._on_corrupted is None:
            raise CorruptedError({row.opportunity_id: row.reason})
        self._on_corrupted(row)


def _settled(told: object) -> None:
    """Fail where the handler gave what nobody awaits: it would have heard nothing."""
    if inspect.isawaitable(told):
        if inspect.iscoroutine(told):
            told.close()
        raise ValueTypeError(_AWAITED)


class Courier:
    """Brings the events of the outbox to the subscribers of one program."""

    def __init__(self, store: Store, clock: Clock, *, at_once: bool) -> None:
        self._store, self._clock, self._at_once = store, clock, at_once
        self._holder = uuid.uuid4().hex
        self._subscribers: dict[str, _Subscriber] = {}

    def subscribe(
        self,
        name: str,
        handler: Handler,
        events: Iterable[type[Event]] | None,
        since: Since,
        on_corrupted: OnCorrupted | None,
    ) -> None:
        """Have ``handler`` told from where ``name`` has come to, or from ``since`` if it is new."""
        kinds = (Event,) if events is None else _kinds(events)
        if not callable(handler):
            raise ValueTypeError(f"a handler is a function, not {shorten(repr(handler))}")
        if inspect.iscoroutinefunction(handler):
            raise ValueTypeError(_AWAITED)
        if since not in ("now", "beginning"):
            raise CommandError(f'since is "now" or "beginning", not {shorten(repr(since))}')
        _check_name(name)
        if name in self._subscribers:
            raise CommandError(f"{name!r} is subscribed here already: take another name")
        self._store.subscribe(name, self._store.head() if since == "now" else "")
        self._subscribers[name] = _Subscriber(name, handler, kinds, on_corrupted)

    def unsubscribe(self, name: str) -> None:
        """Forget the subscriber, here and in the store."""
        _check_name(name)
        self._subscribers.pop(name, None)
        self._store.unsubscribe(name)

    def states(self) -> list[SubscriberState]:
        """All subscribers that the store remembers, by name."""
        return [
            SubscriberState(
                each.name,
                self._lag(each),
                each.failures,
                each.last_error,
                each.retry_at,
            )
            for each in self._store.subscriptions()
        ]

    def _lag(self, subscription: Subscription) -> int:
        try:
            return self._store.lag(subscription.cursor, limit=MOST_COUNTED)
        except CommandError:  # its place is none, as its failure tells: it has heard nothing
            return self._store.lag("", limit=MOST_COUNTED)

    def committed(self) -> None:
        """Tell the subscribers at once, if so wished, for a moment at most.

        The command is done whatever happens here: what is not told now, the next delivery tells.
        """
        if self._at_once:
            end = monotonic() + MOMENT
            for each in list(self._subscribers.values()):
                with suppress(Exception):
                    self._deliver(each, end)

    def deliver(self) -> int:
        """Tell the subscribers of this program what they have not heard; returns how many events.

        Those that are told elsewhere meanwhile, or wait after a failure, are passed over.
        """
        return sum(self._deliver(each, inf) for each in list(self._subscribers.values()))

    def _deliver(self, subscriber: _Subscriber, end: float) -> int:
        told = 0
        subscriber.wanted = True
        # Whoever is telling it looks again after giving the lock back, so that what another thread,
        # or the handler itself, commits meanwhile does not wait for the next command.
        while subscriber.wanted and subscriber.lock.acquire(blocking=False):
            try:
                subscriber.wanted = False
                told += self._tell(subscriber, end)
            finally:
                subscriber.lock.release()
            if monotonic() >= end:
                break
        return told

    def _tell(self, subscriber: _Subscriber, end: float) -> int:
        """Tell it what is outstanding, page by page, unless another program does."""
        told = 0
        while (page := self._page(subscriber, end)) is not None:
            subscription, count = page
            told += count
            # Looked at without the lease: what another program committed while it was held here,
            # that one has left to this one.
            if (
                subscription.failures
                or monotonic() >= end
                or not self._store.lag(subscription.cursor, limit=1)
            ):
                break
        return told

    def _page(self, subscriber: _Subscriber, end: float) -> tuple[Subscription, int] | None:
        """Tell the next events; None where it waits, or another program tells it."""
        now = self._clock()
        subscription = self._store.lease(subscriber.name, self._holder, now, now + LEASE)
        if subscription is None:
            return None
        given_back = False
        try:
            if _waits(subscription, now):
                return None
            before, (subscription, told) = subscription, self._hear(subscriber, subscription, end)
            if subscription != before:
                given_back = self._store.advance(subscription, self._holder)
                if not given_back:
                    return None
            return subscription, told
        finally:
            if not given_back:
                self._store.release(subscriber.name, self._holder)

    def _hear(
        self, subscriber: _Subscriber, subscription: Subscription, end: float
    ) -> tuple[Subscription, int]:
        """How far it is after the next events, and how many of them it heard."""
        told, renew = 0, self._clock() + LEASE / 2
        try:
            outstanding = self._store.outbox(subscription.cursor, limit=PAGE)
        except CommandError as error:  # its place is none: somebody wrote into the table
            return self._failed(subscription, shorten(str(error), 500)), 0
        for committed in outstanding:
            failure = subscriber.hear(committed.event)
            if failure:
                return self._failed(subscription, failure), told
            subscription = Subscription(subscription.name, committed.cursor)
            told += 1
            if self._clock() > renew or monotonic() >= end:
                break
        return subscription, told

    def _failed(self, subscription: Subscription, failure: str) -> Subscription:
        backoff = min(LONGEST_BACKOFF, timedelta(seconds=2 ** min(subscription.failures, 12)))
        return replace(
            subscription,
            failures=subscription.failures + 1,
            last_error=failure,
            retry_at=self._clock() + backoff,
        )


def _check_name(name: str) -> None:
    if not isinstance(name, str) or not name:
        raise CommandError("a subscriber needs a name: its place is remembered under it")


def _kinds(events: Iterable[type[Event]]) -> tuple[type[Event], ...]:
    kinds = tuple(events) if isinstance(events, Iterable) else (events,)
    for kind in kinds:
        if not (isinstance(kind, type) and issubclass(kind, Event)):
            raise ValueTypeError(
                f"events are classes such as [salesfsm.Moved], not {shorten(repr(kind))}"
            )
    return kinds


def _waits(subscription: Subscription, now: datetime) -> bool:
    """Whether it is not tried yet. A time beyond all back-offs was set by a clock that jumped."""
    retry_at = subscription.retry_at
    return retry_at is not None and now < retry_at <= now + 2 * LONGEST_BACKOFF

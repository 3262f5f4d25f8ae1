"""Subscribers: told of events after they were committed, at least once and in order."""

from __future__ import annotations

from collections.abc import Iterable

from salesfsm.engine.events import Event
from salesfsm.pipeline.deciding import Decider
from salesfsm.pipeline.delivering import Handler, OnCorrupted, Since, SubscriberState


class Announcer(Decider):
    """Who hears of what happens."""

    def subscribe(
        self,
        name: str,
        handler: Handler,
        *,
        events: Iterable[type[Event]] | None = None,
        since: Since = "now",
        on_corrupted: OnCorrupted | None = None,
    ) -> None:
        """Have ``handler`` told of every event, or of those of the classes ``events``.

        The store remembers under ``name`` how far it has heard, so that it goes on from there in
        the next program; ``since`` says where a new name begins. What the handler raises fails no
        command: the same event comes again, first after a second, then ever later, and those after
        it wait. It may be told twice, and by one program at a time. An event that cannot be read
        goes to ``on_corrupted``; without it, it counts as a failure.
        """
        self._courier.subscribe(name, handler, events, since, on_corrupted)

    def unsubscribe(self, name: str) -> None:
        """Forget a subscriber and how far it has heard."""
        self._courier.unsubscribe(name)

    def subscriptions(self) -> list[SubscriberState]:
        """All subscribers that the store remembers, how far each lags, and what keeps it."""
        return self._courier.states()

    def deliver(self) -> int:
        """Tell the subscribers of this program all that is outstanding; returns how many events.

        Passed over are those that another program is telling, and those that wait after a failure.
        """
        return self._courier.deliver()

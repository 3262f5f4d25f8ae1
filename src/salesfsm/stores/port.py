"""The port of all stores: what is kept of an opportunity, and what a store can be asked.

A store keeps and finds; it decides nothing. The pipeline decides, through the engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from salesfsm.engine.events import AnyEvent
from salesfsm.engine.opportunity import Moment, Opportunity
from salesfsm.errors import StoreError
from salesfsm.process.kinds import Outcome


class Current(msgspec.Struct, frozen=True):
    """An opportunity as it stands now, with what it is found by.

    ``stalled_at`` is when it stalls if nothing happens, ``due_at`` when the next timer elapses that
    has not rung, each None where there is none. ``rung`` names the timers that have rung and would
    ring again otherwise.
    """

    opportunity: Opportunity
    outcome: Outcome
    stalled_at: Moment | None = None
    due_at: Moment | None = None
    rung: tuple[str, ...] = ()


class Key(msgspec.Struct, frozen=True):
    """An idempotency key: ``name`` as the caller gave it, and the digest of its command."""

    name: str
    command: str


class Answered(msgspec.Struct, frozen=True):
    """What a command with an idempotency key did: the events from ``first`` to ``last``.

    ``first`` is greater than ``last`` where it was accepted and changed nothing.
    """

    key: Key
    opportunity_id: str
    first: int
    last: int


class AlreadyAnsweredError(StoreError):
    """A command with this idempotency key was carried out before: ``answered`` says what it did."""

    def __init__(self, answered: Answered) -> None:
        self.answered = answered
        super().__init__(f"the idempotency key {answered.key.name!r} was used before")


class Append(msgspec.Struct, frozen=True):
    """The new events of one opportunity, and how it stands after them.

    ``expected`` is the number of the last event that was there when they were decided, 0 for an
    opportunity that begins; the numbers of ``events`` follow it without a gap.
    """

    current: Current
    events: tuple[AnyEvent, ...]
    expected: int
    key: Key | None = None


class Corrupted(msgspec.Struct, frozen=True):
    """A row that cannot be read, and why."""

    opportunity_id: str
    reason: str


Version = tuple[str, str]
"""The name of a process, and its version."""

Order = Literal["id", "stalled_at", "due_at"]
"""What opportunities are found by, the least or the earliest first."""


class Query(msgspec.Struct, frozen=True):
    """What opportunities to find; what is left out or empty does not limit.

    ``but`` leaves out those of these processes and versions. ``stalled_by`` and ``due_by`` find
    those whose time has come at that moment, ``after`` those whose id follows in the order of ids
    (for pages). Ids are ordered by their characters' numbers; in the order of a time, those that
    have none come last. ``limit`` counts those that can be read: no other hides one of them.
    """

    process: str | None = None
    version: str | None = None
    but: tuple[Version, ...] = ()
    stages: tuple[str, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    owner: str | None = None
    team: str | None = None
    stalled_by: datetime | None = None
    due_by: datetime | None = None
    after: str | None = None
    order: Order = "id"
    limit: int | None = None


class Committed(msgspec.Struct, frozen=True):
    """An event as the outbox gives it, with the ``cursor`` to go on from after it.

    One that cannot be read is told as such, so that it holds up nothing that follows.
    """

    cursor: str
    event: AnyEvent | Corrupted


class Subscription(msgspec.Struct, frozen=True):
    """How far a subscriber has heard, and what its last failure was, if it has not gone on."""

    name: str
    cursor: str
    failures: int = 0
    last_error: str = ""
    retry_at: Moment | None = None


class Definition(msgspec.Struct, frozen=True):
    """A process as it is stored: its file as text, and whether it takes commands."""

    process: str
    version: str
    text: str
    retired: bool = False


class Store(Protocol):
    """Keeps the histories of opportunities, how they stand, and the processes they are pinned to.

    All methods may be called from many threads, and adapters of a database from many processes.
    What cannot be reached or written raises :class:`~salesfsm.errors.StoreUnavailableError`.
    """

    def append(self, appends: Sequence[Append]) -> None:
        """Keep the events of all ``appends``, or of none.

        Several of one opportunity follow each other. Raises ``ConflictError`` where one is not at
        its expected event, ``UnknownOpportunityError`` where it is not there,
        ``DuplicateOpportunityError`` where one that begins is there already, and, whatever else of
        these is wrong, :class:`AlreadyAnsweredError` where its key was used before.
        """

    def load(self, id: str) -> Current:  # noqa: A002
        """How it stands; raises ``UnknownOpportunityError`` or ``CorruptedError``."""

    def load_many(self, ids: Sequence[str]) -> dict[str, Current | Corrupted]:
        """How these stand, by id; what is not in the store is left out."""

    def events(self, id: str, *, after: int = 0) -> Iterator[AnyEvent]:  # noqa: A002
        """Its events from number ``after`` + 1, one by one; raises as ``load`` does."""

    def answered(self, key: str) -> Answered | None:
        """What the command with this idempotency key did, if there was one."""

    def find(self, query: Query) -> Iterator[Current | Corrupted]:
        """The opportunities that ``query`` asks for, read as they are used."""

    def count(self, query: Query) -> int:
        """How many opportunities ``query`` finds, whatever its limit."""

    def reckon(self, currents: Sequence[Current]) -> int:
        """Set when these stall and come due anew, where they are still at the same event.

        Returns how many were.
        """

    def bare(self, id: str) -> Opportunity:  # noqa: A002
        """Where it stands, also where ``load`` cannot read what is known of it; raises as that."""

    def erase(self, append: Append) -> None:
        """Shred the contents of all events of an opportunity and append its ``Erased`` event.

        What was kept of its commands and of errors of subscribers, which may tell of it, goes too.
        """

    def outbox(self, cursor: str, *, limit: int) -> list[Committed]:
        """The next events after ``cursor`` (empty: from the first), in the order of their commits.

        Those of one opportunity come in the order of their numbers, and none is passed over that a
        transaction still under way may commit.
        """

    def lag(self, cursor: str, *, limit: int) -> int:
        """How many events the outbox would give after ``cursor``, counted up to ``limit``."""

    def head(self) -> str:
        """The cursor after the last event that the outbox would give now."""

    def subscribe(self, name: str, cursor: str) -> Subscription:
        """The subscription ``name``, begun at ``cursor`` where there was none."""

    def subscriptions(self) -> list[Subscription]:
        """All subscriptions, by name."""

    def lease(self, name: str, holder: str, now: datetime, until: datetime) -> Subscription | None:
        """Take the subscription for ``holder`` up to ``until``.

        None where another holds it still, or there is no such subscription. All are to ask for
        leases of one length: one that goes on for more than twice as long is void.
        """

    def advance(self, subscription: Subscription, holder: str) -> bool:
        """Keep how far ``holder`` got, and give its lease back.

        False, and nothing kept, where it has none (any more). A lease that has run out and that
        nobody else took is still good.
        """

    def release(self, name: str, holder: str) -> None:
        """Give the lease back, and keep nothing."""

    def unsubscribe(self, name: str) -> None:
        """Forget the subscription."""

    def define(self, definition: Definition) -> None:
        """Keep a process; raises ``DefinitionChangedError`` where it is kept with another text."""

    def definition(self, process: str, version: str) -> Definition | None:
        """The process of that name and version, if it is kept."""

    def definitions(self) -> list[Definition]:
        """All processes that are kept, in the order in which they came."""

    def versions(self) -> dict[Version, bool]:
        """Whether each of them is retired, in the same order: what is asked often."""

    def retire(self, process: str, version: str, *, retired: bool = True) -> None:
        """Let a version take no commands any more, or take them again.

        Raises ``UnknownNameError`` where it is not kept.
        """

    def close(self) -> None:
        """Give back connections and files."""

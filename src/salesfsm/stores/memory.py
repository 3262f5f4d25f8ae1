"""The store in memory: for tests and trials, and the model that the others are tested against."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from threading import RLock

from msgspec.structs import replace

from salesfsm.engine.erasing import shredded
from salesfsm.engine.events import AnyEvent
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import DefinitionChangedError, UnknownOpportunityError
from salesfsm.stores.accepting import (
    UNTOLD,
    check_appends,
    check_names,
    check_query,
    is_storable,
    latest_lease,
    refusal,
    unknown_cursor,
    unknown_definition,
)
from salesfsm.stores.port import (
    AlreadyAnsweredError,
    Answered,
    Append,
    Committed,
    Corrupted,
    Current,
    Definition,
    Order,
    Query,
    Subscription,
    Version,
)


class MemoryStore:
    """A :class:`~salesfsm.stores.port.Store` that forgets everything when the program ends."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._currents: dict[str, Current] = {}
        self._events: dict[str, list[AnyEvent]] = {}
        self._committed: list[tuple[str, int]] = []
        self._answers: dict[str, Answered] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._definitions: dict[tuple[str, str], Definition] = {}

    def append(self, appends: Sequence[Append]) -> None:
        """Keep the events of all ``appends``, or of none."""
        check_appends(appends)
        with self._lock:
            self._check(appends)
            for append in appends:
                self._keep(append)

    def _check(self, appends: Sequence[Append]) -> None:
        for append in appends:
            if append.key is not None and append.key.name in self._answers:
                raise AlreadyAnsweredError(self._answers[append.key.name])
        at: dict[str, int] = {}
        for append in appends:
            name = append.current.opportunity.id
            found = at.get(name, self._sequence(name))
            if append.expected != found:
                raise refusal(name, append.expected, found)
            at[name] = append.current.opportunity.sequence

    def _sequence(self, name: str) -> int:
        return self._currents[name].opportunity.sequence if name in self._currents else 0

    def _keep(self, append: Append) -> None:
        name = append.current.opportunity.id
        self._currents[name] = append.current
        self._events.setdefault(name, []).extend(append.events)
        self._committed += [(name, event.sequence) for event in append.events]
        if append.key is not None:
            last = append.current.opportunity.sequence
            self._answers[append.key.name] = Answered(append.key, name, append.expected + 1, last)

    def load(self, id: str) -> Current:  # noqa: A002
        """How it stands; raises ``UnknownOpportunityError``."""
        with self._lock:
            if not is_storable(id) or id not in self._currents:
                raise UnknownOpportunityError(id)
            return self._currents[id]

    def bare(self, id: str) -> Opportunity:  # noqa: A002
        """Where it stands."""
        return self.load(id).opportunity

    def load_many(self, ids: Sequence[str]) -> dict[str, Current | Corrupted]:
        """How these stand, by id; what is not in the store is left out."""
        with self._lock:
            return {name: self._currents[name] for name in ids if name in self._currents}

    def events(self, id: str, *, after: int = 0) -> Iterator[AnyEvent]:  # noqa: A002
        """Its events from number ``after`` + 1, as they are when it is called."""
        with self._lock:
            if not is_storable(id) or id not in self._currents:
                raise UnknownOpportunityError(id)
            return iter(self._events[id][max(after, 0) :])

    def answered(self, key: str) -> Answered | None:
        """What the command with this idempotency key did, if there was one."""
        with self._lock:
            return self._answers.get(key)

    def find(self, query: Query) -> Iterator[Current | Corrupted]:
        """The opportunities that ``query`` asks for, as they are when it is called."""
        check_query(query)
        with self._lock:
            found = sorted(filter(_test(query), self._currents.values()), key=_place(query.order))
        return islice(found, query.limit)

    def count(self, query: Query) -> int:
        """How many opportunities ``query`` finds, whatever its limit."""
        check_query(query)
        with self._lock:
            return sum(map(_test(query), self._currents.values()))

    def reckon(self, currents: Sequence[Current]) -> int:
        """Set when these stall and come due anew, where they are still at the same event."""
        done = 0
        with self._lock:
            for current in currents:
                name, sequence = current.opportunity.id, current.opportunity.sequence
                if sequence and self._sequence(name) == sequence:
                    self._currents[name] = replace(
                        self._currents[name],
                        stalled_at=current.stalled_at,
                        due_at=current.due_at,
                        rung=current.rung,
                    )
                    done += 1
        return done

    def erase(self, append: Append) -> None:
        """Shred the contents of all events of an opportunity and append its ``Erased`` event."""
        check_appends([append])
        with self._lock:
            self._check([append])
            self._keep(append)
            name = append.current.opportunity.id
            self._events[name] = [shredded(event) for event in self._events[name]]
            self._answers |= {
                key: replace(each, key=replace(each.key, command=""))
                for key, each in self._answers.items()
                if each.opportunity_id == name
            }
            self._subscriptions |= {
                each.name: replace(each, last_error=UNTOLD)
                for each in self._subscriptions.values()
                if each.last_error
            }

    def outbox(self, cursor: str, *, limit: int) -> list[Committed]:
        """The next events after ``cursor`` (empty: from the first), in the order of appends."""
        first = _position(cursor)
        with self._lock:
            return [
                Committed(str(position), self._events[name][sequence - 1])
                for position, (name, sequence) in enumerate(
                    self._committed[first : first + limit], first + 1
                )
            ]

    def lag(self, cursor: str, *, limit: int) -> int:
        """How many events the outbox would give after ``cursor``, counted up to ``limit``."""
        first = _position(cursor)
        with self._lock:
            return min(limit, max(0, len(self._committed) - first))

    def head(self) -> str:
        """The cursor after the last event."""
        with self._lock:
            return str(len(self._committed))

    def subscribe(self, name: str, cursor: str) -> Subscription:
        """The subscription ``name``, begun at ``cursor`` where there was none."""
        check_names(name=name)
        with self._lock:
            return self._subscriptions.setdefault(name, Subscription(name, cursor))

    def subscriptions(self) -> list[Subscription]:
        """All subscriptions, by name."""
        with self._lock:
            return [each for _, each in sorted(self._subscriptions.items())]

    def lease(self, name: str, holder: str, now: datetime, until: datetime) -> Subscription | None:
        """Take the subscription for ``holder`` up to ``until``; None where another holds it."""
        with self._lock:
            other, ends = self._leases.get(name, (holder, now))
            held = other != holder and now < ends <= latest_lease(now, until)
            if name not in self._subscriptions or held:
                return None
            self._leases[name] = (holder, until)
            return self._subscriptions[name]

    def advance(self, subscription: Subscription, holder: str) -> bool:
        """Keep how far ``holder`` got, and give its lease back; False where it is lost."""
        with self._lock:
            if self._leases.get(subscription.name, ("", None))[0] != holder:
                return False
            self._subscriptions[subscription.name] = subscription
            del self._leases[subscription.name]
            return True

    def release(self, name: str, holder: str) -> None:
        """Give the lease back, and keep nothing."""
        with self._lock:
            if name in self._leases and self._leases[name][0] == holder:
                del self._leases[name]

    def unsubscribe(self, name: str) -> None:
        """Forget the subscription."""
        with self._lock:
            self._subscriptions.pop(name, None)
            self._leases.pop(name, None)

    def define(self, definition: Definition) -> None:
        """Keep a process; raises ``DefinitionChangedError`` where it is kept with another text."""
        key = (definition.process, definition.version)
        with self._lock:
            if self._definitions.setdefault(key, definition).text != definition.text:
                raise DefinitionChangedError(*key)

    def definition(self, process: str, version: str) -> Definition | None:
        """The process of that name and version, if it is kept."""
        with self._lock:
            return self._definitions.get((process, version))

    def definitions(self) -> list[Definition]:
        """All processes that are kept, in the order in which they came."""
        with self._lock:
            return list(self._definitions.values())

    def versions(self) -> dict[Version, bool]:
        """Whether each of them is retired, in the same order."""
        with self._lock:
            return {key: each.retired for key, each in self._definitions.items()}

    def retire(self, process: str, version: str, *, retired: bool = True) -> None:
        """Let a version take no commands any more, or take them again."""
        with self._lock:
            known = self._definitions.get((process, version))
            if known is None:
                raise unknown_definition(process, version, self.versions())
            self._definitions[process, version] = replace(known, retired=retired)

    def close(self) -> None:
        """Nothing to give back: what is kept stays as long as the store."""


def _position(cursor: str) -> int:
    if cursor and not cursor.isdecimal():
        raise unknown_cursor(cursor)
    return int(cursor or 0)


def _test(query: Query) -> Callable[[Current], bool]:
    """Whether a query asks for an opportunity, its limit aside."""
    equal = {
        name: wanted
        for name in ("process", "version", "owner", "team")
        if (wanted := getattr(query, name)) is not None
    }

    def asked_for(current: Current) -> bool:
        opportunity = current.opportunity
        return (
            all(getattr(opportunity, name) == wanted for name, wanted in equal.items())
            and (opportunity.process, opportunity.version) not in query.but
            and (not query.stages or opportunity.stage in query.stages)
            and (not query.outcomes or current.outcome in query.outcomes)
            and _has_come(current.stalled_at, query.stalled_by)
            and _has_come(current.due_at, query.due_by)
            and (query.after is None or opportunity.id > query.after)
        )

    return asked_for


def _has_come(at: datetime | None, by: datetime | None) -> bool:
    return by is None or (at is not None and at <= by)


def _place(order: Order) -> Callable[[Current], tuple[datetime, str]]:
    """What to sort by; those whose time never comes are last."""
    never = datetime.max.replace(tzinfo=UTC)

    def place(current: Current) -> tuple[datetime, str]:
        at = None if order == "id" else getattr(current, order)
        return (at or never, current.opportunity.id)

    return place

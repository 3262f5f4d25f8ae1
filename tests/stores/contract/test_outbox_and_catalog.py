"""What every store tells subscribers, and which processes it keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.stores import Store
from salesfsm.stores.port import Definition, Subscription
from stores.deals import NOW, begun, heard, long_history, updated

MINUTE = timedelta(minutes=1)


def test_the_outbox_gives_each_event_once_in_order(store: Store) -> None:
    first, other = begun("D-1"), begun("D-2")
    store.append([first])
    store.append([other])
    store.append([updated(first.current, "more"), updated(other.current, "more")])
    cursor, given = "", []
    while page := store.outbox(cursor, limit=3):
        assert len(page) <= 3
        given += [(each.event.opportunity_id, each.event.sequence) for each in page]
        cursor = page[-1].cursor
    assert given == [("D-1", 1), ("D-2", 1), ("D-1", 2), ("D-2", 2)]
    assert cursor == store.head()


def test_what_comes_after_the_head_is_given_from_there(store: Store) -> None:
    empty = store.head()
    assert store.outbox(empty, limit=9) == []
    first = begun("D-1")
    store.append([first])
    assert heard(store, empty) == [("D-1", 1)]
    head = store.head()
    assert heard(store, head) == []
    store.append([updated(first.current, "more")])
    assert heard(store, head) == [("D-1", 2)]


def test_each_event_has_a_cursor_to_go_on_after_it(store: Store) -> None:
    long_history(store, "D-1", 9)
    every = store.outbox("", limit=99)
    for number, each in enumerate(every):
        assert store.outbox(each.cursor, limit=99) == every[number + 1 :]


def test_a_cursor_of_nothing_is_an_error(store: Store) -> None:
    with pytest.raises(sf.CommandError, match="cursor"):
        store.outbox("here'; DROP TABLE events", limit=1)
    with pytest.raises(sf.CommandError, match="cursor"):
        store.lag("here'; DROP TABLE events", limit=1)


def test_a_lag_is_what_the_outbox_would_give(store: Store) -> None:
    assert store.lag("", limit=9) == 0
    long_history(store, "D-1", 7)
    every = store.outbox("", limit=99)
    assert (store.lag("", limit=99), store.lag("", limit=3)) == (7, 3)
    assert [store.lag(each.cursor, limit=99) for each in every] == [6, 5, 4, 3, 2, 1, 0]


def test_a_subscription_begins_once(store: Store) -> None:
    begun_at = store.subscribe("mail", "")
    assert begun_at == Subscription("mail", "")
    store.append([begun("D-1")])
    assert store.subscribe("mail", store.head()) == begun_at
    store.subscribe("audit", store.head())
    assert [each.name for each in store.subscriptions()] == ["audit", "mail"]
    store.unsubscribe("mail")
    store.unsubscribe("never")
    assert [each.name for each in store.subscriptions()] == ["audit"]


def test_a_lease_is_one_holder_s_until_it_ends_or_is_given_back(store: Store) -> None:
    kept = store.subscribe("mail", "")
    assert store.lease("mail", "one", NOW, NOW + MINUTE) == kept
    assert store.lease("mail", "two", NOW, NOW + MINUTE) is None
    assert store.lease("mail", "one", NOW, NOW + 2 * MINUTE) == kept
    store.release("mail", "two")
    assert store.lease("mail", "two", NOW + MINUTE, NOW + 9 * MINUTE) is None
    assert store.lease("mail", "two", NOW + 2 * MINUTE, NOW + 9 * MINUTE) == kept
    store.release("mail", "two")
    assert store.lease("mail", "one", NOW, NOW + MINUTE) == kept
    assert store.lease("never", "one", NOW, NOW + MINUTE) is None


def test_who_lost_the_lease_gets_no_further(store: Store) -> None:
    kept = store.subscribe("mail", "")
    failed = replace(kept, failures=2, last_error="no\tmail 🤝", retry_at=NOW + MINUTE)
    assert not store.advance(failed, "one")
    store.lease("mail", "one", NOW, NOW + MINUTE)
    assert store.advance(failed, "one")
    assert store.subscriptions() == [failed]
    assert not store.advance(kept, "one")  # it gave the lease back with the first time
    assert store.lease("mail", "two", NOW, NOW + 2 * MINUTE) == failed
    assert not store.advance(kept, "one")
    assert store.subscriptions() == [failed]
    assert not store.advance(Subscription("never", ""), "one")


def test_a_process_is_kept_once_under_its_version(store: Store) -> None:
    b, a = Definition("b2b", "2", "text ż"), Definition("b2b", "10", "other")
    store.define(b)
    store.define(a)
    store.define(b)
    assert store.definitions() == [b, a]
    assert list(store.versions().items()) == [(("b2b", "2"), False), (("b2b", "10"), False)]
    assert store.definition("b2b", "10") == a
    assert store.definition("b2b", "1") is None
    with pytest.raises(sf.DefinitionChangedError):
        store.define(replace(b, text="text z"))
    assert store.definitions() == [b, a]


def test_a_version_is_retired_and_taken_back(store: Store) -> None:
    kept = Definition("b2b", "1", "text")
    store.define(kept)
    store.retire("b2b", "1")
    store.define(kept)
    assert store.definitions() == [replace(kept, retired=True)]
    assert store.definition("b2b", "1") == replace(kept, retired=True)
    assert store.versions() == {("b2b", "1"): True}
    store.retire("b2b", "1", retired=False)
    assert store.definitions() == [kept]
    with pytest.raises(sf.UnknownNameError, match="b2b 1"):
        store.retire("b2b", "2")

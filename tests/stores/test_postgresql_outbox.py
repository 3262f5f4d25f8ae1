"""The outbox of PostgreSQL, where a later position may be committed before an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from salesfsm.stores import Store, open_store
from stores.deals import begun, heard, updated
from stores.raw import run

INSERT = """
INSERT INTO salesfsm.opportunities
SELECT '{new}', sequence, process, version, stage, outcome, owner, team, opened_at, entered_at,
       active_at, stalled_at, due_at, rung, state FROM salesfsm.opportunities WHERE id = '{like}';
INSERT INTO salesfsm.events (opportunity_id, sequence, type, at, by, body)
SELECT '{new}', sequence, type, at, by, replace(body::text, '{like}', '{new}')::json
FROM salesfsm.events WHERE opportunity_id = '{like}'
"""


@pytest.fixture
def store(postgresql_store: str) -> Iterator[Store]:
    opened = open_store(postgresql_store)
    yield opened
    opened.close()


@contextmanager
def transaction(url: str) -> Iterator[psycopg.Connection]:
    """A transaction of another writer, that ends when it is told to."""
    with closing(psycopg.connect(url)) as connection:
        yield connection


def test_an_event_committed_late_is_not_passed_over(store: Store, postgresql_store: str) -> None:
    store.append([begun("first")])
    cursor = store.head()
    with transaction(postgresql_store) as slow:
        slow.execute(INSERT.format(new="slow", like="first"))  # its position is taken
        store.append([begun("quick")])  # a later position, committed before it
        positions = dict(run(postgresql_store, "SELECT opportunity_id, position FROM events"))
        assert positions["quick"] > positions["first"] + 1
        assert heard(store, cursor) == []  # or the slow one would be passed over
        assert store.head() == cursor
        slow.commit()
    assert heard(store, cursor) == [("slow", 1), ("quick", 1)]
    assert heard(store, store.head()) == []


def test_a_transaction_that_is_rolled_back_leaves_no_gap_to_wait_for(
    store: Store, postgresql_store: str
) -> None:
    store.append([begun("first")])
    with transaction(postgresql_store) as slow:
        slow.execute(INSERT.format(new="slow", like="first"))
        store.append([begun("quick")])
        slow.rollback()
    assert heard(store) == [("first", 1), ("quick", 1)]


def test_each_event_is_heard_once_whatever_order_the_writers_end_in(
    store: Store, postgresql_store: str
) -> None:
    first = begun("first")
    store.append([first])
    cursor, told = "", []

    def listen() -> None:
        nonlocal cursor
        while page := store.outbox(cursor, limit=1):
            told.extend(each.event.opportunity_id for each in page)
            cursor = page[-1].cursor

    with transaction(postgresql_store) as one, transaction(postgresql_store) as two:
        one.execute(INSERT.format(new="one", like="first"))
        listen()
        two.execute(INSERT.format(new="two", like="first"))
        two.commit()
        listen()
        store.append([updated(first.current, "more")])
        listen()
        assert told == ["first"]
        one.commit()
        listen()
    assert told == ["first", "one", "two", "first"]


def test_a_dump_restored_on_a_server_with_lower_transactions_is_heard_in_its_order(
    postgresql_store: str,
) -> None:
    store = open_store(postgresql_store)
    deals = [begun(name) for name in ("a", "b", "c", "d")]
    for deal in deals:
        store.append([deal])
    store.subscribe("mail", store.outbox("", limit=2)[-1].cursor)
    store.subscribe("all", "")
    store.close()
    # As after pg_dump and psql elsewhere: numbers that this server has not reached, and, to be
    # strict, positions that are not in the order of the transactions.
    run(
        postgresql_store,
        "UPDATE events SET transaction_id = "
        "((transaction_id::text::bigint + 1000000000)::text)::xid8",
        "UPDATE subscriptions SET cursor = (split_part(cursor, ':', 1)::bigint + 1000000000) "
        "|| ':' || split_part(cursor, ':', 2) WHERE cursor <> ''",
        "UPDATE events SET position = 10 WHERE opportunity_id = 'a'",
        "UPDATE subscriptions SET cursor = (SELECT transaction_id || ':' || position FROM events "
        "WHERE opportunity_id = 'b') WHERE cursor <> ''",
    )
    store = open_store(postgresql_store)
    every = [("a", 1), ("b", 1), ("c", 1), ("d", 1)]
    assert heard(store) == every
    cursors = {each.name: each.cursor for each in store.subscriptions()}
    assert cursors["all"] == ""
    assert heard(store, cursors["mail"]) == every[2:]
    head = store.head()
    store.append([begun("e")])
    assert heard(store, head) == [("e", 1)]
    assert heard(store) == [*every, ("e", 1)]
    store.close()

"""Rows that somebody else has spoiled: named by id, and the rest still loads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import salesfsm as sf
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import Store, open_store
from salesfsm.stores.checking import unreadable
from salesfsm.stores.port import Corrupted, Current, Subscription
from stores.deals import ENGINE, NOW, begun, found, heard, updated
from stores.raw import run

STATE = "UPDATE opportunities SET state = {} WHERE id = 'bad'"
BODY = "UPDATE events SET body = {} WHERE opportunity_id = 'bad' AND sequence = {}"


@pytest.fixture
def standing(sql_url: str) -> Current:
    """How the opportunity ``bad`` stands, between two good ones."""
    store = open_store(sql_url)
    first = begun("bad", owner="anna", need="first")
    second = updated(first.current, "second")
    third = updated(second.current, "third")
    store.append([begun("a"), first, second, third, begun("z")])
    store.close()
    return third.current


@pytest.fixture
def opened(sql_url: str, standing: Current) -> Iterator[Store]:
    """The store, whose connections see what was spoiled since."""
    store = open_store(sql_url)
    yield store
    store.close()


@pytest.mark.parametrize(
    "state",
    ["'{}'", "'[1]'", "'null'", "replace(CAST(state AS text), 'bad', 'good')",
     """replace(CAST(state AS text), '"sequence":3', '"sequence":2')""",
     """replace(CAST(state AS text), '"schema":1', '"schema":9')"""],
)  # fmt: skip
def test_a_state_that_cannot_be_read_is_folded_from_the_events(
    opened: Store, standing: Current, sql_url: str, state: str
) -> None:
    cast = f"CAST({state} AS json)" if sql_url.startswith("postgresql") else state
    run(sql_url, STATE.format(cast))
    assert opened.load("bad") == standing
    assert found(opened) == ["a", "bad", "z"]
    again = updated(standing, "mended")
    opened.append([again])
    assert opened.load("bad") == again.current


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_event_that_cannot_be_read_is_named_and_holds_nothing_up(
    opened: Store, standing: Current, sql_url: str, number: int
) -> None:
    run(sql_url, BODY.format("""'{"schema":1}'""", number))
    assert opened.load("bad") == standing
    with pytest.raises(sf.CorruptedError, match=f"event {number}") as raised:
        list(opened.events("bad"))
    assert list(raised.value.reasons) == ["bad"]
    assert [event.sequence for event in opened.events("bad", after=number)] == [
        *range(number + 1, 4)
    ]
    told = heard(opened)
    assert told[0] == ("a", 1)
    assert told[number] == ("bad", 0)
    assert told[-1] == ("z", 1)
    assert [each.opportunity_id for each in unreadable(opened)] == ["bad"]


@pytest.mark.parametrize(
    "spoil",
    [
        BODY.format("'{}'", 2),
        "DELETE FROM events WHERE opportunity_id = 'bad' AND sequence = 2",
        "DELETE FROM events WHERE opportunity_id = 'bad' AND sequence = 3",
        "DELETE FROM events WHERE opportunity_id = 'bad'",
        "UPDATE events SET sequence = 4 WHERE opportunity_id = 'bad' AND sequence = 3",
        "UPDATE opportunities SET sequence = 2 WHERE id = 'bad'",
        "UPDATE opportunities SET outcome = 'maybe' WHERE id = 'bad'",
        "UPDATE opportunities SET rung = '{}' WHERE id = 'bad'",
    ],
)
def test_what_cannot_be_read_at_all_is_told_by_id(opened: Store, sql_url: str, spoil: str) -> None:
    run(sql_url, spoil)
    if "opportunities" not in spoil:
        run(sql_url, STATE.format("'{}'"))
    if "SET sequence = 2" in spoil:  # its state is of event 3, and its events lead to 3 too
        assert opened.load("bad").opportunity.sequence == 2
        return
    with pytest.raises(sf.CorruptedError, match="restore") as raised:
        opened.load("bad")
    assert list(raised.value.reasons) == ["bad"]
    many = opened.load_many(["a", "bad"])
    assert isinstance(many["a"], Current)
    assert isinstance(many["bad"], Corrupted)
    assert found(opened) == ["a", "!bad", "z"]
    assert [each.opportunity_id for each in unreadable(opened)] == ["bad"]


def test_events_that_the_row_does_not_know_of_stop_an_append_with_their_id(
    opened: Store, standing: Current, sql_url: str
) -> None:
    run(
        sql_url,
        "INSERT INTO events (opportunity_id, sequence, type, at, body) "
        "SELECT opportunity_id, 4, type, at, body FROM events "
        "WHERE opportunity_id = 'bad' AND sequence = 3",
    )
    with pytest.raises(sf.CorruptedError, match="more events") as raised:
        opened.append([updated(standing, "next")])
    assert list(raised.value.reasons) == ["bad"]


def test_a_state_that_its_events_do_not_lead_to_is_found_by_a_check(
    opened: Store, sql_url: str
) -> None:
    told = "replace(CAST(state AS text), 'third', 'forged')"
    cast = f"CAST({told} AS json)" if sql_url.startswith("postgresql") else told
    run(sql_url, STATE.format(cast))
    assert [(each.opportunity_id, each.reason) for each in unreadable(opened)] == [
        ("bad", "it stands elsewhere than its events lead")
    ]


@pytest.mark.parametrize(
    "spoil",
    [
        BODY.format("substr(body, 1, 60)", 2),
        BODY.format("CAST(x'7bff' AS TEXT)", 2),
        BODY.format("x'00ff'", 2),
        BODY.format("42", 2),
        "UPDATE opportunities SET stalled_at = 'soon' WHERE id = 'bad'",
        "UPDATE opportunities SET due_at = '2026-01-01T00:00:00' WHERE id = 'bad'",
        "UPDATE opportunities SET rung = 'none' WHERE id = 'bad'",
        "UPDATE opportunities SET sequence = 'three' WHERE id = 'bad'",
    ],
)
def test_what_only_sqlite_lets_anybody_write_spoils_its_own_row_alone(
    tmp_path: Path, spoil: str
) -> None:
    url = f"sqlite:///{tmp_path / 'spoiled.db'}"
    store = open_store(url)
    first = begun("bad", need="first")
    store.append([begun("a"), first, updated(first.current, "żółć"), begun("z")])
    run(url, spoil, STATE.format("'{'"))
    with pytest.raises(sf.CorruptedError):
        store.load("bad")
    assert found(store) == ["a", "!bad", "z"]
    assert found(store, order="stalled_at") in (["a", "!bad", "z"], ["!bad", "a", "z"])
    store.close()


@pytest.mark.parametrize(
    "spoiled", ["retry_at = 'soon'", "failures = 'many'", "failures = -0.5", "last_error = x'ff'"]
)
def test_a_subscription_that_cannot_be_read_waits_for_nothing(
    sqlite_file: Path, spoiled: str
) -> None:
    store = open_store(str(sqlite_file))
    store.append([begun("a")])
    store.subscribe("mail", store.head())
    run(f"sqlite:///{sqlite_file}", f"UPDATE subscriptions SET {spoiled}")
    found = store.lease("mail", "one", NOW, NOW + timedelta(minutes=1))
    assert found is not None
    assert (found.cursor, found.failures, found.retry_at) == (store.head(), 0, None)
    assert "cannot be read" in found.last_error
    assert store.subscriptions() == [found]
    assert store.advance(Subscription("mail", store.head()), "one")
    assert store.subscriptions() == [Subscription("mail", store.head())]
    store.close()


@pytest.mark.parametrize(
    "spoil",
    [
        [BODY.format("""'{"schema":1,"need":"Kowalska"}'""", 2)],
        [BODY.format("""'{"schema":1,"need":"Kowalska"}'""", 2), STATE.format("'[1]'")],
        ["DELETE FROM events WHERE opportunity_id = 'bad' AND sequence = 2", STATE.format("'{}'")],
        ["UPDATE opportunities SET outcome = 'maybe' WHERE id = 'bad'"],
        ["UPDATE opportunities SET rung = '{}' WHERE id = 'bad'"],
    ],
)
def test_what_is_corrupted_can_be_erased_all_the_same(
    opened: Store, sql_url: str, spoil: list[str]
) -> None:
    run(sql_url, *spoil)
    pipeline = Pipeline(ENGINE.process, opened)
    assert pipeline.erase("bad", reason="asked").accepted
    deal = pipeline.get("bad")
    assert (deal.stage, deal.owner, deal.sequence, deal.facts) == ("talking", "anna", 4, {})
    for table in ("events", "opportunities"):
        rows = str(run(sql_url, f"SELECT * FROM {table}"))
        assert "Kowalska" not in rows
        assert "third" not in rows
    assert pipeline.update("bad", {"need": "new"}).accepted

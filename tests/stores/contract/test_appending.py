"""What every store does with what is appended to it."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.stores import Store
from salesfsm.stores.port import AlreadyAnsweredError, Answered, Append, Key, Subscription
from stores.deals import (
    ENGINE,
    NOW,
    begun,
    erased,
    fired,
    found,
    heard,
    long_history,
    nothing,
    updated,
)

HOSTILE = [
    "'; DROP TABLE events;--",
    '"; DELETE FROM opportunities; --',
    "%s %(id)s :id ?",
    "🤝 Zażółć гъска",
    "x" * 500,
    "a\\b\n\tc",
    " ",
]


def test_what_is_appended_is_loaded_as_it_was(store: Store) -> None:
    first = begun("D-1", owner="anna", need="two days a month")
    store.append([first])
    second = fired(first.current, "lose", reason="price")
    store.append([second])
    assert store.load("D-1") == second.current
    assert list(store.events("D-1")) == [*first.events, *second.events]
    assert list(store.events("D-1", after=1)) == list(second.events)
    assert list(store.events("D-1", after=2)) == []


def test_an_unknown_id_is_an_error_and_left_out_of_many(store: Store) -> None:
    store.append([begun("D-1"), begun("D-2")])
    for unknown in ("D-9", "", "\0", "\ud800"):
        with pytest.raises(sf.UnknownOpportunityError):
            store.load(unknown)
        with pytest.raises(sf.UnknownOpportunityError):
            list(store.events(unknown))
    many = store.load_many(["D-2", "D-9", "\0", "D-1", "D-2"])
    assert list(many) == ["D-2", "D-1"]


def test_an_opportunity_begins_once(store: Store) -> None:
    store.append([begun("D-1")])
    with pytest.raises(sf.DuplicateOpportunityError, match="D-1"):
        store.append([begun("D-2"), begun("D-1")])
    assert found(store) == ["D-1"]


def test_an_append_at_another_event_than_expected_is_a_conflict(store: Store) -> None:
    first = begun("D-1")
    store.append([first])
    store.append([updated(first.current, "mine")])
    with pytest.raises(sf.ConflictError) as raised:
        store.append([updated(first.current, "theirs")])
    assert (raised.value.id, raised.value.expected, raised.value.found) == ("D-1", 1, 2)
    assert store.load("D-1").opportunity.facts["need"] == "mine"
    with pytest.raises(sf.UnknownOpportunityError):
        store.append([updated(begun("D-9").current, "of nothing")])


def test_a_batch_is_kept_whole_or_not_at_all(store: Store) -> None:
    known = begun("D-5")
    store.append([known, updated(known.current, "newer")])
    batch = [begun("D-1", key="one"), updated(known.current, "late"), begun("D-9")]
    with pytest.raises(sf.ConflictError):
        store.append(batch)
    assert found(store) == ["D-5"]
    assert store.answered("one") is None
    assert heard(store) == [("D-5", 1), ("D-5", 2)]


def test_appends_of_one_opportunity_follow_each_other_in_a_batch(store: Store) -> None:
    standing = long_history(store, "D-1", 2500)
    assert store.load("D-1") == standing
    assert [event.sequence for event in store.events("D-1")] == [*range(1, 2501)]
    assert [event.sequence for event in store.events("D-1", after=2498)] == [2499, 2500]


def test_nothing_to_append_is_no_error(store: Store) -> None:
    store.append([])
    assert heard(store) == []


def test_numbers_with_a_gap_and_events_of_another_are_refused(store: Store) -> None:
    first = begun("D-1")
    store.append([first])
    second = updated(first.current, "more")
    gap = replace(second, events=(replace(second.events[0], sequence=3),))
    foreign = replace(second, events=(replace(second.events[0], opportunity_id="D-2"),))
    unlike = replace(second, events=())
    for wrong in (gap, foreign, unlike):
        with pytest.raises(sf.EventError, match="D-1"):
            store.append([wrong])
    assert store.load("D-1") == first.current


@pytest.mark.parametrize("name", HOSTILE)
def test_any_text_is_an_id_an_owner_and_a_key(store: Store, name: str) -> None:
    store.append([begun(name, owner=name, need=name, key=name), begun("other")])
    assert store.load(name).opportunity.owner == name
    assert list(store.load_many([name])) == [name]
    assert found(store, owner=name) == [name]
    assert store.answered(name) == Answered(Key(name, "digest"), name, 1, 1)
    assert ("other", 1) in heard(store)


@pytest.mark.parametrize("wrong", ["D\0", "\ud800"])
def test_what_no_database_can_hold_is_refused_by_all(store: Store, wrong: str) -> None:
    for deal in ({"name": wrong}, {"owner": wrong}, {"key": wrong}):
        with pytest.raises((sf.CommandError, sf.ValueTypeError), match=r"leave (it|that) out"):
            store.append([begun(**{"name": "D-1"} | deal)])
    assert found(store) == []


def test_a_key_tells_what_its_command_did(store: Store) -> None:
    first = begun("D-1", key="open")
    store.append([first])
    second = updated(first.current, "more", key="update")
    store.append([second])
    store.append([nothing(second.current, "again")])
    assert store.answered("open") == Answered(Key("open", "digest"), "D-1", 1, 1)
    assert store.answered("update") == Answered(Key("update", "digest"), "D-1", 2, 2)
    assert store.answered("again") == Answered(Key("again", "digest"), "D-1", 3, 2)
    assert store.answered("never") is None


def test_a_key_that_was_used_is_told_before_all_else(store: Store) -> None:
    first = begun("D-1", key="open")
    store.append([first])
    store.append([updated(first.current, "newer")])
    again = [
        begun("D-1", key="open"),
        begun("D-2", key="open"),
        updated(first.current, "late", key="open"),
    ]
    for append in again:
        with pytest.raises(AlreadyAnsweredError) as raised:
            store.append([updated(begun("D-9").current, "of nothing"), append])
        assert raised.value.answered == Answered(Key("open", "digest"), "D-1", 1, 1)
    assert found(store) == ["D-1"]


def test_one_key_for_two_appends_of_a_batch_is_an_error(store: Store) -> None:
    with pytest.raises(sf.KeyReusedError):
        store.append([begun("D-1", key="open"), begun("D-2", key="open")])
    assert found(store) == []


def together(count: int, work: object) -> list[BaseException | None]:
    """What ``work(number)`` raises, run by so many threads at once."""
    start, raised = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
        except sf.SalesFsmError as error:
            raised[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_the_same_key_from_twenty_threads_is_one_append(store: Store) -> None:
    first = begun("D-1")
    store.append([first])
    raised = together(
        20, lambda number: store.append([updated(first.current, f"of {number}", key="once")])
    )
    assert raised.count(None) == 1
    assert {type(each) for each in raised if each} == {AlreadyAnsweredError}
    assert len(list(store.events("D-1"))) == 2


def test_twenty_threads_at_one_event_are_one_append(store: Store) -> None:
    first = begun("D-1")
    store.append([first])
    raised = together(20, lambda number: store.append([updated(first.current, f"of {number}")]))
    assert raised.count(None) == 1
    assert {type(each) for each in raised if each} == {sf.ConflictError}
    assert store.load("D-1").opportunity.sequence == 2


def test_batches_in_opposite_orders_do_not_wait_for_each_other_forever(store: Store) -> None:
    deals = [begun(f"D-{number}") for number in range(20)]
    store.append(deals)

    def change(number: int) -> None:
        standing = store.load_many([each.current.opportunity.id for each in deals])
        batch = [updated(each, f"by {number}") for each in standing.values()]
        store.append(batch if number % 2 else batch[::-1])

    raised = together(6, change)
    assert raised.count(None) >= 1
    assert {type(each) for each in raised if each} <= {sf.ConflictError}
    every = store.load_many([each.current.opportunity.id for each in deals])
    assert {each.opportunity.sequence for each in every.values()} == {1 + raised.count(None)}


def test_an_erasure_shreds_all_events_and_keeps_their_numbers(store: Store) -> None:
    first = begun("D-1", owner="anna", need="secret one")
    second = updated(first.current, "secret two")
    third = fired(second.current, "agree")
    store.append([first, second, third, begun("D-2", need="open")])
    last = erased(third.current)
    store.erase(last)
    assert store.load("D-1") == last.current
    kept = list(store.events("D-1"))
    assert [type(event).__name__ for event in kept] == [
        "Opened", "FactsUpdated", "Moved", "Erased",
    ]  # fmt: skip
    assert not any("secret" in sf.event_to_json(event) for event in kept)
    assert sf.replay(ENGINE.process, kept) == last.current.opportunity
    assert store.load("D-2").opportunity.facts["need"] == "open"
    assert heard(store)[-1] == ("D-1", 4)
    given = [sf.event_to_json(each.event) for each in store.outbox("", limit=9)]
    assert not any("secret" in each for each in given)


def test_an_erasure_at_another_event_than_expected_changes_nothing(store: Store) -> None:
    first = begun("D-1", need="kept")
    store.append([first, updated(first.current, "kept too")])
    with pytest.raises(sf.ConflictError):
        store.erase(erased(first.current))
    assert [event.facts["need"] for event in store.events("D-1")] == ["kept", "kept too"]
    with pytest.raises(sf.UnknownOpportunityError):
        store.erase(erased(begun("D-9").current))


def test_appends_are_values_that_no_store_changes(store: Store) -> None:
    append: Append = begun("D-1", need="as it was")
    before = sf.opportunity_to_json(append.current.opportunity)
    store.append([append])
    assert sf.opportunity_to_json(append.current.opportunity) == before


def test_commands_and_errors_that_may_tell_of_it_are_forgotten(store: Store) -> None:
    first, other = begun("D-1", key="open"), begun("D-2", key="other")
    store.append([first, other])
    store.subscribe("crm", "")
    failed = Subscription("crm", "", 1, "event 1 of D-1: no phone 48")
    assert store.lease("crm", "me", NOW, NOW + timedelta(minutes=1)) is not None
    assert store.advance(failed, "me")
    store.erase(erased(first.current))
    answered = store.answered("open")
    assert answered is not None
    assert (answered.key.command, answered.opportunity_id) == ("", "D-1")
    kept = store.answered("other")
    assert kept is not None
    assert kept.key.command == "digest"
    (subscription,) = store.subscriptions()
    assert "48" not in subscription.last_error
    assert subscription.failures == 1


def test_where_it_stands_is_known_without_what_it_holds(store: Store) -> None:
    first = begun("D-1", owner="anna", need="two days")
    second = fired(first.current, "lose", reason="price")
    store.append([first, second])
    bare, whole = store.bare("D-1"), second.current.opportunity
    for name in ("id", "process", "version", "sequence", "at", "stage", "entered_at", "opened_at"):
        assert getattr(bare, name) == getattr(whole, name)
    assert (bare.owner, bare.team) == (whole.owner, whole.team)
    with pytest.raises(sf.UnknownOpportunityError):
        store.bare("D-9")


def test_what_no_index_holds_is_refused_by_every_store(store: Store) -> None:
    for name in ("x" * 1001, "😀" * 251):
        with pytest.raises(sf.CommandError, match="longer than 1000 bytes"):
            store.append([begun(name)])
        with pytest.raises(sf.CommandError, match="longer than 1000 bytes"):
            store.append([begun("D-1", owner=name)])
    longest = begun("😀" * 250, owner="я" * 500)
    store.append([longest])
    assert store.load("😀" * 250) == longest.current

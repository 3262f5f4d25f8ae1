"""What every store finds, and in which order."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest
from hypothesis import given, settings, strategies as st
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.process.kinds import Outcome
from salesfsm.stores import MemoryStore, Store
from salesfsm.stores.port import Query
from stores.deals import NOW, begun, fired, found, updated

HOUR = timedelta(hours=1)


@pytest.fixture
def filled(store: Store) -> Store:
    """Four deals: two of anna's, one of them lost, and one that never stalls."""
    a = begun("a", owner="anna", stalled_at=NOW + 3 * HOUR, due_at=NOW + HOUR)
    b = begun("b", owner="ewa", stalled_at=NOW + 2 * HOUR)
    c = begun("c", owner="anna")
    d = begun("d", stalled_at=NOW + 2 * HOUR, due_at=NOW + 5 * HOUR)
    store.append([d, b, a, c, fired(b.current, "agree"), fired(c.current, "lose", reason="price")])
    return store


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, "abcd"),
        ({"stages": ("talking",)}, "ad"),
        ({"stages": ("talking", "lost")}, "acd"),
        ({"outcomes": (Outcome.LOST,)}, "c"),
        ({"outcomes": (Outcome.LOST, Outcome.WON)}, "c"),
        ({"owner": "anna"}, "ac"),
        ({"owner": "anna", "outcomes": (Outcome.OPEN,)}, "a"),
        ({"owner": "ann_"}, ""),
        ({"process": "desk", "version": "1"}, "abcd"),
        ({"process": "other"}, ""),
        ({"version": "2"}, ""),
        ({"but": (("desk", "1"),)}, ""),
        ({"but": (("desk", "2"), ("other", "1"))}, "abcd"),
        ({"team": "north"}, ""),
        ({"stalled_by": NOW + 2 * HOUR}, "bd"),
        ({"stalled_by": NOW + 2 * HOUR - timedelta(microseconds=1)}, ""),
        ({"stalled_by": (NOW + 2 * HOUR).astimezone(timezone(-5 * HOUR))}, "bd"),
        ({"due_by": NOW + 5 * HOUR}, "ad"),
        ({"after": "b"}, "cd"),
        ({"limit": 2}, "ab"),
        ({"limit": 0}, ""),
        ({"order": "stalled_at"}, "bdac"),
        ({"order": "stalled_at", "limit": 3}, "bda"),
        ({"order": "due_at"}, "adbc"),
        ({"order": "due_at", "due_by": NOW + 9 * HOUR}, "ad"),
        ({"order": "stalled_at", "after": "b"}, "dc"),
    ],
)
def test_a_query_finds_what_it_asks_for(filled: Store, asked: dict[str, object], ids: str) -> None:
    assert found(filled, **asked) == list(ids)
    unlimited = replace(Query(**asked), limit=None)
    assert filled.count(Query(**asked)) == sum(1 for _ in filled.find(unlimited))


def test_all_pages_together_hold_everything_once(store: Store) -> None:
    deals = [begun(f"D-{n:04}", stalled_at=NOW + timedelta(hours=n % 7)) for n in range(2345)]
    store.append(deals)
    names = [each.current.opportunity.id for each in deals]
    assert found(store) == names
    by_time = sorted(names, key=lambda name: (int(name[2:]) % 7, name))
    assert found(store, order="stalled_at") == by_time
    assert found(store, order="due_at") == names
    assert found(store, limit=2001) == names[:2001]


def test_ids_are_in_the_order_of_their_characters(store: Store) -> None:
    names = ["B", "a", "Z", "ą", "b", "é", "10", "9", "_", "🤝", "\uffee"]
    store.append([begun(name) for name in names])
    assert found(store) == sorted(names)
    assert found(store, after="b") == sorted(name for name in names if name > "b")


@pytest.mark.parametrize("wrong", [{"order": "owner"}, {"limit": -1}, {"owner": "\0"}])
def test_a_query_that_makes_no_sense_is_an_error(store: Store, wrong: dict[str, object]) -> None:
    with pytest.raises(sf.CommandError):
        store.find(Query(**wrong))
    with pytest.raises(sf.CommandError):
        store.count(Query(**wrong))


def test_reckoning_changes_when_things_come_due_and_nothing_else(filled: Store) -> None:
    a, d = filled.load("a"), filled.load("d")
    filled.append([updated(d, "meanwhile")])
    anew = {"stalled_at": NOW + 9 * HOUR, "due_at": None, "rung": ("stalled:talking:x",)}
    stranger = begun("z").current
    assert filled.reckon([replace(each, **anew) for each in (d, a, stranger)]) == 1
    assert filled.load("a") == replace(a, **anew)
    assert filled.load("d").due_at == d.due_at
    assert filled.reckon([]) == 0


def test_what_changes_while_it_is_listed_holds_nothing_up(store: Store) -> None:
    store.append([begun(f"D-{number}") for number in range(3)])
    listed = []
    for each in store.find(Query()):
        listed.append(each.opportunity.id)
        store.append([updated(store.load(each.opportunity.id), "seen")])
    assert listed == ["D-0", "D-1", "D-2"]


@given(st.permutations(range(5)), st.sampled_from(["id", "stalled_at", "due_at"]))
@settings(max_examples=20)
def test_the_order_of_appends_does_not_show(order: list[int], by: str) -> None:
    store = MemoryStore()
    deals = [begun(f"D-{n}", stalled_at=NOW if n % 2 else None) for n in range(5)]
    for number in order:
        store.append([deals[number]])
    straight = MemoryStore()
    straight.append(deals)
    assert found(store, order=by) == found(straight, order=by)

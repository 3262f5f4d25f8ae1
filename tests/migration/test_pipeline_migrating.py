"""Migrations of a whole store: planned, made in batches, gone on with, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec
import pytest
from versions import LATER, NEW_PROCESS, NOW, OLD_PROCESS, rules

import salesfsm as sf
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.process.migration import MigrationRules
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.opening import open_store
from salesfsm.stores.port import Corrupted, Current, Query, Store


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at the beginning."""
    return Clock()


@pytest.fixture(params=["memory", "sqlite"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """An empty store of each kind that runs everywhere."""
    if request.param == "memory":
        yield MemoryStore()
        return
    opened = open_store(str(tmp_path_factory.mktemp("store") / "deals.db"))
    yield opened
    opened.close()


@pytest.fixture
def pipeline(store: Store, clock: Clock) -> Pipeline:
    """A pipeline with opportunities in the old version, one of them stranded, some closed."""
    pipeline = Pipeline(OLD_PROCESS, store, clock=clock)
    for number in range(7):
        pipeline.adopt(f"D{number}", "contact", facts={"volume": number, "fax": "1"})
    pipeline.adopt("E1", "nurture")
    pipeline.adopt("E2", "won")
    pipeline.hold("D3", reason="spring")
    return Pipeline([OLD_PROCESS, NEW_PROCESS], store, clock=clock)


def versions_of(pipeline: Pipeline) -> dict[str, str]:
    """The version of each opportunity."""
    return {each.id: each.version for each in pipeline.find()}


def states(pipeline: Pipeline) -> dict[str, sf.Opportunity]:
    """How all stand, but for the number and the time of their last event."""

    return {e.id: msgspec.structs.replace(e, sequence=0, at=NOW) for e in pipeline.find()}


def test_a_plan_changes_nothing_and_the_migration_does_what_it_says(
    pipeline: Pipeline, clock: Clock
) -> None:
    before = states(pipeline)
    plan = pipeline.plan(rules())
    assert states(pipeline) == before
    assert plan.moves == {("contact", "contact"): 7, ("won", "won"): 1}
    assert [each.id for each in plan.stranded] == ["E1"]
    clock.now = LATER
    told: list[tuple[int, int | None]] = []
    done = pipeline.migrate(
        rules(), by="ewa", note="new year", batch=3, progress=lambda *given: told.append(given)
    )
    assert (len(done.accepted), list(done.refused), dict(done.failed)) == (
        plan.migrated,
        ["E1"],
        {},
    )
    assert told == [(3, 9), (6, 9), (9, 9)]
    assert versions_of(pipeline) == {e: "1" if e == "E1" else "2" for e in before}
    last = list(pipeline.history("D3"))[-1]
    assert isinstance(last, sf.Migrated)
    assert (last.by, last.note, last.at) == ("ewa", "new year", LATER)
    assert pipeline.get("D3").hold is not None


def test_it_goes_on_where_it_was_ended(pipeline: Pipeline) -> None:
    class EndedError(Exception):
        """The program ended."""

    def kill(done: int, total: int | None) -> None:
        if done >= 4:
            raise EndedError

    with pytest.raises(EndedError):
        pipeline.migrate(rules(), batch=2, progress=kill)
    assert sorted(versions_of(pipeline).values()).count("2") == 4
    done = pipeline.migrate(rules())
    assert len(done.accepted) == 4
    assert sorted(versions_of(pipeline).values()).count("2") == 8
    assert all(
        sum(isinstance(event, sf.Migrated) for event in pipeline.history(each)) <= 1
        for each in versions_of(pipeline)
    )


def test_one_that_is_changed_meanwhile_is_decided_anew(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, find = pipeline.store, pipeline.store.find

    def late(query: Query) -> Iterator[object]:
        yield from list(find(query))
        if query.after is None:
            Pipeline(OLD_PROCESS, store).update("D1", {"region": "PL"}, at=LATER)

    monkeypatch.setattr(store, "find", late)
    done = pipeline.migrate(rules(), at=NOW)
    assert len(done.accepted) == 8
    assert pipeline.get("D1").facts["region"] == "PL"
    assert pipeline.get("D1").version == "2"
    assert pipeline.get("D1").at == LATER


@pytest.mark.parametrize("batch", [2, 500])
def test_each_opportunity_is_read_from_the_store_once(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    read: list[str] = []
    find, load = pipeline.store.find, pipeline.store.load_many

    def finding(query: Query) -> Iterator[Current | Corrupted]:
        for each in find(query):
            assert isinstance(each, Current)
            read.append(each.opportunity.id)
            yield each

    def loading(ids: list[str]) -> object:
        read.extend(ids)
        return load(ids)

    monkeypatch.setattr(pipeline.store, "find", finding)
    monkeypatch.setattr(pipeline.store, "load_many", loading)
    pipeline.migrate(rules(), batch=batch)
    assert sorted(read) == [*(f"D{number}" for number in range(7)), "E1", "E2"]


def test_the_old_version_may_be_retired_first_and_the_new_one_not(pipeline: Pipeline) -> None:
    pipeline.retire("sale", "1")
    assert len(pipeline.migrate(rules()).accepted) == 8
    pipeline.retire("sale", "1", retired=False)
    pipeline.revert(rules())
    pipeline.retire("sale", "2")
    with pytest.raises(sf.RetiredVersionError):
        pipeline.migrate(rules())


def test_taken_back_all_stand_as_they_stood(pipeline: Pipeline) -> None:
    before = states(pipeline)
    pipeline.migrate(rules())
    pipeline.open("N1", process="sale")
    pipeline.complete("D1", "reach")
    pipeline.fire("D2", "lose", reason="price")
    done = pipeline.revert(rules(), by="ewa", batch=2)
    assert sorted(done.refused) == ["D2", "N1"]
    after = states(pipeline)
    moved = {"N1", "D1", "D2"}
    assert {e: s for e, s in after.items() if e not in moved} == {
        e: s for e, s in before.items() if e not in moved
    }
    assert after["D1"].tasks == {"ring", "write"}
    pipeline.complete("D1", "ring")
    assert list(pipeline.revert(rules()).refused) == ["D2", "N1"]


def test_timers_that_have_rung_do_not_ring_again_under_a_new_name(
    store: Store, clock: Clock
) -> None:
    short = "salesfsm: 1\nprocess: x\nversion: V\nstages: [{name: S, expected: 10d}]\n"
    old = sf.loads(short.replace("V", '"1"').replace("S", "first"))
    new = sf.loads(short.replace("V", '"2"').replace("S", "begin"))
    pipeline = Pipeline([old, new], store, clock=clock)
    Pipeline(old, store, clock=clock).open("A")
    clock.now = LATER
    assert pipeline.tick().rung == {"stalled": 1}
    renamed = rules(
        process="x", stages={"first": "begin"}, facts={}, milestones={}, tasks={}, activities={},
        reasons={}, teams={},
    )  # fmt: skip
    assert pipeline.migrate(renamed).accepted == ("A",)
    assert pipeline.tick().rung == {}
    assert [each.id for each in pipeline.find(stage="begin", stalled=True)] == ["A"]


def test_rows_that_cannot_be_read_are_told_and_the_rest_goes(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = pipeline.store
    find, load = store.find, store.load_many

    def finding(query: Query) -> Iterator[object]:
        for each in find(query):
            broken = not isinstance(each, Corrupted) and each.opportunity.id == "D1"
            yield Corrupted("D1", "no JSON") if broken else each

    monkeypatch.setattr(store, "find", finding)
    monkeypatch.setattr(
        store,
        "load_many",
        lambda ids: {**load(ids), **({"D1": Corrupted("D1", "no JSON")} if "D1" in ids else {})},
    )
    assert pipeline.plan(rules()).unreadable == ("D1",)
    done = pipeline.migrate(rules())
    assert isinstance(done.failed["D1"], sf.CorruptedError)
    assert len(done.accepted) == 7


def test_versions_that_are_not_there_are_named(pipeline: Pipeline) -> None:
    with pytest.raises(sf.UnknownNameError, match="sale 3"):
        pipeline.plan(rules(to_version="3"))
    with pytest.raises(sf.ValueTypeError, match="load_migration"):
        pipeline.plan("rules.yaml")  # type: ignore[arg-type]
    with pytest.raises(sf.MigrationError, match="unknown fact"):
        pipeline.migrate(rules(facts={"faks": None}))


SHORT = "salesfsm: 1\nprocess: x\nversion: V\nstages: [{name: S}]\n"


def test_a_timer_that_the_other_version_lacks_does_not_ring_again_after_the_way_back(
    store: Store, clock: Clock
) -> None:
    old = sf.loads(SHORT.replace("V", '"1"').replace("S", "a, expected: 10d"))
    new = sf.loads(SHORT.replace("V", '"2"').replace("S", "a"))
    pipeline = Pipeline([new, old], store, clock=clock)
    pipeline.open("A")
    clock.now = LATER
    assert pipeline.tick().rung == {"stalled": 1}
    given = MigrationRules(process="x", from_version="1", to_version="2")
    pipeline.migrate(given)
    pipeline.revert(given)
    assert pipeline.tick().rung == {}
    assert [each.id for each in pipeline.find(stalled=True)] == ["A"]


def test_a_way_back_that_loses_a_race_is_decided_anew(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.migrate(rules())
    store, events = pipeline.store, pipeline.store.events
    others = iter(["jan", "eva"])

    def late(id: str, *, after: int = 0) -> object:  # noqa: A002
        if id == "D1" and (owner := next(others, None)):
            with monkeypatch.context() as undone:
                undone.setattr(store, "events", events)
                Pipeline([OLD_PROCESS, NEW_PROCESS], store).assign("D1", owner=owner, at=LATER)
        return events(id, after=after)

    monkeypatch.setattr(store, "events", late)
    done = pipeline.revert(rules(), at=LATER)
    assert (len(done.accepted), dict(done.failed)) == (8, {})
    assert (pipeline.get("D1").version, pipeline.get("D1").owner) == ("1", "eva")


def test_what_was_dropped_is_told_with_those_that_held_it(pipeline: Pipeline) -> None:
    done = pipeline.migrate(rules())
    assert done.dropped == {"facts.fax": tuple(f"D{number}" for number in range(7))}
    assert pipeline.revert(rules()).dropped == {}

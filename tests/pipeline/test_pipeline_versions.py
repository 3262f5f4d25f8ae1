"""Versions: every opportunity is decided by the process that it is pinned to."""

from __future__ import annotations

import pytest

import salesfsm as sf
from pipeline.desk import TEXT, SetClock, desk
from salesfsm.errors import (
    CommandError,
    CorruptedError,
    DefinitionChangedError,
    RetiredVersionError,
    UnknownNameError,
    ValueTypeError,
)
from salesfsm.formats.process_file import dump
from salesfsm.pipeline import versions
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.port import Definition, Store

EASY = sf.loads(TEXT.replace("budget >= 1000", "budget >= 1").replace('"1"', '"2"'))
OTHER = sf.loads(TEXT.replace("process: desk", "process: shelf"))
ASKING = TEXT.replace("budget >= 1000", "liked()").replace(
    "buyer:", "predicates: {liked: We like them}\nbuyer:"
)


def test_an_opportunity_stays_with_its_version(store: Store, clock: SetClock) -> None:
    Pipeline(desk(), store, clock=clock).open("old", facts={"budget": 5})
    pipeline = Pipeline([desk(), EASY], store, clock=clock)
    pipeline.open("new", facts={"budget": 5})
    assert [pipeline.get(name).version for name in ("old", "new")] == ["1", "2"]
    blocked = {
        name: [each.code for each in pipeline.fire(name, "agree").blockers]
        for name in ("old", "new")
    }
    assert blocked == {"old": ["budget", "mirror.deciding"], "new": ["mirror.deciding"]}


def test_a_version_that_only_the_store_has_is_taken_from_there(
    store: Store, clock: SetClock
) -> None:
    Pipeline(desk(), store, clock=clock).open("old", facts={"budget": 5})
    pipeline = Pipeline(EASY, store, clock=clock)
    step = pipeline.fire("old", "agree")
    assert step.process == desk()
    assert [each.code for each in step.blockers] == ["budget", "mirror.deciding"]
    assert [deal.id for deal in pipeline.find(version="1")] == ["old"]


def test_versions_that_others_add_later_are_found(store: Store, clock: SetClock) -> None:
    pipeline = Pipeline(desk(), store, clock=clock)
    Pipeline(EASY, store, clock=clock).open("new", facts={"budget": 5})
    assert pipeline.update("new", {"budget": 6}).accepted


def test_several_processes_are_told_apart_by_name(store: Store, clock: SetClock) -> None:
    pipeline = Pipeline([desk(), OTHER], store, clock=clock)
    assert pipeline.open("A", process="shelf").unwrap().process == "shelf"
    with pytest.raises(CommandError, match="desk, shelf"):
        pipeline.open("B")
    with pytest.raises(UnknownNameError, match="did you mean 'shelf'"):
        pipeline.open("B", process="shel")
    with pytest.raises(CommandError, match="several processes"):
        pipeline.open_many(["B"], lambda engine, name: engine.open(name))


def test_the_version_given_last_is_the_one_to_open(store: Store, clock: SetClock) -> None:
    assert Pipeline([EASY, desk()], store, clock=clock).open("A").unwrap().version == "1"
    assert Pipeline([desk(), EASY], store, clock=clock).open("B").unwrap().version == "2"


def test_a_changed_process_needs_a_new_version(store: Store, clock: SetClock) -> None:
    Pipeline(desk(), store, clock=clock)
    changed = sf.loads(TEXT.replace("budget >= 1000", "budget >= 1"))
    with pytest.raises(DefinitionChangedError, match="takes a new version"):
        Pipeline(changed, store, clock=clock)


def test_the_same_process_in_other_words_is_no_change(store: Store, clock: SetClock) -> None:
    store.define(Definition("desk", "1", TEXT))
    assert dump(desk()) != TEXT
    assert Pipeline(desk(), store, clock=clock).open("A").accepted


def test_a_retired_version_answers_questions_and_takes_no_commands(
    store: Store, clock: SetClock
) -> None:
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.open("A", facts={"budget": 5})
    done = pipeline.complete("A", "visit", key="k")
    pipeline.retire("desk", "1")
    for command in (
        lambda: pipeline.fire("A", "agree"),
        lambda: pipeline.update("A", {"budget": 6}),
        lambda: pipeline.open("B"),
        lambda: pipeline.hand_over("A", "to_care", receiver="C"),
        lambda: pipeline.open_many(["B"], lambda engine, name: engine.open(name)),
    ):
        with pytest.raises(RetiredVersionError, match="desk 1 is retired"):
            command()
    failed = pipeline.bulk(["A"], lambda engine, deal: engine.log(deal, "call")).failed
    assert isinstance(failed["A"], RetiredVersionError)
    assert pipeline.get("A").facts["budget"] == sf.Money(5, "EUR")
    assert pipeline.moves("A")
    assert pipeline.complete("A", "visit", key="k") == done
    assert [deal.id for deal in pipeline.find(blocked_by="budget")] == ["A"]
    clock.pass_by(days=10)
    assert isinstance(pipeline.ring("A").failed["A"], RetiredVersionError)
    tick = pipeline.tick(limit=1)
    assert (tick.rung, tick.failed) == ({}, {})
    assert pipeline.erase("A").accepted
    pipeline.retire("desk", "1", retired=False)
    assert pipeline.update("A", {"budget": 6}).accepted
    assert pipeline.tick().rung == {sf.DueKind.STALLED: 1}


def test_those_of_a_retired_version_keep_no_others_from_ringing(
    store: Store, clock: SetClock
) -> None:
    old = Pipeline(desk(), store, clock=clock)
    old.open_many(list("ABC"), lambda engine, name: engine.open(name))
    clock.pass_by(days=1)
    pipeline = Pipeline([desk(), EASY], store, clock=clock)
    pipeline.open("D")
    pipeline.retire("desk", "1")
    clock.pass_by(days=10)
    told: list[tuple[int, int | None]] = []
    tick = pipeline.tick(limit=2, progress=lambda done, of: told.append((done, of)))
    assert (tick.rung, tick.failed, told) == ({sf.DueKind.STALLED: 1}, {}, [(1, 1)])


def test_others_hear_of_a_retirement(
    store: Store, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "FRESH", 0.0)
    one, other = (Pipeline(desk(), store, clock=clock) for _ in range(2))
    one.open("A")
    other.retire("desk", "1")
    with pytest.raises(RetiredVersionError):
        one.log("A", "call")


def test_what_is_not_there_cannot_be_retired(pipeline: Pipeline) -> None:
    with pytest.raises(UnknownNameError, match="desk 7"):
        pipeline.retire("desk", "7")


@pytest.mark.parametrize("given", [[], (), iter(())])
def test_a_pipeline_needs_a_process(store: Store, given: list[sf.Process]) -> None:
    with pytest.raises(CommandError, match="needs a process"):
        Pipeline(given, store)


@pytest.mark.parametrize("given", ["b2b.yaml", 7, ["b2b.yaml"]])
def test_a_file_is_no_process(store: Store, given: sf.Process) -> None:
    with pytest.raises(ValueTypeError, match=r"load\(file\) gives one"):
        Pipeline(given, store)


def test_predicates_go_to_the_processes_that_ask_for_them(store: Store, clock: SetClock) -> None:
    asking = sf.loads(ASKING.replace("process: desk", "process: asking"))
    likes = {"liked": lambda deal, now: deal.owner == "anna"}
    pipeline = Pipeline([desk(), asking], store, clock=clock, predicates=likes)
    pipeline.open("A", process="asking", owner="anna")
    codes = [each.code for each in pipeline.fire("A", "agree").blockers]
    assert codes == ["mirror.deciding"]
    with pytest.raises(CommandError, match="liked"):
        Pipeline([desk(), asking], store, clock=clock)


def test_a_process_that_cannot_be_run_here_stops_no_list_of_others(
    store: Store, clock: SetClock
) -> None:
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.open("A", owner="anna")
    asking = sf.loads(ASKING.replace("process: desk", "process: asking"))
    elsewhere = Pipeline(asking, store, clock=clock, predicates={"liked": lambda deal, now: True})
    elsewhere.open("B", owner="anna")
    assert [deal.id for deal in pipeline.find(owner="anna")] == ["A", "B"]
    assert [deal.id for deal in pipeline.find(due=False)] == ["A", "B"]
    assert [deal.id for deal in pipeline.find(stage="talking", process="desk")] == ["A"]
    assert pipeline.count(stalled=True) == 0
    assert [deal.id for deal in pipeline.find(process="desk", blocked_by="budget")] == ["A"]
    found = pipeline.find(aligned=True)
    assert next(found).id == "A"
    with pytest.raises(CorruptedError, match="liked"):
        next(found)


@pytest.mark.parametrize("text", ["{{{", "", "salesfsm: 9"])
def test_a_process_that_cannot_be_read_stops_no_list_of_others(
    store: Store, clock: SetClock, text: str
) -> None:
    pipeline = Pipeline(desk(), store, clock=clock)
    pipeline.open("A")
    store.define(Definition("bad", "1", text))
    assert [deal.id for deal in pipeline.find(stage="talking")] == ["A"]
    assert [deal.id for deal in pipeline.find(blocked_by="budget")] == ["A"]
    assert list(pipeline.find(process="bad")) == []
    with pytest.raises(UnknownNameError, match="unknown stage"):
        pipeline.find(process="bad", stage="talking")


def test_a_list_reads_no_texts_of_processes(store: Store, clock: SetClock) -> None:
    pipeline = Pipeline(desk(), store, clock=clock)
    Pipeline(EASY, store, clock=clock).open("new")
    read: list[tuple[str, str]] = []
    definition = store.definition

    def counted(process: str, version: str) -> Definition | None:
        read.append((process, version))
        return definition(process, version)

    store.definition = counted  # type: ignore[method-assign]
    assert pipeline.count(owner="anna") == 0
    assert read == []
    for _ in range(3):
        assert pipeline.count(stage="talking") == 1
    assert read == [("desk", "2")]


@pytest.mark.parametrize("wrong", [5, ["desk"]])
def test_the_name_of_a_process_is_a_text(pipeline: Pipeline, wrong: str) -> None:
    for ask in (
        lambda: pipeline.open("A", process=wrong),
        lambda: pipeline.open_many(["A"], lambda engine, name: engine.open(name), process=wrong),
        lambda: pipeline.retire(wrong, "1"),
        lambda: pipeline.find(process=wrong),
    ):
        with pytest.raises(ValueTypeError, match="process is a text"):
            ask()

"""Bulk commands: in batches, each opportunity accepted, refused or failed for itself."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import salesfsm as sf
from pipeline.desk import NOW, SetClock, desk
from salesfsm.errors import (
    CommandError,
    CorruptedError,
    DuplicateOpportunityError,
    KeyReusedError,
    StoreUnavailableError,
    UnknownNameError,
    UnknownOpportunityError,
    ValueTypeError,
)
from salesfsm.pipeline.batches import BulkEndedError
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Append, Committed, Corrupted, Current


def test_each_is_accepted_refused_or_failed_for_itself(pipeline: Pipeline) -> None:
    pipeline.open("rich", facts={"budget": 5000})
    pipeline.open("poor", facts={"budget": 5})
    pipeline.adopt("gone", "lost", reason="price")

    def lose(engine: sf.Engine, deal: sf.Opportunity) -> sf.Step:
        return engine.fire(deal, "lose", reason="silent" if deal.id == "poor" else "dear")

    told: list[tuple[int, int | None]] = []
    result = pipeline.bulk(
        ["poor", "rich", "poor", "gone", "nobody"],
        lose,
        progress=lambda done, of: told.append((done, of)),
        batch=2,
    )
    assert result.accepted == ("poor",)
    assert list(result.refused) == ["gone"]
    assert [each.code for each in result.refused["gone"].blockers] == ["trigger.unavailable"]
    assert isinstance(result.failed["rich"], UnknownNameError)
    assert isinstance(result.failed["nobody"], UnknownOpportunityError)
    assert told == [(2, 5), (4, 5), (5, 5)]
    assert pipeline.get("poor").stage == "lost"


def test_what_is_found_can_be_changed_as_it_is_found(pipeline: Pipeline) -> None:
    pipeline.open_many([f"{n:03}" for n in range(250)], lambda engine, name: engine.open(name))
    found = (deal.id for deal in pipeline.find(stage="talking"))
    told: list[tuple[int, int | None]] = []
    result = pipeline.bulk(
        found,
        lambda engine, deal: engine.fire(deal, "lose", reason="price"),
        progress=lambda done, of: told.append((done, of)),
        batch=100,
    )
    assert len(result.accepted) == 250
    assert told == [(100, None), (200, None), (250, None)]
    assert pipeline.count(stage="lost") == 250


def test_opening_many_leaves_alone_what_is_there(pipeline: Pipeline) -> None:
    pipeline.open("B", facts={"budget": 7})
    rows = {"A": 1, "B": 2, "C": 3}
    result = pipeline.open_many(
        rows, lambda engine, name: engine.open(name, facts={"budget": rows[name]})
    )
    assert result.accepted == ("A", "C")
    assert isinstance(result.failed["B"], DuplicateOpportunityError)
    assert [deal.facts["budget"] for deal in pipeline.find()] == [
        sf.Money(amount, "EUR") for amount in (1, 7, 3)
    ]
    refused = pipeline.open_many(["D"], lambda engine, name: engine.open(name, stage="won"))
    assert list(refused.refused) == ["D"]
    assert pipeline.count() == 3


class Racing(MemoryStore):
    """A store in which somebody else changes B before every first batch."""

    def __init__(self) -> None:
        super().__init__()
        self.raced = False

    def append(self, appends: Sequence[Append]) -> None:
        if len(appends) > 1 and appends[0].expected and not self.raced:
            self.raced = True
            step = sf.Engine(desk()).log(self.load("B").opportunity, "call", at=NOW)
            super().append([Append(Current(step.unwrap(), sf.Outcome.OPEN), step.events, 1)])
        super().append(appends)


def test_what_somebody_else_changed_is_decided_anew_alone(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Racing(), clock=clock)
    pipeline.open_many(list("ABC"), lambda engine, name: engine.open(name))
    result = pipeline.bulk(list("ABC"), lambda engine, deal: engine.log(deal, "email"))
    assert result.accepted == ("A", "B", "C")
    assert [deal.sequence for deal in pipeline.find()] == [2, 3, 2]
    assert pipeline.get("B").attempts == {"call": 1, "email": 1}


class Damaged(MemoryStore):
    """A store of which B cannot be read."""

    def load_many(self, ids: Sequence[str]) -> dict[str, Current | Corrupted]:
        return super().load_many(ids) | {"B": Corrupted("B", "no JSON")}


def test_what_cannot_be_read_fails_alone(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Damaged(), clock=clock)
    pipeline.open_many(list("ABC"), lambda engine, name: engine.open(name))
    result = pipeline.bulk(list("ABC"), lambda engine, deal: engine.log(deal, "email"))
    assert result.accepted == ("A", "C")
    assert isinstance(result.failed["B"], CorruptedError)


class Full(MemoryStore):
    """A store that can keep one batch and no more."""

    left = 1

    def append(self, appends: Sequence[Append]) -> None:
        self.left -= 1
        if self.left < 0:
            raise StoreUnavailableError("the disk is full: make room")
        super().append(appends)


def test_a_store_that_fails_ends_it_and_keeps_the_batches_before(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Full(), clock=clock)
    with pytest.raises(StoreUnavailableError, match=r"disk is full.*2 had been accepted") as caught:
        pipeline.open_many(list("ABCD"), lambda engine, name: engine.open(name), batch=2)
    assert isinstance(caught.value, BulkEndedError)
    assert caught.value.done.accepted == ("A", "B")
    assert [deal.id for deal in pipeline.find()] == ["A", "B"]


def test_an_answer_about_another_opportunity_is_told(pipeline: Pipeline) -> None:
    other = pipeline.open("other").unwrap()
    pipeline.open("A")
    result = pipeline.bulk(["A"], lambda engine, deal: engine.log(other, "call"))
    assert "another opportunity, 'other'" in str(result.failed["A"])
    assert result.accepted == ()
    assert pipeline.get("other").sequence == 1


def test_a_batch_holds_something(pipeline: Pipeline) -> None:
    with pytest.raises(CommandError, match="at least one"):
        pipeline.bulk(["A"], lambda engine, deal: engine.resume(deal), batch=0)


def test_nobody_is_told_of_a_batch_before_it_is_kept(pipeline: Pipeline) -> None:
    heard: list[int] = []
    pipeline.subscribe("count", lambda event: heard.append(pipeline.count()))
    pipeline.open_many(list("ABCD"), lambda engine, name: engine.open(name, at=NOW), batch=2)
    assert heard == [2, 2, 4, 4]


class Cut(MemoryStore):
    """A store that keeps the second batch, and whose answer is lost on the way."""

    batches = 0

    def append(self, appends: Sequence[Append]) -> None:
        super().append(appends)
        self.batches += 1
        if self.batches == 2:
            raise StoreUnavailableError("the connection was cut")


def call(engine: sf.Engine, deal: sf.Opportunity) -> sf.Step:
    return engine.log(deal, "call")


def test_what_is_repeated_with_its_key_happens_once(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Cut(), clock=clock)
    with pytest.raises(BulkEndedError):
        pipeline.open_many(
            list("ABCDEF"), lambda engine, name: engine.open(name), key="import", batch=2
        )
    again = pipeline.open_many(
        list("ABCDEF"), lambda engine, name: engine.open(name), key="import", batch=2
    )
    assert (again.accepted, again.failed) == (tuple("ABCDEF"), {})
    pipeline.store.batches = 0  # type: ignore[attr-defined]
    with pytest.raises(BulkEndedError) as caught:
        pipeline.bulk(list("ABCDEF"), call, key="calls", batch=2)
    assert caught.value.done.accepted == ("A", "B")
    assert pipeline.bulk(list("ABCDEF"), call, key="calls", batch=4).accepted == tuple("ABCDEF")
    assert [deal.attempts for deal in pipeline.find()] == [{"call": 1}] * 6
    assert pipeline.bulk(list("ABCDEF"), call, key="more calls").accepted == tuple("ABCDEF")
    assert [deal.attempts for deal in pipeline.find()] == [{"call": 2}] * 6


def test_a_key_covers_what_was_accepted_and_nothing_else(pipeline: Pipeline) -> None:
    pipeline.open("rich", facts={"budget": 5000})
    pipeline.open("poor", facts={"budget": 5})
    for name in ("rich", "poor"):
        pipeline.record(name, sf.Evidence("plan_agreed", kind="email"))

    def agree(engine: sf.Engine, deal: sf.Opportunity) -> sf.Step:
        return engine.fire(deal, "agree")

    assert list(pipeline.bulk(["rich", "poor"], agree, key="k").refused) == ["poor"]
    pipeline.update("poor", {"budget": 5000})
    assert pipeline.bulk(["rich", "poor"], agree, key="k").accepted == ("rich", "poor")
    assert isinstance(
        pipeline.open_many(["rich"], lambda engine, name: engine.open(name), key="k").failed[
            "rich"
        ],
        KeyReusedError,
    )


class Overtaken(MemoryStore):
    """A store in which the same bulk is under way elsewhere, and is always faster with one."""

    def append(self, appends: Sequence[Append]) -> None:
        if appends[-1].key is not None:
            super().append(appends[-1:])
        super().append(appends)


def test_the_same_bulk_twice_at_once_happens_once(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Overtaken(), clock=clock)
    pipeline.open_many(list("ABC"), lambda engine, name: engine.open(name))
    assert pipeline.bulk(list("ABC"), call, key="calls").accepted == ("A", "B", "C")
    assert [deal.attempts for deal in pipeline.find()] == [{"call": 1}] * 3


@pytest.mark.parametrize("error", [CommandError, RuntimeError])
def test_what_is_kept_is_not_done_again_where_telling_of_it_fails(
    clock: SetClock, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> list[Committed]:
        raise error("no such cursor")

    pipeline = Pipeline(desk(), MemoryStore(), clock=clock)
    pipeline.subscribe("crm", lambda event: None)
    monkeypatch.setattr(MemoryStore, "outbox", fail)
    pipeline.open_many(list("ABC"), lambda engine, name: engine.open(name))
    assert pipeline.bulk(list("ABC"), call).accepted == ("A", "B", "C")
    clock.pass_by(days=30)
    assert pipeline.tick().rung == {sf.DueKind.STALLED: 3}
    assert pipeline.log("A", "call").accepted
    assert [deal.attempts for deal in pipeline.find()] == [{"call": 2}, {"call": 1}, {"call": 1}]


def test_whatever_the_function_raises_fails_its_opportunity_alone(pipeline: Pipeline) -> None:
    pipeline.open_many(list("ABC"), lambda engine, name: engine.open(name))
    budgets = {"A": 1, "C": 3}
    result = pipeline.bulk(
        list("ABC"), lambda engine, deal: engine.update(deal, {"budget": budgets[deal.id]})
    )
    assert result.accepted == ("A", "C")
    assert str(result.failed["B"]) == "deciding on 'B' raised KeyError: 'B'"
    assert isinstance(result.failed["B"].__cause__, KeyError)


def test_an_answer_that_is_no_step_fails_its_opportunity_alone(pipeline: Pipeline) -> None:
    pipeline.open("A")
    result = pipeline.bulk(["A"], lambda engine, deal: None)  # type: ignore[arg-type,return-value]
    assert "is a step of the engine, not None" in str(result.failed["A"])


@pytest.mark.parametrize("name", [5, None, ["A"]])
def test_an_id_is_a_text(pipeline: Pipeline, name: str) -> None:
    with pytest.raises(ValueTypeError, match="an id is a text"):
        pipeline.bulk([name], call)


def test_a_batch_is_a_number(pipeline: Pipeline) -> None:
    with pytest.raises(CommandError, match="not 'many'"):
        pipeline.bulk(["A"], call, batch="many")  # type: ignore[arg-type]


def test_one_text_is_not_several_ids(pipeline: Pipeline) -> None:
    with pytest.raises(sf.ValueTypeError, match="not one text"):
        pipeline.bulk("M-1", lambda engine, deal: engine.log(deal, "call"))

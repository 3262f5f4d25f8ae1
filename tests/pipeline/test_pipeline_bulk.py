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
    StoreUnavailableError,
    UnknownNameError,
    UnknownOpportunityError,
)
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Append, Corrupted, Current


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
    pipeline.open_many("ABC", lambda engine, name: engine.open(name))
    result = pipeline.bulk("ABC", lambda engine, deal: engine.log(deal, "email"))
    assert result.accepted == ("A", "B", "C")
    assert [deal.sequence for deal in pipeline.find()] == [2, 3, 2]
    assert pipeline.get("B").attempts == {"call": 1, "email": 1}


class Damaged(MemoryStore):
    """A store of which B cannot be read."""

    def load_many(self, ids: Sequence[str]) -> dict[str, Current | Corrupted]:
        return super().load_many(ids) | {"B": Corrupted("B", "no JSON")}


def test_what_cannot_be_read_fails_alone(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Damaged(), clock=clock)
    pipeline.open_many("ABC", lambda engine, name: engine.open(name))
    result = pipeline.bulk("ABC", lambda engine, deal: engine.log(deal, "email"))
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
    with pytest.raises(StoreUnavailableError):
        pipeline.open_many("ABCD", lambda engine, name: engine.open(name), batch=2)
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
    pipeline.open_many("ABCD", lambda engine, name: engine.open(name, at=NOW), batch=2)
    assert heard == [2, 2, 4, 4]

"""Commands by id: what the engine would answer, kept; what it refuses is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

import salesfsm as sf
from pipeline.desk import NOW, SetClock, desk, proof
from salesfsm.errors import (
    CommandError,
    ConflictError,
    DuplicateOpportunityError,
    UnknownNameError,
    UnknownOpportunityError,
    ValueTypeError,
)
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.port import Store

LATER = NOW + timedelta(days=2)

COMMANDS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "update": (({"budget": 2000},), {"by": "anna"}),
    "record": ((proof(),), {"by": "anna"}),
    "withdraw": (("plan_agreed",), {"reason": "a slip"}),
    "complete": (("visit",), {}),
    "log": ((sf.Activity("call", due=LATER),), {}),
    "assign": ((), {"owner": "ewa", "by": "anna"}),
    "hold": ((), {"until": LATER, "reason": "holidays"}),
    "resume": ((), {"by": "ewa"}),
    "buyer_holds": ((), {"reason": "budget freeze"}),
    "buyer_resumes": ((), {}),
    "buyer_abandons": ((), {}),
    "buyer_revisits": (("looking",), {"reason": "a new boss"}),
    "place": (("closing",), {"note": "from the CRM"}),
    "fire": (("lose",), {"reason": "price", "by": "anna"}),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_by_id_is_the_engines_and_is_kept(pipeline: Pipeline, name: str) -> None:
    engine = sf.Engine(desk(), clock=lambda: NOW)
    deal = pipeline.open("A", by="anna", facts={"budget": 50}).unwrap()
    deal = pipeline.record("A", proof("mail/0")).unwrap()
    args, kwargs = COMMANDS[name]
    wanted = getattr(engine, name)(deal, *args, **kwargs)
    step = getattr(pipeline, name)("A", *args, **kwargs)
    assert step == wanted
    assert step.accepted
    assert pipeline.get("A") == wanted.opportunity
    assert tuple(pipeline.history("A", after=2)) == wanted.events
    assert sf.replay(desk(), pipeline.history("A")) == wanted.opportunity


def test_every_command_of_the_engine_is_there_by_id() -> None:
    commands = {"open", "adopt", "hand_over", *COMMANDS}
    questions = {"moves", "handovers", "route", "alignment", "explain", "due"}
    # ticking; an engine has one process, a pipeline several; tables are asked of an engine
    elsewhere = {"clock", "elapse", "movable", "predicates", "process", "sql"}
    assert {name for name in dir(sf.Engine) if not name.startswith("_")} == (
        commands | questions | elsewhere
    )
    assert all(callable(getattr(Pipeline, name)) for name in commands | questions)


def test_opening_and_adopting_are_the_engines_and_are_kept(pipeline: Pipeline) -> None:
    engine = sf.Engine(desk(), clock=lambda: NOW)
    facts = {"budget": 2000}
    assert pipeline.open("A", by="anna", facts=facts, owner="ewa") == engine.open(
        "A", by="anna", facts=facts, owner="ewa"
    )
    assert pipeline.adopt("B", "lost", reason="price", note="import") == engine.adopt(
        "B", "lost", reason="price", note="import"
    )
    assert [deal.id for deal in pipeline.find()] == ["A", "B"]


def test_what_is_refused_is_not_kept(pipeline: Pipeline) -> None:
    pipeline.open("A")
    step = pipeline.fire("A", "agree", key="click")
    assert not step
    assert step.blockers[0].code == "budget"
    assert pipeline.get("A").sequence == 1
    refused = pipeline.open("B", stage="won")
    assert not refused
    with pytest.raises(UnknownOpportunityError):
        pipeline.get("B")


def test_questions_are_the_engines(pipeline: Pipeline) -> None:
    engine = sf.Engine(desk(), clock=lambda: NOW)
    deal = pipeline.open("A", facts={"budget": 10}).unwrap()
    assert pipeline.moves("A", by="anna") == engine.moves(deal, by="anna")
    assert pipeline.route("A", "won") == engine.route(deal, "won")
    assert pipeline.alignment("A") == engine.alignment(deal)
    assert pipeline.due("A") == engine.due(deal)
    assert pipeline.explain("A", "agree", language="pl") == engine.explain(
        deal, "agree", language="pl"
    )
    won = pipeline.adopt("W", "won", facts={"budget": 10}).unwrap()
    assert pipeline.handovers("W") == engine.handovers(won)


@pytest.mark.parametrize(
    "ask",
    [
        lambda pipeline: pipeline.fire("A", "agree"),
        lambda pipeline: pipeline.get("A"),
        lambda pipeline: pipeline.moves("A"),
        lambda pipeline: list(pipeline.history("A")),
        lambda pipeline: pipeline.erase("A"),
        lambda pipeline: pipeline.due("A"),
    ],
)
def test_an_id_that_is_not_there_is_named(
    pipeline: Pipeline, ask: Callable[[Pipeline], object]
) -> None:
    with pytest.raises(UnknownOpportunityError, match="'A'"):
        ask(pipeline)


def test_an_id_that_is_taken_is_not_opened_again(pipeline: Pipeline) -> None:
    pipeline.open("A", facts={"budget": 1})
    with pytest.raises(DuplicateOpportunityError, match="'A'"):
        pipeline.open("A", facts={"budget": 2})
    with pytest.raises(DuplicateOpportunityError):
        pipeline.adopt("A", "won")
    assert pipeline.get("A").facts["budget"] == sf.Money(1, "EUR")


def test_a_command_for_another_state_than_expected_is_a_conflict(pipeline: Pipeline) -> None:
    pipeline.open("A")
    pipeline.update("A", {"budget": 1}, expected=1)
    with pytest.raises(ConflictError) as caught:
        pipeline.update("A", {"budget": 2}, expected=1)
    assert (caught.value.id, caught.value.expected, caught.value.found) == ("A", 1, 2)
    assert pipeline.get("A").facts["budget"] == sf.Money(1, "EUR")


NAMES = [
    "'; DROP TABLE events; --",
    'a" OR "1"="1',
    "%_\\",
    "сделка 🤝",
    "x" * 500,
    "a\nb",
    "$1 ? :id %s",
]


@pytest.mark.parametrize("name", NAMES)
def test_sql_in_names_is_text(pipeline: Pipeline, name: str) -> None:
    pipeline.open("other")
    pipeline.open(name, by=name, owner=name, team=None, facts={"need": name}, key=name)
    pipeline.hold(name, reason=name, by=name, key=name + name)
    assert pipeline.get(name).facts["need"] == name
    assert [deal.id for deal in pipeline.find(owner=name)] == [name]
    assert pipeline.open(
        name, by=name, owner=name, team=None, facts={"need": name}, key=name
    ).accepted
    assert pipeline.count() == 2


class Racing(MemoryStore):
    """A store in which somebody else is faster, a number of times."""

    def __init__(self, races: int) -> None:
        super().__init__()
        self.races, self.rival = races, sf.Engine(desk(), clock=lambda: NOW)

    def append(self, appends: Any) -> None:
        name = appends[0].current.opportunity.id
        if appends[0].expected and self.races:
            self.races -= 1
            step = self.rival.log(self.load(name).opportunity, "call")
            row = appends[0].__class__(
                appends[0].current.__class__(step.unwrap(), sf.Outcome.OPEN),
                step.events,
                self.load(name).opportunity.sequence,
            )
            super().append([row])
        super().append(appends)


def test_a_lost_race_is_decided_anew(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Racing(5), clock=clock)
    pipeline.open("A")
    step = pipeline.update("A", {"budget": 1})
    assert step.unwrap().attempts == {"call": 5}
    assert step.events[0].sequence == 7


def test_a_lost_race_is_a_conflict_where_a_state_is_expected(clock: SetClock) -> None:
    pipeline = Pipeline(desk(), Racing(1), clock=clock)
    pipeline.open("A")
    with pytest.raises(ConflictError):
        pipeline.update("A", {"budget": 1}, expected=1)


def test_whoever_always_loses_gives_up(clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    pipeline = Pipeline(desk(), Racing(10_000), clock=clock)
    pipeline.open("A")
    with pytest.raises(ConflictError):
        pipeline.update("A", {"budget": 1})


def test_threads_that_race_lose_nothing(any_store: Store) -> None:
    pipeline = Pipeline(desk(), any_store)
    pipeline.open("A")
    start = Barrier(4)

    def call() -> None:
        start.wait()
        for _ in range(10):
            pipeline.log("A", "call").unwrap()

    threads = [Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pipeline.get("A").attempts == {"call": 40}
    assert [each.sequence for each in pipeline.history("A")] == list(range(1, 42))


@pytest.mark.parametrize("jump", [-400, -1, 400])
def test_a_clock_that_jumps_stops_no_work(pipeline: Pipeline, clock: SetClock, jump: int) -> None:
    pipeline.open("A", facts={"budget": 2000})
    pipeline.record("A", proof())
    clock.pass_by(days=jump)
    step = pipeline.log("A", "call")
    assert step.events[0].at == max(clock.now, NOW)
    clock.pass_by(days=-jump)
    assert pipeline.complete("A", "visit").unwrap().at == max(clock.now, step.events[0].at)
    assert pipeline.moves("A")
    assert pipeline.bulk(["A"], lambda engine, deal: engine.log(deal, "call")).accepted == ("A",)
    clock.pass_by(days=-30)
    assert pipeline.tick().failed == {}
    assert pipeline.erase("A").accepted


def test_a_time_that_is_given_must_not_run_back(pipeline: Pipeline) -> None:
    pipeline.open("A")
    before = NOW - timedelta(days=1)
    with pytest.raises(sf.TimeError):
        pipeline.log("A", "call", at=before)
    with pytest.raises(sf.TimeError):
        pipeline.erase("A", at=before)
    with pytest.raises(sf.TimeError, match="naive"):
        pipeline.log("A", "call", at=datetime(2026, 3, 3))  # noqa: DTZ001


def test_a_hand_over_keeps_both_sides_or_neither(pipeline: Pipeline, clock: SetClock) -> None:
    engine = sf.Engine(desk(), clock=clock)
    pipeline.adopt("W", "won", facts={"budget": 9})
    won = pipeline.record("W", proof()).unwrap()
    handed = pipeline.hand_over("W", "to_care", receiver="C", by="anna")
    assert handed == engine.hand_over(won, "to_care", id="C", by="anna")
    assert pipeline.get("C") == handed.receiving.opportunity
    assert pipeline.get("W") == handed.giving.opportunity
    with pytest.raises(DuplicateOpportunityError):
        pipeline.hand_over("W", "to_care", receiver="C")
    assert pipeline.get("W") == handed.giving.opportunity
    pipeline.adopt("X", "won")
    assert not pipeline.hand_over("X", "to_care", receiver="D")
    with pytest.raises(UnknownOpportunityError):
        pipeline.get("D")


def test_an_error_of_the_engine_keeps_nothing(pipeline: Pipeline) -> None:
    pipeline.open("A")
    with pytest.raises(UnknownNameError, match="did you mean 'agree'"):
        pipeline.fire("A", "agre")
    assert pipeline.get("A").sequence == 1


def test_erasing_leaves_the_moves_and_nothing_else(pipeline: Pipeline) -> None:
    pipeline.open("A", by="anna", facts={"budget": 2000, "need": "secret"}, owner="anna")
    pipeline.record("A", sf.Evidence("plan_agreed", kind="email", ref="secret", note="secret"))
    pipeline.fire("A", "agree", by="anna").unwrap()
    step = pipeline.erase("A", by="ewa", reason="asked by the customer")
    assert isinstance(step.events[0], sf.Erased)
    deal = pipeline.get("A")
    assert deal == step.opportunity
    assert (deal.stage, deal.owner, dict(deal.facts), dict(deal.evidence)) == (
        "closing",
        "anna",
        {},
        {},
    )
    told = "".join(sf.event_to_json(each) for each in pipeline.history("A"))
    assert "secret" not in told
    assert [each.trigger for each in pipeline.history("A") if isinstance(each, sf.Moved)] == [
        "agree"
    ]
    assert pipeline.fire("A", "lose", reason="silent").accepted


@pytest.mark.parametrize("name", [5, None, ["A"], b"A"])
def test_an_id_is_a_text(pipeline: Pipeline, name: str) -> None:
    for ask in (pipeline.get, pipeline.history, pipeline.moves, pipeline.due, pipeline.resume):
        with pytest.raises(ValueTypeError, match="is a text"):
            ask(name)


@pytest.mark.parametrize("after", [-1, "1", 10**30])
def test_a_history_begins_after_a_number(pipeline: Pipeline, after: int) -> None:
    pipeline.open("A")
    with pytest.raises(CommandError, match="after is a whole number"):
        pipeline.history("A", after=after)

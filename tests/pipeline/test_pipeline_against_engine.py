"""Whatever happens to a pipeline, it keeps what the pure engine would have answered."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import assume, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import salesfsm as sf
from pipeline.desk import NOW, SetClock, desk, proof
from salesfsm.errors import (
    ConflictError,
    DuplicateOpportunityError,
    KeyReusedError,
    SalesFsmError,
    UnknownOpportunityError,
)
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import Store, open_store

NAMES = ("A", "B", "'; DROP TABLE events;--")
Arguments = tuple[str, tuple[Any, ...], Mapping[str, Any]]

COMMANDS: list[Arguments] = [
    ("update", ({"budget": 50},), {}),
    ("update", ({"budget": 6000},), {"by": "anna"}),
    ("update", ({"budget": None, "need": "žluť"},), {}),
    ("update", ({"budgt": 1},), {}),
    ("record", (proof("1"),), {}),
    ("record", (proof("2"),), {"by": "ewa"}),
    ("record", (sf.Evidence("plan_agreed", kind="rumour"),), {}),
    ("withdraw", ("plan_agreed",), {"ref": "1"}),
    ("complete", ("visit",), {}),
    ("log", ("call",), {"by": "anna"}),
    ("log", (sf.Activity("meeting", due=NOW + timedelta(days=25)),), {}),
    ("log", (sf.Activity("email", made_by="buyer"),), {}),
    ("assign", (), {"owner": "anna"}),
    ("hold", (), {"until": NOW + timedelta(days=15), "reason": "holidays"}),
    ("hold", (), {}),
    ("resume", (), {}),
    ("buyer_holds", (), {}),
    ("buyer_resumes", (), {}),
    ("buyer_revisits", ("looking",), {}),
    ("place", ("lost",), {"reason": "price"}),
    ("place", ("closing",), {"note": "CRM"}),
    ("fire", ("agree",), {"by": "anna"}),
    ("fire", ("win",), {}),
    ("fire", ("lose",), {"reason": "silent"}),
    ("fire", ("lose",), {}),
    ("fire", ("win_back",), {}),
    ("fire", ("agre",), {}),
]


class Modelled(RuleBasedStateMachine):
    """A pipeline, and beside it the engine with a dictionary."""

    def __init__(self, make_store: Callable[[], Store]) -> None:
        super().__init__()
        self.clock = SetClock()
        self.engine = sf.Engine(desk(), clock=self.clock)
        self.store = make_store()
        self.deals: dict[str, sf.Opportunity] = {}
        self.events: defaultdict[str, list[sf.Event]] = defaultdict(list)
        self.rung: defaultdict[str, set[str]] = defaultdict(set)
        self.answers: dict[str, tuple[str, Arguments, sf.Step]] = {}
        self.heard: defaultdict[str, list[int]] = defaultdict(list)
        self.deaf = False
        self.restart()

    @initialize()
    def restart(self) -> None:
        """Another program goes on with the same store."""
        self.pipeline = Pipeline(desk(), self.store, clock=self.clock)
        self.pipeline.subscribe("crm", self.hear)

    def hear(self, event: sf.Event) -> None:
        if self.deaf:
            raise RuntimeError("the CRM does not answer")
        self.heard[event.opportunity_id].append(event.sequence)

    def take(self, name: str, step: sf.Step) -> None:
        """Let the model be as it is after a step."""
        if step.accepted and step.opportunity is not None:
            self.deals[name] = step.opportunity
            self.events[name] += step.events

    @rule(days=st.sampled_from([-40, -1, 0.5, 1, 9, 16, 31]))
    def jump(self, days: float) -> None:
        self.clock.pass_by(days=days)

    @rule(deaf=st.booleans())
    def falter(self, deaf: bool) -> None:
        self.deaf = deaf

    @rule(
        name=st.sampled_from(NAMES),
        how=st.sampled_from(["open", "closing", "won", "lost"]),
        budget=st.sampled_from([None, 50, 6000]),
    )
    def begin(self, name: str, how: str, budget: int | None) -> None:
        facts = {} if budget is None else {"budget": budget}
        if how == "open":
            wanted, got = self.engine.open, self.pipeline.open
            args: tuple[str, ...] = (name,)
        else:
            wanted, got = self.engine.adopt, self.pipeline.adopt  # type: ignore[assignment]
            args = (name, how)
        if name in self.deals:
            with pytest.raises(DuplicateOpportunityError):
                got(*args, facts=facts)
            return
        step = got(*args, facts=facts, by="anna")
        assert step == wanted(*args, facts=facts, by="anna")
        self.take(name, step)

    @rule(
        name=st.sampled_from(NAMES),
        command=st.sampled_from(COMMANDS),
        key=st.none() | st.sampled_from(["k1", "k2", "k3"]),
        expected=st.sampled_from([None, None, 0, -1]),
    )
    def do(self, name: str, command: Arguments, key: str | None, expected: int | None) -> None:
        method, args, kwargs = command
        given = dict(kwargs)
        deal = self.deals.get(name)
        if key is not None:
            given["key"] = key
        if expected is not None and deal is not None:
            given["expected"] = deal.sequence + expected
        ask = getattr(self.pipeline, method)
        if deal is None:
            with pytest.raises(UnknownOpportunityError):
                ask(name, *args, **given)
            return
        if key in self.answers:
            owner, before, step = self.answers[key]
            if (owner, before) == (name, command):
                again = ask(name, *args, **given)
                assert (again.opportunity, again.events) == (step.opportunity, step.events)
            else:
                with pytest.raises(KeyReusedError):
                    ask(name, *args, **given)
            return
        if expected == -1:
            with pytest.raises(ConflictError):
                ask(name, *args, **given)
            return
        at = max(self.clock(), deal.at)
        try:
            wanted = getattr(self.engine, method)(deal, *args, **kwargs, at=at)
        except SalesFsmError as error:
            with pytest.raises(type(error)):
                ask(name, *args, **given)
            return
        step = ask(name, *args, **given)
        assert step == wanted
        self.take(name, step)
        if key is not None and step.accepted:
            self.answers[key] = (name, command, step)

    @rule(name=st.sampled_from(NAMES), receiver=st.sampled_from(NAMES))
    def hand_over(self, name: str, receiver: str) -> None:
        assume(name in self.deals and receiver not in self.deals)
        at = max(self.clock(), self.deals[name].at)
        wanted = self.engine.hand_over(self.deals[name], "to_care", id=receiver, at=at)
        assert self.pipeline.hand_over(name, "to_care", receiver=receiver) == wanted
        self.take(name, wanted.giving)
        self.take(receiver, wanted.receiving)

    @precondition(lambda self: self.deals and not self.answers)
    @rule(name=st.sampled_from(NAMES))
    def erase(self, name: str) -> None:
        assume(name in self.deals)
        step = self.pipeline.erase(name, by="ewa")
        erased = sf.Erased(name, self.deals[name].sequence + 1, step.events[0].at, "ewa")
        assert step.events == (erased,)
        self.deals[name] = sf.evolve(self.deals[name], erased)
        self.events[name] = list(self.pipeline.history(name))

    @rule()
    def tick(self) -> None:
        now = self.clock()
        rung = 0
        for name, deal in self.deals.items():
            at, passed = max(now, deal.at), set[str]()
            while True:
                due = next(
                    (
                        each
                        for each in self.engine.due(self.deals[name])
                        if each.at <= now and each.key not in self.rung[name] | passed
                    ),
                    None,
                )
                if due is None:
                    break
                step = self.engine.elapse(self.deals[name], due, at=at)
                passed.add(due.key)
                if step.accepted:
                    self.rung[name].add(due.key)
                    rung += 1
                self.take(name, step)
        tick = self.pipeline.tick()
        assert not tick.failed
        assert sum(tick.rung.values()) == rung

    @invariant()
    def it_stands_as_the_engine_says(self) -> None:
        assert {deal.id: deal for deal in self.pipeline.find()} == self.deals
        for name in NAMES:
            if name not in self.deals:
                with pytest.raises(UnknownOpportunityError):
                    self.pipeline.get(name)
            else:
                pending = tuple(
                    d for d in self.engine.due(self.deals[name]) if d.key not in self.rung[name]
                )
                assert self.pipeline.due(name) == pending

    def teardown(self) -> None:
        for name, deal in self.deals.items():
            assert list(self.pipeline.history(name)) == self.events[name]
            assert sf.replay(desk(), self.events[name]) == deal
        self.deaf = False
        self.clock.pass_by(days=4000)
        self.pipeline.deliver()
        for name, deal in self.deals.items():
            assert self.heard[name] == list(range(1, deal.sequence + 1))
        self.store.close()


def run(make_store: Callable[[], Store], share: int) -> None:
    """Tell so many stories that it stays quick: a database takes its time."""
    examples = max(settings().max_examples // share, 5)
    wanted = settings(max_examples=examples, stateful_step_count=25, deadline=None)
    run_state_machine_as_test(lambda: Modelled(make_store), settings=wanted)


def test_in_memory_a_pipeline_keeps_what_the_engine_answers() -> None:
    run(lambda: open_store("memory:"), 3)


def test_on_sqlite_a_pipeline_keeps_what_the_engine_answers(
    empty_file: Path, tmp_path: Path
) -> None:
    number = iter(range(1_000_000))

    def fresh() -> Store:
        file = tmp_path / f"{next(number)}.db"
        return open_store(f"sqlite:///{shutil.copy(empty_file, file)}")

    run(fresh, 12)


def test_on_postgresql_a_pipeline_keeps_what_the_engine_answers(postgresql: str) -> None:
    open_store(postgresql).close()

    def fresh() -> Store:
        with psycopg.connect(postgresql, autocommit=True) as connection:
            connection.execute("SET search_path TO salesfsm")
            connection.execute(
                "TRUNCATE events, opportunities, definitions, idempotency_keys, subscriptions"
            )
        return open_store(postgresql)

    run(fresh, 15)

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
    rule,
    run_state_machine_as_test,
)

import salesfsm as sf
from pipeline.desk import NOW, SetClock, desk, proof
from salesfsm.engine.handing import Handed
from salesfsm.errors import (
    ConflictError,
    DuplicateOpportunityError,
    KeyReusedError,
    SalesFsmError,
    UnknownOpportunityError,
)
from salesfsm.migration.migrating import Migration
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.process.migration import MigrationRules
from salesfsm.stores import Store, open_store
from salesfsm.stores.folding import folded

NAMES = ("A", "B", "'; DROP TABLE events;--")
NEXT = desk("2")
RULES = MigrationRules(process="desk", from_version="1", to_version="2")
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
        self.engines = {"1": self.engine, "2": sf.Engine(NEXT, clock=self.clock)}
        self.store = make_store()
        self.deals: dict[str, sf.Opportunity] = {}
        self.events: defaultdict[str, list[sf.Event]] = defaultdict(list)
        self.rung: defaultdict[str, set[str]] = defaultdict(set)
        self.answers: dict[str, tuple[str, Arguments, sf.Step | Handed]] = {}
        self.bulked: set[tuple[str | None, str]] = set()
        self.spent: set[str] = set()
        self.heard: defaultdict[str, list[int]] = defaultdict(list)
        self.deaf = False
        self.restart()

    @initialize()
    def restart(self) -> None:
        """Another program goes on with the same store."""
        self.pipeline = Pipeline([NEXT, desk()], self.store, clock=self.clock)
        self.pipeline.subscribe("crm", self.hear)

    def hear(self, event: sf.Event) -> None:
        if self.deaf:
            raise RuntimeError("the CRM does not answer")
        self.heard[event.opportunity_id].append(event.sequence)

    def wanted(self, name: str, command: Arguments) -> sf.Step:
        """What the pure engine answers."""
        method, args, kwargs = command
        deal = self.deals[name]
        ask = getattr(self.engines[deal.version], method)
        step: sf.Step = ask(deal, *args, **kwargs, at=max(self.clock(), deal.at))
        return step

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
        assume(key not in self.spent)
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
                assert isinstance(step, sf.Step)
                assert (again.opportunity, again.events) == (step.opportunity, step.events)
            else:
                with pytest.raises(KeyReusedError):
                    ask(name, *args, **given)
            return
        if expected == -1:
            with pytest.raises(ConflictError):
                ask(name, *args, **given)
            return
        try:
            wanted = self.wanted(name, command)
        except SalesFsmError as error:
            with pytest.raises(type(error)):
                ask(name, *args, **given)
            return
        step = ask(name, *args, **given)
        assert step == wanted
        self.take(name, step)
        if key is not None and step.accepted:
            self.answers[key] = (name, command, step)

    @rule(
        names=st.lists(st.sampled_from(NAMES), max_size=4),
        command=st.sampled_from(COMMANDS),
        key=st.none() | st.sampled_from(["b1", "b2"]),
        batch=st.integers(1, 3),
    )
    def bulk(self, names: list[str], command: Arguments, key: str | None, batch: int) -> None:
        assume(key not in self.spent)
        method, args, kwargs = command
        bulk = self.pipeline.bulk(
            names,
            lambda engine, deal: getattr(engine, method)(deal, *args, **kwargs),
            key=key,
            batch=batch,
        )
        accepted, refused, failed = set(), {}, {}
        for name in dict.fromkeys(names):
            if key is not None and (key, name) in self.bulked:
                accepted.add(name)
            elif name not in self.deals:
                failed[name] = UnknownOpportunityError
            else:
                try:
                    step = self.wanted(name, command)
                except SalesFsmError as error:
                    failed[name] = type(error)
                    continue
                self.take(name, step)
                if step.accepted:
                    accepted.add(name)
                    self.bulked.add((key, name))
                else:
                    refused[name] = step
        assert (set(bulk.accepted), bulk.refused) == (accepted, refused)
        assert {name: type(error) for name, error in bulk.failed.items()} == failed

    @rule(
        name=st.sampled_from(NAMES),
        receiver=st.sampled_from(NAMES),
        key=st.none() | st.sampled_from(["h1", "h2"]),
    )
    def hand_over(self, name: str, receiver: str, key: str | None) -> None:
        assume(name in self.deals and key not in self.spent)
        command: Arguments = ("hand_over", (receiver,), {})
        if key in self.answers:
            owner, before, handed = self.answers[key]
            if (owner, before) == (name, command):
                again = self.pipeline.hand_over(name, "to_care", receiver=receiver, key=key)
                assert isinstance(handed, Handed)
                for one, other in (
                    (again.giving, handed.giving),
                    (again.receiving, handed.receiving),
                ):
                    assert (one.opportunity, one.events) == (other.opportunity, other.events)
            else:
                with pytest.raises(KeyReusedError):
                    self.pipeline.hand_over(name, "to_care", receiver=receiver, key=key)
            return
        assume(receiver not in self.deals)
        deal = self.deals[name]
        at = max(self.clock(), deal.at)
        engine = self.engines[deal.version]
        wanted = engine.hand_over(deal, "to_care", id=receiver, at=at)
        assert self.pipeline.hand_over(name, "to_care", receiver=receiver, key=key) == wanted
        self.take(name, wanted.giving)
        self.take(receiver, wanted.receiving)
        if key is not None and wanted.accepted:
            self.answers[key] = (name, command, wanted)

    @rule(back=st.booleans())
    def migrate(self, back: bool) -> None:
        migration = Migration(RULES, desk(), NEXT)
        accepted, refused = set(), set()
        for name, deal in list(self.deals.items()):
            if deal.version != ("2" if back else "1"):
                continue
            at = max(self.clock(), deal.at)
            if back:
                step = migration.reverted(self.events[name], at=at)
            else:
                step = migration.migrated(deal, at=at)
            (accepted if step.accepted else refused).add(name)
            self.take(name, step)
        bulk = self.pipeline.revert(RULES) if back else self.pipeline.migrate(RULES)
        assert (set(bulk.accepted), set(bulk.refused), bulk.failed) == (accepted, refused, {})

    @rule(name=st.sampled_from(NAMES))
    def erase(self, name: str) -> None:
        assume(name in self.deals)
        # What is erased cannot be told again, so keys that lead to it are of no more use here.
        self.spent |= {key for key, (owner, (_, args, _), _) in self.answers.items()
                       if name in (owner, *args)}  # fmt: skip
        self.spent |= {key for key, each in self.bulked if key is not None and each == name}
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
                        for each in self.engines[deal.version].due(self.deals[name])
                        if each.at <= now and each.key not in self.rung[name] | passed
                    ),
                    None,
                )
                if due is None:
                    break
                step = self.engines[deal.version].elapse(self.deals[name], due, at=at)
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
                every = self.engines[self.deals[name].version].due(self.deals[name])
                pending = tuple(each for each in every if each.key not in self.rung[name])
                assert self.pipeline.due(name) == pending

    def teardown(self) -> None:
        for name, deal in self.deals.items():
            assert list(self.pipeline.history(name)) == self.events[name]
            assert folded(name, deal.sequence, self.events[name]) == deal
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

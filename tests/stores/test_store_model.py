"""Stores in databases against the store in memory as their model, in any order of calls."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.stores import MemoryStore, Store, open_store
from salesfsm.stores.port import AlreadyAnsweredError, Append, Query
from salesfsm.stores.sql.store import SqlStore
from stores.deals import NOW, begun, erased, fired, heard, nothing, updated

NAMES = st.sampled_from(["a", "B", "ż", "'--"])
KEYS = st.none() | st.sampled_from(["k1", "k2", "k3"])
TIMES = st.none() | st.integers(0, 3).map(lambda hours: NOW + timedelta(hours=hours))
WORDS = st.sampled_from(["x", "🤝", "'", "\n"])
Answer = TypeVar("Answer")


class AgainstMemory(RuleBasedStateMachine):
    """Every call goes to both stores; both answer, or refuse, alike."""

    opened: Callable[[], Store]

    def __init__(self) -> None:
        super().__init__()
        self.model, self.store = MemoryStore(), self.opened()
        self.cursor = ("", "")

    def teardown(self) -> None:
        self.store.close()

    def both(self, call: Callable[[Store], Answer]) -> Answer | None:
        """What both answer; None where both refuse."""
        answers = [_answer(call, each) for each in (self.model, self.store)]
        assert answers[0] == answers[1]
        return answers[0][0]

    def standing(self, name: str) -> Append | None:
        """How a deal stands, which may not be there or be there no more as it was."""
        found = self.model.load_many([name])
        return found.get(name)

    @rule(name=NAMES, owner=WORDS | st.none(), need=WORDS, key=KEYS, stalls=TIMES, due=TIMES)
    def begin(self, name, owner, need, key, stalls, due):
        append = begun(name, owner=owner, need=need, key=key, stalled_at=stalls, due_at=due)
        self.both(lambda store: store.append([append]))

    @rule(names=st.lists(NAMES, min_size=1, max_size=4), need=WORDS, key=KEYS, late=st.booleans())
    def change(self, names, need, key, late):
        appends = []
        for name in names:
            was = next(
                (
                    each.current
                    for each in reversed(appends)
                    if each.current.opportunity.id == name and not late
                ),
                self.standing(name) or begun(name).current,
            )
            appends.append(updated(was, need, key=key if not appends else None))
        self.both(lambda store: store.append(appends))

    @rule(name=NAMES, trigger=st.sampled_from(["agree", "win"]))
    def fire(self, name, trigger):
        was = self.standing(name)
        open_in = {"agree": "talking", "win": "closing"}[trigger]
        if was is not None and was.opportunity.stage == open_in:
            self.both(lambda store: store.append([fired(was, trigger)]))

    @rule(name=NAMES, key=KEYS)
    def change_nothing(self, name, key):
        was = self.standing(name)
        if was is not None and key is not None:
            self.both(lambda store: store.append([nothing(was, key)]))

    @rule(name=NAMES)
    def erase(self, name):
        was = self.standing(name) or begun(name).current
        self.both(lambda store: store.erase(erased(was)))

    @rule(name=NAMES, stalls=TIMES, due=TIMES, rung=st.lists(WORDS, max_size=2))
    def reckon(self, name, stalls, due, rung):
        was = self.standing(name) or begun(name).current
        anew = replace(was, stalled_at=stalls, due_at=due, rung=tuple(rung))
        self.both(lambda store: store.reckon([anew]))

    @rule(
        asked=st.fixed_dictionaries(
            {"order": st.sampled_from(["id", "stalled_at", "due_at"])},
            optional={
                "stages": st.sampled_from([("talking",), ("closing", "won")]),
                "but": st.sampled_from([(("desk", "1"),), (("desk", "2"), ("other", "1"))]),
                "owner": WORDS,
                "stalled_by": TIMES,
                "due_by": TIMES,
                "after": NAMES,
                "limit": st.integers(0, 3),
            },
        )
    )
    def find(self, asked):
        self.both(lambda store: (list(store.find(Query(**asked))), store.count(Query(**asked))))

    @rule(limit=st.integers(1, 4))
    def hear(self, limit):
        first, second = (
            store.outbox(cursor, limit=limit)
            for store, cursor in zip((self.model, self.store), self.cursor, strict=True)
        )
        assert [each.event for each in first] == [each.event for each in second]
        lags = [
            store.lag(cursor, limit=limit)
            for store, cursor in zip((self.model, self.store), self.cursor, strict=True)
        ]
        assert lags == [len(first)] * 2
        if first:
            self.cursor = (first[-1].cursor, second[-1].cursor)

    @rule(holder=WORDS, at=TIMES.filter(bool), failures=st.integers(0, 2))
    def deliver(self, holder, at, failures):
        self.both(lambda store: store.subscribe("mail", ""))
        until = at + timedelta(hours=1)
        taken = self.both(lambda store: store.lease("mail", holder, at, until))
        if taken is not None:
            anew = replace(taken, failures=failures, last_error=holder, retry_at=at)
            self.both(lambda store: store.advance(anew, holder))
        if failures:
            self.both(lambda store: store.release("mail", holder))

    @invariant()
    def both_hold_the_same(self):
        every = self.both(lambda store: list(store.find(Query())))
        assert every is not None
        for each in every:
            self.both(lambda store, name=each.opportunity.id: list(store.events(name)))
        self.both(lambda store: [store.answered(key) for key in ("k1", "k2", "k3")])
        assert heard(self.model) == heard(self.store)


def _answer(call: Callable[[Store], Answer], store: Store) -> tuple[Answer | None, object]:
    try:
        return call(store), None
    except AlreadyAnsweredError as error:
        return None, error.answered
    except sf.SalesFsmError as error:
        return None, (type(error), str(error))


def test_sqlite_does_as_memory_does(tmp_path: Path) -> None:
    class Machine(AgainstMemory):
        opened = staticmethod(lambda: open_store(str(tmp_path / f"{uuid4().hex}.db")))

    _run(Machine, 25)


def test_postgresql_does_as_memory_does(postgresql: str, request: pytest.FixtureRequest) -> None:
    class Machine(AgainstMemory):
        opened = staticmethod(lambda: SqlStore(postgresql, schema=f"s{uuid4().hex}"))

    _run(Machine, 8)


def _run(machine: type[AgainstMemory], examples: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=15,
            suppress_health_check=list(HealthCheck),
            deadline=None,
        ),
    )

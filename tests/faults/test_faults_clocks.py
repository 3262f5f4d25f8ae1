"""A clock that jumps, there and back: nobody waits for a time that was never right."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

import salesfsm as sf
from faults.ledger import histories, rung, tell_all, until
from faults.sale import MINUTE, START, begin_timed, sale
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import Store

YEAR, DAY = timedelta(days=366), timedelta(days=1)


class JumpingClock:
    """A clock that is wrong by ``error``."""

    def __init__(self) -> None:
        self.now, self.error = START, timedelta()

    def __call__(self) -> datetime:
        return self.now + self.error


def test_commands_and_timers_go_on_whatever_the_clock_says(store: Store, seed: int) -> None:
    clock, chance = JumpingClock(), random.Random(seed)
    pipeline = Pipeline(sale(), store, clock=clock)
    pipeline.open("A", facts={"budget": 5000})
    due = begin_timed(pipeline, 30)
    for number in range(60):
        clock.now += MINUTE
        clock.error = chance.choice([timedelta(), timedelta(), -DAY])
        assert pipeline.update("A", {"need": f"{number}"}).accepted
        assert pipeline.fire("A", "doubt" if number % 2 else "agree").accepted
        pipeline.tick()
    clock.error = YEAR
    assert pipeline.tick().failed == {}
    pipeline.log("A", "call")
    clock.error = timedelta()
    assert pipeline.log("A", "call").accepted
    assert pipeline.tick().failed == {}
    kept = histories(store)
    assert [each.at for each in kept["A"]] == sorted(each.at for each in kept["A"])
    for name, timers in due.items():
        assert sorted(rung(kept[name])) == sorted(timers)


@pytest.mark.parametrize("error", [YEAR, -YEAR, DAY, -DAY])
def test_a_subscriber_that_failed_by_a_wrong_clock_is_told_by_the_right_one(
    store: Store, error: timedelta
) -> None:
    clock, deaf, heard = JumpingClock(), True, list[int]()

    def handler(event: sf.Event) -> None:
        if deaf:
            raise RuntimeError("the CRM does not answer")
        heard.append(event.sequence)

    pipeline = Pipeline(sale(), store, clock=clock)
    pipeline.subscribe("crm", handler)
    clock.error = error
    pipeline.open("A", at=START)

    def failed() -> bool:
        pipeline.deliver()
        return [each.failures for each in pipeline.subscriptions()] == [1]

    until(failed)
    deaf, clock.error = False, timedelta()
    clock.now += MINUTE
    tell_all(pipeline, lambda: heard)
    assert heard == [1]


@pytest.mark.parametrize("error", [YEAR, -YEAR, DAY, -DAY])
def test_a_program_that_died_by_a_wrong_clock_keeps_no_subscriber(
    store: Store, error: timedelta
) -> None:
    clock, heard = JumpingClock(), list[int]()
    pipeline = Pipeline(sale(), store, clock=clock, deliver="manual")
    pipeline.subscribe("crm", lambda event: heard.append(event.sequence))
    pipeline.open("A")
    clock.error = error
    assert store.lease("crm", "a program that is dead", clock(), clock() + MINUTE) is not None
    clock.error = timedelta()
    clock.now += 2 * MINUTE
    tell_all(pipeline, lambda: heard)
    assert heard == [1]

"""``kill -9`` of writers, of those that keep time and of those that tell subscribers."""

from __future__ import annotations

import random
import time
from contextlib import closing
from pathlib import Path

import pytest

from faults import jobs
from faults.crew import Crew
from faults.ledger import (
    Log,
    all_answers,
    check_answers,
    check_heard,
    histories,
    lines,
    rung,
    tell_all,
    until,
)
from faults.sale import MINUTE, START, HurriedClock, begin_deals, begin_timed, sale
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import Store, open_store

DEATHS = 100
"""For each of the two databases."""

DEALS, TIMED = 20, 120


def test_death_at_any_moment_loses_nothing_and_does_nothing_twice(
    sql_url: str, crew: Crew, seed: int
) -> None:
    begun = time.time()
    with closing(open_store(sql_url)) as store:
        pipeline = Pipeline(sale(), store, clock=HurriedClock(begun))
        begin_deals(pipeline, DEALS)
        due = begin_timed(pipeline, TIMED)

        jobs_by_name = {
            **{f"w{each}": (jobs.write, (seed, DEALS, 1_000_000, 1_000_001)) for each in range(3)},
            **{f"t{each}": (jobs.tick, ()) for each in range(2)},
            **{f"h{each}": (jobs.hear, ()) for each in range(2)},
        }

        def start(name: str) -> None:
            job, args = jobs_by_name[name]
            crew.start(name, job, sql_url, begun, *args)

        for name in jobs_by_name:
            start(name)
        until(lambda: len(lines(crew.folder / "heard")) > 0)
        chance = random.Random(seed)
        died = 0
        while died < DEATHS:
            time.sleep(chance.uniform(0, 0.15))
            name = chance.choice(list(jobs_by_name))
            died += crew.kill(name)
            start(name)
        crew.stop()

        finish_all(store, crew.folder)
        kept = histories(store)
        check_answers(kept, all_answers(crew.folder))
        check_heard(kept, lines(crew.folder / "heard"))
        for name, events in kept.items():
            once = set(rung(events))
            assert len(once) == len(rung(events))
            if name in due:
                assert once == due[name]
            assert pipeline.due(name) == ()


def finish_all(store: Store, folder: Path) -> None:
    """Long after: let ring what is left, and tell what is left to be told."""
    later = Pipeline(sale(), store, clock=lambda: START + 10_000 * MINUTE)
    with closing(Log(folder / "heard")) as log:
        later.subscribe("crm", jobs.hearing(log))
        while later.tick().rung:
            pass
        tell_all(later, lambda: lines(folder / "heard"))
    assert later.subscriptions()[0].lag == 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_death_while_the_tables_are_made_leaves_a_database_that_opens(
    kind: str, request: pytest.FixtureRequest, crew: Crew, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgresql")
    for number in range(8):
        crew.start(f"o{number}", jobs.open_only, url)
        time.sleep(chance.uniform(0, 0.2))
        crew.kill(f"o{number}")
    with closing(open_store(url)) as store:
        begin_deals(Pipeline(sale(), store), 3)
        assert len(histories(store)) == 3

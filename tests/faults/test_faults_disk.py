"""A disk that is full: a clear error, nothing lost, and on it goes when there is room again."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

import salesfsm as sf
from faults import jobs
from faults.crew import Crew
from faults.ledger import all_answers, check_answers, histories, lines, rung
from faults.sale import MINUTE, START, HurriedClock, begin_deals, begin_timed, sale
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import open_store

DEALS = 5


def test_a_file_that_may_not_grow_is_told_and_grows_later(sqlite_file: Path, crew: Crew) -> None:
    begun, url = time.time(), f"sqlite:///{sqlite_file}"
    with closing(open_store(url)) as store:
        begin_deals(Pipeline(sale(), store, clock=HurriedClock(begun)), DEALS)
        crew.start("w", jobs.fill, url, begun, 1_500_000, DEALS)
        crew.finish()
        refusals = lines(crew.folder / "refusals")
        assert len(refusals) == 5
        assert all(str(sqlite_file) in each and "not full" in each for each in refusals)
        answers = all_answers(crew.folder)
        assert len(answers) > 50 + DEALS
        check_answers(histories(store), answers)


def test_a_quota_that_is_used_up_stops_commands_and_timers_until_it_is_raised(
    sqlite_file: Path,
) -> None:
    now, pages = START, 10_000
    store = open_store(str(sqlite_file))

    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def allow(wanted: int) -> None:
        nonlocal pages
        pages = wanted
        store._engine.dispose()  # type: ignore[attr-defined]

    sa.event.listen(store._engine, "connect", limit)  # type: ignore[attr-defined]
    pipeline = Pipeline(sale(), store, clock=lambda: now)
    heard: set[tuple[str, int]] = set()
    pipeline.subscribe("crm", lambda event: heard.add((event.opportunity_id, event.sequence)))
    pipeline.open("A")
    due = begin_timed(pipeline, 100)
    with closing(sqlite3.connect(sqlite_file)) as other:
        allow(other.execute("PRAGMA page_count").fetchone()[0] + 10)
    done = 0

    def work() -> None:
        nonlocal done
        for number in range(done, 100):
            pipeline.update("A", {"need": f"{number} " + "long " * 300}, key=f"k{number}")
            done += 1

    with pytest.raises(sf.StoreUnavailableError, match="free space"):
        work()
    assert 0 < done < 100
    assert pipeline.get("A").sequence == done + 1
    now += 60 * MINUTE
    with pytest.raises(sf.StoreUnavailableError, match="free space"):
        pipeline.tick()
    allow(10_000)
    work()
    pipeline.tick()
    kept = histories(store)
    assert sum(isinstance(each, sf.FactsUpdated) for each in kept["A"]) == 100
    for name, timers in due.items():
        assert sorted(rung(kept[name])) == sorted(timers)
    assert heard == {(name, each.sequence) for name, events in kept.items() for each in events}
    store.close()

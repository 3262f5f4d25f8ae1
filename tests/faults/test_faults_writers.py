"""Four processes that write to one database, and eight that repeat one another."""

from __future__ import annotations

import time
from contextlib import closing

import salesfsm as sf
from faults import jobs
from faults.crew import CONTEXT, Crew
from faults.ledger import all_answers, check_answers, histories
from faults.sale import HurriedClock, begin_deals, sale
from salesfsm.pipeline.pipeline import Pipeline
from salesfsm.stores import open_store

COMMANDS = 10_000
DEALS = 50
WRITERS = 4


def test_all_that_four_writers_were_answered_is_there_once(
    sql_url: str, crew: Crew, seed: int
) -> None:
    begun = time.time()
    with closing(open_store(sql_url)) as store:
        begin_deals(Pipeline(sale(), store, clock=HurriedClock(begun)), DEALS)
        for number in range(WRITERS):
            share = COMMANDS // WRITERS
            crew.start(f"w{number}", jobs.write, sql_url, begun, seed, DEALS, share, 2)
        crew.finish()
        answers = all_answers(crew.folder)
        assert len(answers) == COMMANDS
        assert sum(each.accepted for each in answers) > COMMANDS / 2
        kept = histories(store)
        begun_by_handing = sum(each.startswith("H-") for each in kept)
        assert begun_by_handing > 0
        assert len(kept) == DEALS + begun_by_handing
        check_answers(kept, answers)


def test_a_key_that_eight_processes_use_at_once_is_one_move(sql_url: str, crew: Crew) -> None:
    begun, keys = time.time(), 12
    open_store(sql_url).close()
    start = CONTEXT.Barrier(8)
    for number in range(8):
        crew.start(f"r{number}", jobs.repeat, sql_url, begun, start, keys)
    crew.finish()
    answers = all_answers(crew.folder)
    assert len(answers) == 8 * 2 * keys
    assert all(each.accepted for each in answers)
    with closing(open_store(sql_url)) as store:
        kept = histories(store)
        check_answers(kept, answers)
    stories = [[type(event) for event in events] for events in kept.values()]
    assert stories == [[sf.Opened, sf.Moved]] * keys

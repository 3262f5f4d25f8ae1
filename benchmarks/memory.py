"""The memory of one live opportunity, without its history, counted by tracemalloc.

Each holds four facts as they come from a CRM, no two sharing a value, has moved once, and half of
them have a piece of evidence. Beside it a transitions model and a python-statemachine machine with
the same facts after the same move.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from datetime import timedelta

import salesfsm
from benchmarks import sale
from benchmarks.contestants import StatemachineClass, TransitionsMachine
from benchmarks.figures import Figure, Limit, Spread

OPPORTUNITIES = 20_000
MODELS = 1_000
WORK = "memory of a live opportunity"


def measure() -> list[Figure]:
    """Bytes of an opportunity, and as a share of what the others keep for one."""
    engine = salesfsm.Engine(salesfsm.loads(sale.PROCESS))
    ours = bytes_of_one(lambda: opportunities(engine, OPPORTUNITIES), OPPORTUNITIES)
    others = {
        "a transitions model": lambda: moved(TransitionsMachine(MODELS)),
        "a python-statemachine": lambda: moved(StatemachineClass(MODELS)),
    }
    told = f"{ours:,.0f} bytes"
    figures = [Figure(WORK, told, "", Spread.of([ours]), "bytes", Limit("at most", 1024))]
    for name, make in others.items():
        theirs = bytes_of_one(make, MODELS)
        share = Spread.of([ours / theirs])
        figures.append(Figure(WORK, told, f"{name} {theirs:,.0f} bytes", share))
    return figures


def bytes_of_one(make: Callable[[], object], count: int) -> float:
    """The bytes that stay allocated for what ``make`` returns, divided by ``count``.

    One round says it all: the same objects take the same bytes each time.
    """
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = make()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del kept
    return (after - before) / count


def opportunities(engine: salesfsm.Engine, count: int) -> list[salesfsm.Opportunity]:
    """Opportunities that were opened and moved, half of them with evidence; events are dropped."""
    made = []
    for number in range(count):
        # Times of their own, for a live opportunity shares none with another.
        at = sale.NOW + timedelta(seconds=number)
        deal = engine.open(
            sale.name_of(number), at=at, by=sale.BY, facts=sale.facts_of(number)
        ).unwrap()
        if number % 2:
            proof = salesfsm.Evidence("reason_to_act", kind="email", ref=f"mail/{number}")
            deal = engine.record(deal, proof, at=at + timedelta(hours=1), by=sale.BY).unwrap()
        at += timedelta(days=1)
        made.append(engine.fire(deal, "qualify", at=at, by=sale.BY).unwrap())
    return made


def moved(contestant: TransitionsMachine | StatemachineClass) -> object:
    """The contestant with its deals moved, their histories emptied again."""
    contestant.reset()
    contestant.move()
    for deal in contestant.all:
        deal.history.clear()
    return contestant

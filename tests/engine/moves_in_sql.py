"""What the engine tells of the moves of opportunities, and what a database tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import ibis
import pyarrow
from hypothesis import strategies as st

import salesfsm as sf
from sales.b2b import NOW
from sales.processes import MAKERS, facts_of, flat_processes, processes
from salesfsm.engine.querying.tables import opportunity_table

AT = NOW + timedelta(days=20)
Answer = tuple[str, str, str | None, bool, frozenset[str]]
"""An opportunity, a trigger, the target, whether it may move, and the codes of the blockers."""

_NUMBERS = count()


@st.composite
def lives(draw: st.DrawFn, process: sf.Process, engine: sf.Engine, number: int) -> sf.Opportunity:
    """An opportunity in any stage, with some of what can be known, proven, done and tried."""
    stage = draw(st.sampled_from(list(process.stage_by_name)))
    facts = {name: each for name, each in draw(facts_of(process)).items() if each is not None}
    reason = draw(st.sampled_from(reasons_of(process, stage)))
    deal = engine.adopt(f"D{number}", stage, at=NOW, facts=facts, reason=reason).unwrap()
    for milestone in process.milestone_by_name.values():
        made_at = NOW - timedelta(days=draw(st.integers(0, 400)))
        kind = milestone.accepts[0] if milestone.accepts else "email"
        maker = (milestone.made_by or MAKERS)[0]
        if draw(st.booleans()):
            evidence = sf.Evidence(milestone.name, kind, maker, made_at=made_at)
            deal = engine.record(deal, evidence, at=NOW).opportunity or deal
    for task in process.stage_by_name[stage].tasks:
        if draw(st.booleans()):
            deal = engine.complete(deal, task.name, at=NOW).opportunity or deal
    for kind in draw(st.lists(st.sampled_from(["call", "email"]), max_size=3)):
        deal = engine.log(deal, sf.Activity(kind), at=NOW).opportunity or deal
    if draw(st.integers(0, 4)) == 0:
        deal = engine.hold(deal, at=NOW).opportunity or deal
    if draw(st.integers(0, 4)) == 0:
        deal = engine.buyer_holds(deal, at=NOW).opportunity or deal
    return deal


def reasons_of(process: sf.Process, stage: str) -> list[str | None]:
    return [each.name for each in process.stage_by_name[stage].reasons] or [None]


@st.composite
def pipelines(draw: st.DrawFn) -> tuple[sf.Engine, list[sf.Opportunity]]:
    process = draw(flat_processes() | processes())
    engine = sf.Engine(process)
    return engine, [draw(lives(process, engine, number)) for number in range(6)]


def told_by(engine: sf.Engine, deal: sf.Opportunity, at: datetime = AT) -> Iterator[Answer]:
    """What the engine says of every trigger that leads on."""
    moves = engine.moves(deal, at=at)
    for trigger in {move.trigger for move in moves}:
        ways = [move for move in moves if move.trigger == trigger]
        target = next((move.target for move in ways if move.allowed), None)
        codes = {each.code for move in ways for each in move.blockers} - {"shadowed"}
        blockers = frozenset() if target else frozenset(codes)
        yield deal.id, trigger, target, target is not None, blockers


def told_in_sql(
    database: ibis.BaseBackend, engine: sf.Engine, deals: list[sf.Opportunity]
) -> list[Answer]:
    name = f"opportunities_{next(_NUMBERS)}"
    made = opportunity_table(engine, deals, database.name)
    database.create_table(name, obj=made, temp=True)
    found = []
    for trigger in engine.process.triggers:
        text = engine.sql(trigger, database.name, table=name, at=AT)
        assert text == ibis.to_sql(
            engine.movable(database.table(name), triggers=[trigger], at=AT), dialect=database.name
        )
        for deal, _, fired, target, movable, blockers in database.raw_sql(text).fetchall():
            assert fired == trigger
            codes = blockers.split(" ") if blockers else []
            assert len(codes) == len(set(codes))
            found.append((deal, trigger, target, bool(movable), frozenset(codes)))
    return found


def fetched(query: ibis.Table) -> list[dict[str, object]]:
    """The rows of an answer, in their order."""
    return list(query.order_by("id", "trigger").to_pyarrow().to_pylist())


def narrow_numbers() -> pyarrow.Table:
    """Five opportunities in talks with numbers of narrow types, among them those that are none."""
    ratios, seats = [0.1, -7.25, float("nan"), float("inf"), None], [100, 100, 100, None, None]
    return pyarrow.table(
        {
            "id": pyarrow.array(["a", "b", "c", "d", "e"]),
            "stage": pyarrow.array(["talks"] * 5),
            "on_hold": pyarrow.array([False] * 5),
            "fact_ratio": pyarrow.array(ratios, pyarrow.float64()),
            "fact_seats": pyarrow.array(seats, pyarrow.int16()),
            "fact_users": pyarrow.array([32767, 1, 1, 1, None], pyarrow.int16()),
        }
    )


def asking_numbers(rule: str) -> sf.Engine:
    """The engine of a process that asks one rule about such numbers."""
    process = sf.Process(
        process="numbers",
        facts={
            "ratio": sf.Fact(type="decimal"),
            "seats": sf.Fact(type="integer"),
            "users": sf.Fact(type="integer"),
        },
        stages=[sf.Stage(name="talks"), sf.Stage(name="won", outcome="won")],
        transitions=[sf.Transition(trigger="win", source="talks", target="won", when=rule)],
    )
    return sf.Engine(process)


ABOUT_NARROW_NUMBERS = [
    ("ratio >= 0.1", [True, False, False, False, False]),
    ("ratio in [0.1, -7.25]", [True, True, False, False, False]),
    ("ratio * 3 == 0.3", [True, False, False, False, False]),
    ("ratio + 1 > 0", [True, False, False, False, False]),
    ("known(ratio)", [True, True, False, False, False]),
    ("seats + seats == 200", [True, True, True, False, False]),
    ("seats * 1000000000 > 10 or users - 2 == -1", [True, True, True, True, False]),
]
"""Rules about these numbers, and which of the five they let move."""


def named(*facts: str) -> sf.Engine:
    """An engine whose ``win`` asks that one of these facts is true."""
    process = sf.Process(
        process="named",
        facts={name: sf.Fact(type="bool") for name in facts},
        stages=[sf.Stage(name="talks"), sf.Stage(name="won", outcome="won")],
        transitions=[
            sf.Transition(trigger="win", source="talks", target="won", when=" or ".join(facts))
        ],
    )
    return sf.Engine(process)

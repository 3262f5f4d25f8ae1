"""What holds of the timers of every opportunity of every process."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings, strategies as st
from msgspec.structs import replace

import salesfsm as sf
from sales.b2b import NOW
from sales.processes import MAKERS, processes
from salesfsm.engine.timing import stalled_at

DAY = timedelta(days=1)
BEGINNING = sf.Opened | sf.Moved | sf.Placed | sf.Resumed
"""After these the timers of a stage run anew."""
RUNNING = ("transition", "stalled", "contact")

acts = st.lists(
    st.one_of(
        st.tuples(st.just("log"), st.sampled_from(["call", "email"]), st.sampled_from(MAKERS)),
        st.tuples(st.just("plan"), st.sampled_from(["call", "email"]), st.integers(0, 60)),
        st.tuples(st.just("hold"), st.none() | st.integers(1, 30), st.none()),
        st.tuples(st.just("record"), st.integers(0, 2), st.sampled_from(MAKERS)),
        st.tuples(st.just("place"), st.integers(0, 5), st.none()),
        st.tuples(st.just("fire"), st.sampled_from(["go", "back", "close"]), st.none()),
    ),
    max_size=6,
)


@st.composite
def lives(draw: st.DrawFn) -> tuple[sf.Engine, sf.Opportunity, list[sf.Event]]:
    """An opportunity to which something has happened, with its events."""
    process = draw(processes())
    engine = sf.Engine(process)
    step = engine.adopt("D1", draw(st.sampled_from(list(process.stage_by_name))), at=NOW)
    deal, events, at = step.unwrap(), list(step.events), NOW
    for act, one, other in draw(acts):
        at += draw(st.sampled_from([0, 1, 9])) * DAY
        if act == "log":
            step = engine.log(deal, sf.Activity(one, other), at=at)
        elif act == "plan":
            step = engine.log(deal, sf.Activity(one, due=at + other * DAY), at=at)
        elif act == "hold":
            step = engine.hold(deal, until=at + one * DAY if one else None, at=at)
        elif act == "record" and f"milestone{one}" in process.milestone_by_name:
            step = engine.record(deal, sf.Evidence(f"milestone{one}", "email", other), at=at)
        elif act == "place":
            stage = process.stages[one % len(process.stages)].name
            step = engine.place(deal, stage, at=at)
        elif act == "fire" and one in process.triggers:
            step = engine.fire(deal, one, at=at)
        else:
            continue
        if step.accepted:
            deal, events = step.unwrap(), [*events, *step.events]
    return engine, deal, events


@settings(max_examples=settings.default.max_examples * 3 // 10)
@given(lives())
def test_what_is_due_is_in_order_named_once_and_always_the_same(life):
    engine, deal, events = life
    every = engine.due(deal)
    assert [due.at for due in every] == sorted(due.at for due in every)
    assert len({due.key for due in every}) == len(every)
    assert sf.Engine(engine.process).due(sf.replay(engine.process, events)) == every
    stalls = [due.at for due in every if due.kind == "stalled"]
    assert stalls == [at for at in [stalled_at(engine.process, deal)] if at is not None]
    if deal.hold is not None:
        assert {due.kind for due in every} <= {"hold", "evidence", "activity"}


def with_ways_due(
    process: sf.Process, events: list[sf.Event], trigger: str, at: datetime
) -> sf.Process:
    """The process as if of the trigger there were only the ways that have come due by now."""
    since = max(each.at for each in events if isinstance(each, BEGINNING))

    def takes_part(way: sf.Transition) -> bool:
        if way.trigger != trigger:
            return True
        return way.after is not None and process.calendar.after(since, way.after) <= at

    kept = tuple(filter(takes_part, process.transitions))
    return process.model_copy(update={"transitions": kept})


def check_it_fires(rung: sf.Step, fired: sf.Step) -> None:
    """That the timer of a transition did what firing its trigger does, among the ways due."""
    assert (rung.accepted, rung.blockers) == (fired.accepted, fired.blockers)
    assert rung.warnings == fired.warnings
    made = [replace(each, sequence=each.sequence - 1) for each in rung.events[1:]]
    assert made == list(fired.events)
    assert len(rung.events) == (1 + len(made) if rung.accepted else 0)


@settings(max_examples=settings.default.max_examples * 3 // 10)
@given(lives(), st.sampled_from([timedelta(0), timedelta(hours=1), 40 * DAY]))
def test_what_elapses_is_refused_or_leads_where_its_events_lead(life, late):
    engine, deal, events = life
    for due in engine.due(deal):
        at = max(due.at, deal.at) + late
        step = engine.elapse(deal, due, at=at, by="clock")
        if due.kind == "transition":
            among = sf.Engine(with_ways_due(engine.process, events, due.name, at))
            check_it_fires(step, among.fire(deal, due.name, at=at, by="clock"))
        if not step:
            assert due.kind == "transition"
            assert step.opportunity is deal
            continue
        came = step.events[0]
        assert (came.kind, came.name, came.due, came.at) == (due.kind, due.name, due.at, at)
        after = sf.replay(engine.process, [*events, *step.events])
        assert after == step.unwrap()
        assert sf.event_from_json(sf.event_to_json(came)) == came
        if due.kind == "hold":
            assert after.hold is None
            assert not any(new.at < at for new in engine.due(after) if new.kind in RUNNING)
        elif due.kind != "transition":
            assert replace(after, sequence=deal.sequence, at=deal.at) == deal

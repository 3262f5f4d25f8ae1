"""Events that no command of the engine makes: they come back from JSON, and fold.

They are made by timers, migrations and erasure. Here is also what shredding leaves of a history.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, strategies as st

import salesfsm as sf
from sales.b2b import NOW, b2b, ready
from sales.processes import MAKERS, VALUES
from salesfsm.engine.erasing import shredded
from salesfsm.engine.evolve import begin, evolve
from salesfsm.frozen import frozen
from salesfsm.rules.types import DURATION, accept
from salesfsm.rules.values import LATEST

ENGINE = sf.Engine(b2b())
SECRET = "Jan Kowalski"

names = st.sampled_from(["a", "b.c", "d"])
texts = st.text(st.characters(codec="utf-8"), max_size=8)
moments = st.datetimes(
    datetime(1950, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone
    datetime(2150, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
values = st.one_of(
    VALUES["bool"],
    VALUES["integer"],
    VALUES["date"],
    VALUES["decimal"],
    moments,
    texts,
    VALUES["duration"].map(lambda span: accept(DURATION, span)),
    st.builds(sf.Money, st.integers(0, 10**6), st.just("EUR")),
)
pieces = st.builds(
    sf.Evidence,
    milestone=names,
    kind=texts,
    made_by=st.sampled_from(MAKERS),
    ref=texts,
    note=texts,
    made_at=moments,
    until=moments | st.just(LATEST),
    number=st.integers(1, 99),
)
activities = st.builds(
    sf.Activity, kind=names, due=moments, ref=texts, note=texts, number=st.integers(1, 99)
)
head = {
    "opportunity_id": texts,
    "sequence": st.integers(2, 99),
    "at": moments,
    "by": st.none() | texts,
}
migrations = st.builds(
    sf.Migrated,
    **head,
    process=names,
    version=texts,
    from_process=names,
    from_version=texts,
    source=names,
    target=names,
    facts=st.dictionaries(names, st.none() | values).map(frozen),
    evidence=st.dictionaries(names, st.lists(pieces, max_size=2).map(tuple)).map(frozen),
    tasks=st.dictionaries(names, st.booleans()).map(frozen),
    attempts=st.dictionaries(names, st.integers(1, 9)).map(frozen),
    planned=st.lists(activities, max_size=2).map(tuple),
    stopped=st.none() | st.builds(sf.Stop, st.none() | names, st.none() | names),
    team=st.none() | names,
    reverts=st.none() | st.integers(1, 9),
    note=texts,
)
timers = st.builds(sf.CameDue, **head, kind=st.sampled_from(sf.DueKind), name=names, due=moments)
erasures = st.builds(sf.Erased, **head, reason=texts)


@given(migrations | timers | erasures)
def test_json_gives_them_back(event: sf.Event) -> None:
    back = sf.event_from_json(sf.event_to_json(event))
    assert back == event
    if isinstance(event, sf.Migrated):
        kinds = {name: type(value) for name, value in event.facts.items()}
        assert {name: type(value) for name, value in back.facts.items()} == kinds


@given(migrations)
def test_a_migration_sets_what_it_says_and_leaves_the_rest(event: sf.Migrated) -> None:
    was = ready(ENGINE)
    now = evolve(was, event)
    assert (now.process, now.version, now.stage) == (event.process, event.version, event.target)
    assert now.facts == {
        name: value for name, value in {**was.facts, **event.facts}.items() if value is not None
    }
    assert all(now.evidence.values())
    assert all((task in now.tasks) == is_done for task, is_done in event.tasks.items())
    assert now.tasks - event.tasks.keys() == was.tasks - event.tasks.keys()
    assert (now.planned, now.stopped, now.team) == (event.planned, event.stopped, event.team)
    for kept in ("entered_at", "opened_at", "active_at", "owner", "hold", "buyer", "origin"):
        assert getattr(now, kept) == getattr(was, kept)


def test_a_timer_that_rang_changes_nothing_but_the_number() -> None:
    was = ready(ENGINE)
    event = sf.CameDue(was.id, was.sequence + 1, NOW, None, sf.DueKind.STALLED, was.stage, NOW)
    assert evolve(was, event) == msgspec.structs.replace(was, sequence=was.sequence + 1)


def test_what_was_erased_is_gone_and_it_stands_where_it_stood() -> None:
    was = ENGINE.hold(ready(ENGINE), at=NOW, reason=SECRET).unwrap()
    now = evolve(was, sf.Erased(was.id, was.sequence + 1, NOW, None))
    assert (now.facts, now.evidence, now.planned) == ({}, {}, ())
    assert now.hold == sf.Hold(NOW)
    assert (now.stage, now.owner, now.tasks) == (was.stage, was.owner, was.tasks)
    assert SECRET not in sf.opportunity_to_json(now)


def test_the_reason_of_a_hold_that_is_over_is_erased_too() -> None:
    held = ENGINE.hold(ready(ENGINE), at=NOW, reason=SECRET).unwrap()
    was = ENGINE.resume(held, at=NOW).unwrap()
    now = evolve(was, sf.Erased(was.id, was.sequence + 1, NOW, None))
    assert (now.hold, now.rest) == (None, sf.Hold(NOW, ended=NOW))
    assert SECRET not in sf.opportunity_to_json(now)


@st.composite
def told_of_people(draw: st.DrawFn) -> list[sf.Event]:
    """A history in which every text that people may write holds a name."""
    step = ENGINE.adopt(
        "A", "qualification", at=NOW, facts={"need": SECRET}, owner="anna", note=SECRET
    )
    deal, events = step.unwrap(), list(step.events)
    boss = sf.Override("sales director", SECRET)
    commands = {
        "update": lambda deal: ENGINE.update(deal, {"need": f"{SECRET} {deal.sequence}"}, at=NOW),
        "record": lambda deal: ENGINE.record(
            deal, sf.Evidence("reason_to_act", "email", ref=SECRET, note=SECRET), at=NOW
        ),
        "withdraw": lambda deal: ENGINE.withdraw(deal, "reason_to_act", reason=SECRET, at=NOW),
        "log": lambda deal: ENGINE.log(deal, sf.Activity("call", note=SECRET, ref=SECRET), at=NOW),
        "plan": lambda deal: ENGINE.log(
            deal, sf.Activity("call", due=NOW + timedelta(1), note=SECRET), at=NOW
        ),
        "hold": lambda deal: ENGINE.hold(deal, at=NOW, reason=SECRET),
        "resume": lambda deal: ENGINE.resume(deal, at=NOW),
        "fire": lambda deal: ENGINE.fire(deal, "qualify", at=NOW, override=boss),
        "lose": lambda deal: ENGINE.fire(deal, "lose", reason="price", at=NOW),
        "place": lambda deal: ENGINE.place(deal, "qualification", at=NOW, note=SECRET),
        "buyer": lambda deal: ENGINE.buyer_holds(deal, at=NOW, reason=SECRET),
        "back": lambda deal: ENGINE.buyer_revisits(deal, "investigating", at=NOW, reason=SECRET),
    }
    for name in draw(st.lists(st.sampled_from(list(commands)), max_size=12)):
        try:
            step = commands[name](deal)
        except sf.CommandError:
            continue
        if step.accepted and step.opportunity is not None:
            deal = step.opportunity
            events += step.events
    return events


@given(told_of_people())
def test_a_shredded_history_tells_of_nobody_and_of_the_same_moves(events: list[sf.Event]) -> None:
    shreds = [shredded(event) for event in events]
    assert not any(SECRET in sf.event_to_json(event) for event in shreds)
    assert [shredded(event) for event in shreds] == shreds
    was, now = sf.replay(ENGINE.process, events), sf.replay(ENGINE.process, shreds)
    for kept in ("stage", "entered_at", "opened_at", "sequence", "at", "attempts", "stopped"):
        assert getattr(now, kept) == getattr(was, kept)
    assert _moves(shreds) == _moves(events)


@given(migrations)
def test_a_shredded_migration_tells_of_nobody(event: sf.Migrated) -> None:
    named = msgspec.structs.replace(
        event,
        note=SECRET,
        facts=frozen({"need": SECRET}),
        evidence=frozen({"a": (sf.Evidence("a", "email", ref=SECRET, note=SECRET),)}),
        planned=(sf.Activity("call", note=SECRET),),
    )
    left = shredded(named)
    assert SECRET not in sf.event_to_json(left)
    assert shredded(left) == left
    assert (left.target, left.version, left.at) == (event.target, event.version, event.at)


def _moves(events: list[sf.Event]) -> list[tuple[object, ...]]:
    return [
        (type(event), event.sequence, event.at, event.by, getattr(event, "target", None))
        for event in events
    ]


def test_the_first_event_begins_alone() -> None:
    opened = ENGINE.open("A", at=NOW, facts={"need": SECRET}).events[0]
    assert isinstance(opened, sf.Opened)
    assert begin(shredded(opened)).facts == {}

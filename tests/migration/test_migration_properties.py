"""What holds of every migration: of random opportunities, between random versions of a process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import msgspec
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from versions import (
    LATER,
    NEW_ENGINE,
    NEW_PROCESS,
    NOW,
    OLD_ENGINE,
    ONWARDS,
    THIRD,
    Deal,
    migration as first_migration,
)

import salesfsm as sf
from sales.processes import MAKERS, facts_of, processes
from salesfsm.engine.fitting import check_opportunity
from salesfsm.migration.migrating import Migration
from salesfsm.migration.planning import plan_of
from salesfsm.process.migration import MigrationRules

QUICK = settings(
    # A whole process is much to draw: a fifth of what the profile asks for.
    max_examples=settings.default.max_examples // 5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def to_next_version(process: sf.Process, **given: object) -> MigrationRules:
    """Rules that lead to the version ``next`` of the process."""
    return MigrationRules.model_validate(
        {
            "process": process.name,
            "from_version": process.version,
            "to_version": "next",
            **given,
        }
    )


Ask = Callable[[sf.Engine, sf.Opportunity], sf.Step]


@st.composite
def lives(draw: st.DrawFn, process: sf.Process) -> list[sf.Event]:
    """The history of an opportunity to which anything may have happened."""
    engine = sf.Engine(process)
    stage = draw(st.sampled_from(process.stages))
    reason = draw(st.sampled_from(stage.reasons)).name if stage.reasons else None
    facts = draw(facts_of(process))
    step = engine.adopt("D", stage.name, at=NOW, facts=facts, owner="anna", reason=reason)
    asks = draw(st.lists(recordings(process) | placings(process), max_size=6))
    return [*step.events, *told(engine, step.unwrap(), asks)]


def told(engine: sf.Engine, deal: sf.Opportunity, asks: list[Ask]) -> list[sf.Event]:
    """What happens where all of these are asked; some are refused."""
    events: list[sf.Event] = []
    for ask in asks:
        try:
            step = ask(engine, deal)
        except sf.SalesFsmError:
            continue
        if step.accepted and step.opportunity is not None:
            deal = step.opportunity
            events += step.events
    return events


def placings(process: sf.Process) -> st.SearchStrategy[Ask]:
    """Moves to any stage."""
    return st.sampled_from([stage.name for stage in process.stages]).map(
        lambda stage: lambda engine, deal: engine.place(deal, stage, at=NOW)
    )


def recordings(process: sf.Process) -> st.SearchStrategy[Ask]:
    """Commands that may be accepted and move nothing."""
    kinds = st.sampled_from(process.activities)
    makers = st.sampled_from(MAKERS)
    asks: list[st.SearchStrategy[Ask]] = [
        st.builds(_logging, kinds, makers, st.none() | st.integers(0, 3)),
        st.just(lambda engine, deal: engine.hold(deal, at=NOW, reason="x")),
        facts_of(process).map(
            lambda facts: lambda engine, deal: engine.update(deal, facts, at=NOW)
        ),
    ]
    if process.teams:
        asks.append(
            st.sampled_from([team.name for team in process.teams]).map(
                lambda team: lambda engine, deal: engine.assign(deal, team=team, at=NOW)
            )
        )
    if process.task_by_name:
        asks.append(
            st.sampled_from(list(process.task_by_name)).map(
                lambda task: lambda engine, deal: engine.complete(deal, task, at=NOW)
            )
        )
    if process.milestone_by_name:
        names = st.sampled_from(list(process.milestone_by_name))
        asks.append(st.builds(_proving, names, makers))
        asks.append(
            names.map(lambda name: lambda engine, deal: engine.withdraw(deal, name, at=NOW))
        )
    return st.one_of(asks)


def _logging(kind: str, maker: str, days: int | None) -> Ask:
    due = None if days is None else NOW + timedelta(days)
    return lambda engine, deal: engine.log(deal, sf.Activity(kind, maker, due), at=NOW)


def _proving(name: str, maker: str) -> Ask:
    evidence = sf.Evidence(name, "email", maker, ref="a")
    return lambda engine, deal: engine.record(deal, evidence, at=NOW)


@st.composite
def versions(draw: st.DrawFn) -> tuple[sf.Process, sf.Process, MigrationRules]:
    """A process, its next version, and rules that may leave something out."""
    old = draw(processes())
    change = draw(st.sampled_from([_renamed, _without_a_stage, _with_a_stage]))
    try:
        new, given_ = change(draw, old)
        new = new.model_copy(update={"version": "next"})
    except (sf.DefinitionError, sf.CommandError):
        assume(False)
    return (
        old,
        new,
        to_next_version(old, **given_, on_missing=draw(st.sampled_from(["strand", "drop"]))),
    )


Changed = tuple[sf.Process, dict[str, object]]


def _renamed(draw: st.DrawFn, old: sf.Process) -> Changed:
    """Every stage and task has another name; the rules name some of them."""
    stages = draw(st.sets(st.sampled_from(list(old.stage_by_name))))
    tasks = draw(st.sets(st.sampled_from(list(old.task_by_name)))) if old.task_by_name else set()
    return sf.prefixed(old, "x"), {
        "stages": {name: f"x.{name}" for name in sorted(stages)},
        "tasks": {name: f"x.{name}" for name in sorted(tasks)},
    }


def _without_a_stage(draw: st.DrawFn, old: sf.Process) -> Changed:
    gone = draw(st.sampled_from(list(old.stage_by_name)))
    return sf.remove(old, gone), {}


def _with_a_stage(draw: st.DrawFn, old: sf.Process) -> Changed:
    after = draw(st.sampled_from(list(old.stage_by_name)))
    new = sf.insert(old, sf.Stage(name="added"), after=after, trigger="onwards")
    target = draw(st.sampled_from([stage for stage in old.stages if stage.is_open]))
    return new, {"stages": {target.name: [{"to": "added", "when": "known(owner)"}]}}


@QUICK
@given(st.data())
def test_every_opportunity_is_one_of_the_new_version_or_stays_and_says_why(
    data: st.DataObject,
) -> None:
    old, new, rules = data.draw(versions())
    events = data.draw(lives(old))
    was = sf.replay(old, events)
    step = Migration(rules, old, new).migrated(was, at=NOW)
    if not step.accepted:
        assert step.blockers
        assert step.opportunity is was
        assert step.explain("pl")
        return
    will = step.unwrap()
    check_opportunity(new, will)
    assert sf.replay(new, [*events, *step.events], processes=[old]) == will
    (event,) = step.events
    assert sf.event_from_json(sf.event_to_json(event)) == event
    sf.Engine(new).moves(will, at=NOW)
    told = {each.details["name"] for each in step.warnings}
    assert told >= {f"tasks.{task}" for task in was.tasks if not _kept(task, will.tasks)}
    assert told >= {f"facts.{name}" for name in was.facts if name not in will.facts}
    assert told >= {f"milestones.{name}" for name in was.evidence if name not in will.evidence}


def _kept(task: str, tasks: frozenset[str]) -> bool:
    return task in tasks or f"x.{task}" in tasks


@QUICK
@given(st.data())
def test_taken_back_it_is_what_it_was(data: st.DataObject) -> None:
    old, new, rules = data.draw(versions())
    events = data.draw(lives(old))
    was = sf.replay(old, events)
    migration = Migration(rules, old, new)
    step = migration.migrated(was, at=NOW)
    assume(step.accepted)
    back = migration.reverted([*events, *step.events], at=NOW).unwrap()
    assert msgspec.structs.replace(back, sequence=was.sequence) == was
    assert list(map(type, back.facts.values())) == [type(was.facts[name]) for name in back.facts]


@QUICK
@given(st.data())
def test_to_a_version_with_the_same_content_nothing_but_the_version_changes(
    data: st.DataObject,
) -> None:
    old = data.draw(processes())
    new = old.model_copy(update={"version": "next"})
    deal = sf.replay(old, data.draw(lives(old)))
    step = Migration(to_next_version(old), old, new).migrated(deal, at=NOW)
    will = step.unwrap()
    assert will == msgspec.structs.replace(deal, version="next", sequence=deal.sequence + 1)
    assert step.warnings == ()
    plan = plan_of(sf.Engine(old), sf.Engine(new), to_next_version(old), [deal], at=NOW)
    assert plan.moves == {(deal.stage, deal.stage): 1}
    assert (plan.missed, plan.dropped, plan.stranded) == ({}, {}, ())


@QUICK
@given(st.data())
def test_taken_back_it_is_as_if_it_had_never_left(data: st.DataObject) -> None:
    old = data.draw(processes())
    new = old.model_copy(update={"version": "next"})
    migration = Migration(to_next_version(old), old, new)
    past = data.draw(lives(old))
    was = sf.replay(old, past)
    asks = data.draw(st.lists(recordings(old), max_size=6))
    stayed = _folded(was, told(sf.Engine(old), was, asks))
    step = migration.migrated(was, at=NOW)
    since = told(sf.Engine(new), step.unwrap(), asks)
    back = migration.reverted([*past, *step.events, *since], at=NOW).unwrap()
    assert _unnumbered(back) == _unnumbered(stayed)


def _folded(deal: sf.Opportunity, events: list[sf.Event]) -> sf.Opportunity:
    for event in events:
        deal = sf.evolve(deal, event)
    return deal


def _unnumbered(deal: sf.Opportunity) -> object:
    """All of it but for the numbers of events, which are others after a migration."""
    data = msgspec.to_builtins(deal, enc_hook=repr) | {"sequence": 0, "tasks": sorted(deal.tasks)}
    for piece in (*data["planned"], *(each for held in data["evidence"].values() for each in held)):
        piece["number"] = 0
    return data


CALLED = {"budget": "price", "need": "cause", "reach": "touch", "call": "phone"}
"""What the third version of the drawing calls what the second one has."""


def in_words(of_third: bool, name: str) -> str:
    """A name of the second version, or what the third one calls it."""
    return CALLED.get(name, name) if of_third else name


Recorded = Callable[[bool], Ask]
MADE_BY = st.sampled_from(MAKERS)
RECORDED: st.SearchStrategy[Recorded] = st.one_of(
    st.integers(0, 5).map(
        lambda number: (
            lambda third: (
                lambda engine, deal: engine.update(
                    deal, {in_words(third, "budget"): number or None}, at=NOW
                )
            )
        )
    ),
    st.just(
        lambda third: lambda engine, deal: engine.complete(deal, in_words(third, "reach"), at=NOW)
    ),
    st.sampled_from(["need", "sponsor"]).map(
        lambda name: lambda third: _proving(in_words(third, name), "buyer")
    ),
    st.sampled_from(["need", "sponsor"]).map(
        lambda name: (
            lambda third: lambda engine, deal: engine.withdraw(deal, in_words(third, name), at=NOW)
        )
    ),
    st.tuples(st.sampled_from(["call", "email"]), MADE_BY, st.none() | st.integers(1, 3)).map(
        lambda each: lambda third: _logging(in_words(third, each[0]), *each[1:])
    ),
    st.sampled_from(["anna", "jan"]).map(
        lambda owner: lambda third: lambda engine, deal: engine.assign(deal, owner=owner, at=NOW)
    ),
    st.just(lambda third: lambda engine, deal: engine.hold(deal, at=NOW, reason="x")),
    st.just(lambda third: lambda engine, deal: engine.resume(deal, at=NOW)),
)


@given(
    before=st.lists(RECORDED, max_size=4),
    since=st.lists(RECORDED, max_size=6),
    team=st.sampled_from(["north", "south", None]),
)
def test_a_detour_by_a_third_version_makes_no_difference_on_the_way_back(
    before: list[Recorded], since: list[Recorded], team: str | None
) -> None:
    """What was recorded in the third one is on the way back as if it had been in the second."""
    taken, third = first_migration(), sf.Engine(THIRD)

    def returned(*, detour: bool) -> sf.Opportunity:
        deal = Deal(OLD_ENGINE, volume=5, fax="1").then(
            lambda was: OLD_ENGINE.assign(was, owner="eva", team=team, at=NOW),
            lambda was: taken.migrated(was, at=NOW),
        )
        deal.extend(told(NEW_ENGINE, deal.now, [each(False) for each in before]))
        if detour:
            deal.then(lambda was: ONWARDS.migrated(was, at=NOW))
        engine = third if detour else NEW_ENGINE
        deal.extend(told(engine, deal.now, [each(detour) for each in since]))
        if detour:
            deal.then(lambda _: deal.back(ONWARDS, at=NOW))
            assert deal.now.version == NEW_PROCESS.version
        return deal.back(taken, at=LATER).unwrap()

    detoured, straight = _unnumbered(returned(detour=True)), _unnumbered(returned(detour=False))
    assert detoured == straight

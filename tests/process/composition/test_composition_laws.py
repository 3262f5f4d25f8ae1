"""What holds of compositions of any processes."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import assume, given, settings, strategies as st
from told import Names, arcs_of, same, siblings

import salesfsm as sf
from sales.b2b import NOW
from sales.processes import FLAT, facts_of, flat_processes, processes
from salesfsm.process.composition.composing import (
    branch,
    chain,
    insert,
    mirror,
    override,
    prefixed,
    remove,
    reorder,
    variant,
)
from salesfsm.rules.resolve import resolve

quick = settings(max_examples=settings.default.max_examples // 8)
PREFIXES = st.sampled_from(["a", "w.x", "budget", "s0", "stage"])


@quick
@given(processes(), PREFIXES)
def test_a_prefixed_process_has_the_arcs_of_the_process_renamed(process, prefix):
    found = prefixed(process, prefix)
    assert arcs_of(found) == Names(process, prefix).arcs(process)
    assert found.starts == tuple(f"{prefix}.{name}" for name in process.starts)
    kept = [key for key in type(process).model_fields if key not in RENAMED]
    assert [getattr(found, key) for key in kept] == [getattr(process, key) for key in kept]
    assert never(found, Names(found)) == never(process, Names(process, prefix))


def never(process: sf.Process, names: Names) -> list[tuple[object, object]]:
    """What must never be, with the names that stages and tasks are given."""
    return [
        (names.meant(resolve(each.never, process.vocabulary)), each.says)
        for each in process.invariants
    ]


RENAMED = ("stages", "transitions", "opens_in", "handovers", "assignments", "invariants")


@quick
@given(processes(), PREFIXES, PREFIXES)
def test_prefixes_add_up_and_different_ones_give_different_processes(process, one, other):
    assert prefixed(prefixed(process, one), other) == prefixed(process, f"{other}.{one}")
    assert (prefixed(process, one) == prefixed(process, other)) == (one == other)


@quick
@given(flat_processes(), flat_processes())
def test_different_processes_stay_different_when_they_are_prefixed(one, other):
    assert (prefixed(one, "p") == prefixed(other, "p")) == (one == other)


@quick
@given(siblings())
def test_a_chain_has_the_arcs_of_its_parts_renamed_and_no_others(pair):
    one, other = pair
    assume(one.handovers == () or not (one.receives.facts or one.receives.milestones))
    found = chain("whole", {"a": one, "b.c": other})
    apart = [*Names(one, "a").arcs(one), *Names(other, "b.c").arcs(other)]
    assert arcs_of(found) == apart
    assert found.starts == (
        *(f"a.{name}" for name in one.starts),
        *(f"b.c.{name}" for name in other.starts),
    )
    planes = [stage.plane or part.plane for part in pair for stage in part.stages]
    assert [stage.plane for stage in found.stages] == planes
    assert same(found) == found


@quick
@given(flat_processes(), flat_processes(), st.data())
def test_a_branch_has_the_arcs_of_both_and_of_the_ways_between_them(host, part, data):
    ends = [stage.name for stage in part.stages if not stage.is_open]
    assume(ends)
    mapped = data.draw(st.lists(st.sampled_from(ends), min_size=1, unique=True))
    stages = st.sampled_from([*host.stage_by_name])
    rejoin = {end: data.draw(stages) for end in mapped}
    first = part.stages[0].name
    leave = [sf.Transition(trigger="out", source=data.draw(stages), target=first)]
    found = branch(host, part, name="plan_b", leave=leave, rejoin=rejoin)

    inside = Names(part, "plan_b", rejoin)
    arcs = arcs_of(found)
    ours = arcs_of(host)
    assert arcs[: len(ours)] == ours
    assert arcs[len(ours)][:3] == ("out", leave[0].source[0], f"plan_b.{first}")
    theirs = [arc for arc in part.arcs if arc.source not in rejoin]
    for arc, is_now in zip(theirs, arcs[len(ours) + 1 :], strict=True):
        told = inside.arc(arc)
        assert is_now[:3] == told[:3]
        assert unnumbered(told[4]) <= unnumbered(is_now[4])
        if arc.target not in rejoin:
            assert is_now[:-1] == told[:-1]
        assert is_now[-1] is False, "work stops on its own line, and a branch is none"
    assert same(found) == found


def unnumbered(requirements: tuple[object, ...]) -> set[tuple[object, ...]]:
    """What is asked, whatever the place among others that ask the same."""
    return {
        (each.code.partition(".#")[0], each.condition, each.level, each.says, each.owner, each.hint)
        for each in requirements
    }


@st.composite
def with_a_way_ahead(draw: st.DrawFn) -> tuple[sf.Process, str]:
    """A process, and a stage into which ways lead ahead, none of them from both sides."""
    process = draw(processes())
    followers = [
        stage
        for stage in process.stages[1:]
        if stage.outcome == "won" or (stage.is_open and stage.path is None)
    ]
    assume(followers)
    follower = draw(st.sampled_from(followers))
    several = ("open",) if follower.outcome == "won" else ()
    ways = [
        way
        for way in process.transitions
        if way.target != follower.name
        or way.source == several
        or (len(way.source) == 1 and way.source[0] in process.stage_by_name)
    ]
    ahead = sf.Transition(trigger="ahead", source="s0", target=follower.name)
    return process.model_copy(update={"transitions": (*ways, ahead)}), follower.name


@quick
@given(with_a_way_ahead())
def test_what_is_inserted_can_be_removed_again(drawn):
    process, follower = drawn
    stage = sf.Stage(name="new", tasks=("new_task",), exit=("done(new_task)", "stage == new"))
    try:
        larger = insert(process, stage, before=follower, trigger="onward")
    except sf.CommandError as error:
        assume("write it as two" not in str(error))
        raise
    assert ("onward", "new", follower) in [arc.key for arc in larger.arcs]
    assert remove(larger, "new") == process


@quick
@given(with_a_way_ahead())
def test_an_inserted_stage_stands_in_every_way_ahead_and_in_no_other(drawn):
    process, follower = drawn
    try:
        larger = insert(process, sf.Stage(name="new"), before=follower, trigger="onward")
    except sf.CommandError as error:
        assume("write it as two" not in str(error))
        raise
    ours = {arc.key: arc.kind for arc in process.arcs}
    theirs = {arc.key: arc.kind for arc in larger.arcs}
    led = {key for key in ours if key not in theirs}
    assert ("ahead", "s0", follower) in led
    assert {target for _, _, target in led} == {follower}
    assert {ours[key] for key in led} <= {"advance", "win"}
    assert all(theirs[trigger, source, "new"] == "advance" for trigger, source, _ in led)
    assert {key for key in theirs if "new" not in key[1:]} == {*ours} - led
    assert all(theirs[key] == ours[key] for key in {*ours} - led)


@quick
@given(processes())
def test_a_variant_with_nothing_is_the_process(process):
    assert variant(process) == process
    assert override(process, {}) == process
    assert reorder(process, list(process.stage_by_name)) == process
    assert reorder(process, []) == process


@quick
@given(processes())
def test_a_process_overridden_by_itself_is_the_same(process):
    assert override(process, yaml.safe_load(sf.dump(process))) == process
    assert override(process, {key: getattr(process, key) for key in DEFINED}) == process


DEFINED = ("name", "facts", "buyer", "mirror", "stages", "transitions", "handovers", "teams")


@quick
@given(processes())
def test_a_process_mirrored_with_its_own_buyer_is_the_same(process):
    stages = {stage.name: stage.mirrors for stage in process.stages if stage.mirrors}
    assert mirror(process, process, stages=stages) == process


@quick
@given(processes(), st.data())
def test_a_removed_stage_leaves_no_way_that_was_not_there(process, data):
    gone = data.draw(st.sampled_from(process.stages)).name
    to = data.draw(st.sampled_from(process.stages)).name
    try:
        smaller = remove(process, gone, to=to)
    except (sf.CommandError, sf.DefinitionError):
        assume(False)
    arcs = {arc.key for arc in process.arcs}
    expected = {key for key in arcs if gone not in key[1:]}
    led = {(trigger, source, to) for trigger, source, target in arcs if target == gone}
    expected |= {key for key in led if key[1] not in (gone, to)}
    assert {arc.key for arc in smaller.arcs} == expected


@quick
@given(siblings(), st.data())
def test_the_engine_does_in_the_whole_what_it_does_in_the_part(pair, data):
    one, other = pair
    assume(one.handovers == () or not (one.receives.facts or one.receives.milestones))
    follow(one, chain("whole", {"a": one, "b": other}), "a", data)


@quick
@given(flat_processes(), flat_processes(), st.data())
def test_the_engine_does_in_a_chain_of_any_two_what_it_does_in_each(one, other, data):
    follow(other, chain("whole", {"a": one, "b": other}), "b", data)


def follow(part: sf.Process, whole: sf.Process, prefix: str, data: st.DataObject) -> None:
    """The same commands for an opportunity of the part and one of the whole."""
    engines = (sf.Engine(part), sf.Engine(whole))
    steps = [
        engine.open("1", at=NOW, stage=stage)
        for engine, stage in zip(
            engines, (part.starts[0], f"{prefix}.{part.starts[0]}"), strict=True
        )
    ]
    assert steps[0].accepted == steps[1].accepted
    assume(steps[0].accepted)
    deals = [step.unwrap() for step in steps]
    triggers = sorted({arc.trigger for arc in part.arcs}) or ["none"]
    facts = facts_of(part, least=1) if part.facts else st.just({})
    reasons = st.sampled_from([None, "price"])
    tasks = st.sampled_from([None, *part.task_by_name])
    commands = st.tuples(st.sampled_from(triggers), facts, tasks, reasons)
    for trigger, known, task, reason in data.draw(st.lists(commands, min_size=1, max_size=8)):
        names = (task, f"{prefix}.{task}")
        for i, engine in enumerate(engines):
            if known:
                deals[i] = engine.update(deals[i], known, at=NOW).unwrap()
            if task:
                deals[i] = engine.complete(deals[i], names[i], at=NOW).opportunity or deals[i]
        if trigger == "none":
            continue
        taken = [
            fired(engine, deal, trigger, reason)
            for engine, deal in zip(engines, deals, strict=True)
        ]
        assert type(taken[0]) is type(taken[1])
        if not isinstance(taken[0], sf.Step):
            continue
        assert taken[0].accepted == taken[1].accepted
        assert len(taken[0].blockers) == len(taken[1].blockers)
        deals = [step.opportunity or deal for step, deal in zip(taken, deals, strict=True)]
        assert deals[1].stage == f"{prefix}.{deals[0].stage}"


def fired(
    engine: sf.Engine, deal: sf.Opportunity, trigger: str, reason: str | None
) -> sf.Step | sf.SalesFsmError:
    try:
        return engine.fire(deal, trigger, at=NOW, reason=reason)
    except sf.SalesFsmError as error:
        return error


def test_the_engine_law_is_not_blind():
    """Guards that ask stages and tasks are followed, or the law would say nothing."""
    part = sf.Process(
        process="p",
        facts=dict.fromkeys(FLAT, "bool"),
        stages=[{"name": "x", "tasks": ["call"], "exit": "stage == x"}, "y"],
        transitions=[sf.Transition(trigger="go", source="open", target="y")],
    )
    engine = sf.Engine(chain("whole", {"a": part, "b": part}))
    deal = engine.open("1", at=NOW, stage="b.x").unwrap()
    assert [each.code for each in engine.fire(deal, "go", at=NOW).blockers] == ["task.b.call"]
    deal = engine.complete(deal, "b.call", at=NOW).unwrap()
    assert engine.fire(deal, "go", at=NOW).unwrap().stage == "b.y"
    with pytest.raises(sf.UnknownNameError):
        engine.complete(deal, "call", at=NOW)

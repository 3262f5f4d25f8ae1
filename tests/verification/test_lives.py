"""Random lives in the engine: what happens there is never told to be impossible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from random import Random

from hypothesis import HealthCheck, given, settings, strategies as st
from living import engine_of, life

import salesfsm as sf
from sales.processes import facts_of, flat_processes, processes
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import MET
from salesfsm.verification import Kind, Report, Severity, verify
from salesfsm.verification.report import found

AT = datetime(2026, 4, 1, tzinfo=UTC)
"""When every criterion of random processes is in force."""
STEPS = 3


def contradictions(process: sf.Process, report: Report, lives: Iterator) -> Iterator[str]:
    """What of the lives the report says cannot be."""
    named: dict[Kind, list] = {kind: [] for kind in Kind}
    for finding in report.findings:
        if finding.decided:
            named[finding.kind].append(finding)
    missed = {each.values["stage"] for each in named[Kind.UNREACHABLE]}
    unopened = {each.values["stage"] for each in named[Kind.NEVER_OPENED]}
    shut = {
        (each.path[1], source)
        for kind in (Kind.NEVER_MET, Kind.SHADOWED)
        for each in named[kind]
        for source in each.values["source"].split(", ")
    }
    never_given = {(e.values["stage"], e.values["reason"]) for e in named[Kind.NEVER_GIVEN]}
    doubted = {e.path[1] for e in report.findings if e.kind is Kind.BROKEN}
    promises = {
        index: compile_verdict(resolve(each.never, process.vocabulary))
        for index, each in enumerate(process.invariants)
        if index not in doubted
    }
    for kind, deal, event in lives:
        if deal.stage in missed or (kind == "opened" and deal.stage in unopened):
            yield f"{deal.stage} was entered"
        if event is not None:
            arcs = [
                arc
                for arc in process.arcs
                if arc.key == (event.trigger, event.source, event.target)
            ]
            if all((arc.transition, arc.source) in shut for arc in arcs):
                yield f"{arcs[0].key} was taken"
            if (event.target, event.reason) in never_given:
                yield f"{event.reason} was given"
        for index, never in promises.items():
            if never(deal, deal.at) is MET:
                yield f"invariant {index + 1} was broken"


def lived(process: sf.Process, known, *, lives: int = 60, seed: int = 0) -> Iterator:
    engine = engine_of(process)
    for number in range(lives):
        yield from life(engine, known, Random(seed + number), AT, steps=STEPS)


@st.composite
def promising(draw: st.DrawFn) -> sf.Process:
    """A random process with promises about what is so in one of its stages."""
    process = draw(flat_processes() | processes())
    asks = [
        "not known(team)", 'team == "north"', 'team == "south"', 'owner == "anna"',
        "known(lost_reason)", "stopped_in == s0", "not known(stopped_in)", "attempts() >= 2",
        "buyer == on_hold", "days_since_activity > 3", "days_in_stage > 0",
        *(f"known({name})" for name in process.facts),
        *(f"not known({name})" for name in process.facts),
        *(f"proven({each.name})" for each in process.buyer.milestones),
        *(f"not proven({each.name})" for each in process.buyer.milestones),
        *(f"not done({name})" for name in process.task_by_name),
    ]  # fmt: skip
    stages, more = st.sampled_from(list(process.stage_by_name)), st.sampled_from(asks)
    never = st.builds("stage == {} and {} and {}".format, stages, more, more)
    promises = draw(st.lists(never, min_size=1, max_size=3))
    invariants = [sf.Invariant(never=each) for each in promises]
    return process.model_copy(update={"invariants": (*process.invariants, *invariants)})


ROLES = ("[]", "[]", "[clerk]", "[boss]", "[boss, clerk]")
ASKED = ("true", "true", "known(score)", "score > 3", "calm", "proven(need)", "done(call)")


@st.composite
def crowded(draw: st.DrawFn) -> sf.Process:
    """Few stages with many ways of one trigger, for roles, by timers, with reasons; two teams, a
    hand-over, and promises about what is asked on the way."""

    def one_of(*options: str) -> str:
        return draw(st.sampled_from(options))

    ways = [
        f"{{trigger: go, source: {one_of('a', 'a', 'b', 'next')}, target: "
        f"{one_of('b', 'c', 'won', 'lost')}, roles: {one_of(*ROLES)}, when: {one_of(*ASKED)}"
        f"{one_of('', '', ', after: 30d')}}}"
        for _ in range(draw(st.integers(3, 7)))
    ]
    places = st.sampled_from(["b", "c", "won", "lost", "next", "won and stopped_in == c"])
    then = st.sampled_from(
        ["not known(score)", "score < 3", "not calm", "team == south", "team == north", "calm",
         "not known(team)", "not proven(need)", "not done(call)", "buyer == on_hold"]
    )  # fmt: skip
    promises = draw(
        st.lists(st.builds("stage == {} and {}".format, places, then), min_size=3, max_size=6)
    )
    never = [each.replace("south", '"south"').replace("north", '"north"') for each in promises]
    return sf.loads(
        f"""
salesfsm: 1
process: crowded
facts: {{score: integer, calm: bool}}
teams: [{{name: north, planes: [sales]}}, {{name: south, planes: [retention], members: [jan]}}]
buyer: {{milestones: [{{name: need, valid_for: 30d}}]}}
stages:
  - {{name: a, exit: [{one_of(*ASKED)}], tasks: [{{name: call, optional: true}}]}}
  - {{name: b, plane: retention, exit: [{one_of(*ASKED)}]}}
  - c
  - {{name: won, outcome: won}}
  - {{name: lost, outcome: lost, reasons: [{{name: price, when: {one_of(*ASKED)}}}]}}
  - {{name: next, plane: retention}}
transitions: [{", ".join(ways)}, {{trigger: win, source: [b, c, next], target: won}}]
handovers: [{{name: give, source: won, target: next, needs: {{facts: [{one_of("", "score")}]}}}}]
invariants: [{", ".join(f"{{never: '{each}'}}" for each in never)}]
"""
    )


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(crowded() | promising(), st.data())
def test_nothing_that_happens_is_told_to_be_impossible(process, data):
    known = data.draw(st.lists(facts_of(process), min_size=1, max_size=4))
    report = verify(process, at=AT, timeout=0.5, depth=STEPS)
    said = list(contradictions(process, report, lived(process, known)))
    assert not said, said[0]


LIVELY = """
salesfsm: 1
process: lively
teams: [{name: north, members: [anna]}, {name: south, planes: [retention], members: [jan]}]
facts: {score: integer}
buyer: {milestones: [need]}
stages:
  - {name: a, exit: known(score)}
  - {name: b, plane: retention}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, {name: other, when: proven(need)}]}
  - next
transitions:
  - {trigger: go, source: a, target: b, roles: [boss]}
  - {trigger: go, source: a, target: won, when: score > 3}
  - {trigger: win, source: b, target: won, roles: [clerk]}
  - {trigger: win, source: b, target: won, after: 30d}
  - {trigger: lose, source: open, target: lost}
handovers: [{name: give, source: won, target: next, carries: {facts: [score]}}]
invariants:
  - {never: stage == won and not known(score)}
  - {never: stage == b and team == "south"}
  - {never: stage == next and score < 3}
  - {never: stage == lost and lost_reason == other}
"""


def test_random_lives_go_everywhere_so_that_a_report_that_says_too_much_is_contradicted():
    process = sf.loads(LIVELY)
    known = [{}, {"score": 1}, {"score": 5}]
    lives = list(lived(process, known, lives=400))
    report = verify(process, at=AT, depth=STEPS)
    assert not list(contradictions(process, report, lives))
    wrong = partial(found, severity=Severity.ERROR)
    everything = [
        *(wrong(Kind.UNREACHABLE, path=(), stage=name) for name in process.stage_by_name),
        wrong(Kind.NEVER_OPENED, path=(), stage="a"),
        wrong(Kind.NEVER_GIVEN, path=(), stage="lost", reason="other"),
    ]
    for arc in process.arcs:
        path = ("transitions", arc.transition)
        everything.append(wrong(Kind.NEVER_MET, path=path, source=arc.source))
    said = set(contradictions(process, replace(report, findings=tuple(everything)), lives))
    entered = {f"{name} was entered" for name in process.stage_by_name}
    taken = {f"{arc.key} was taken" for arc in process.arcs}
    broken = {f"invariant {number} was broken" for number in range(1, 5)}
    assert said >= entered | taken | broken | {"other was given"}

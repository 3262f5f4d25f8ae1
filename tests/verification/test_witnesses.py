"""On random processes: every witness shows its claim, and nothing random refutes a proof."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings, strategies as st
from msgspec.structs import replace
from showing import shows

from sales.processes import facts_of, flat_processes, processes
from salesfsm.engine.engine import Engine
from salesfsm.frozen import frozen
from salesfsm.process.invariants import Invariant
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import MET
from salesfsm.verification import Kind, verify

AT = datetime(2026, 3, 1, tzinfo=UTC)


@settings(max_examples=15)
@given(flat_processes() | processes())
def test_every_witness_shows_what_it_claims(process):
    for finding in verify(process, at=AT, timeout=0.5).findings:
        if finding.witness is not None:
            assert shows(process, finding)


@settings(max_examples=15)
@given(flat_processes(), st.data())
def test_no_opportunity_takes_a_way_that_is_never_open_or_never_taken(process, data):
    report = verify(process, at=AT, timeout=0.5)
    shut = {
        (each.values["trigger"], each.values["source"], each.values.get("target"))
        for each in report.findings
        if each.kind is Kind.NEVER_MET and each.decided
    }
    shut |= {
        (each.values["trigger"], each.values["source"], each.values["second"])
        for each in report.findings
        if each.kind is Kind.SHADOWED and each.values["first"] != each.values["second"]
    }
    engine = Engine(process)
    for _, source, _ in sorted(shut):
        deal = engine.adopt("x", source, at=AT, facts=data.draw(facts_of(process))).unwrap()
        taken = {(e.trigger, e.source, e.target) for e in engine.moves(deal, at=AT) if e.allowed}
        twins = {key for key in shut if _twice(process, key)}
        assert not taken & (shut - twins)


def _twice(process, key) -> bool:
    """Whether several ways share trigger and ends, so that another one may be taken."""
    return [arc.key for arc in process.arcs].count(key) > 1


@settings(max_examples=15)
@given(processes(), st.data())
def test_whatever_is_supplied_nothing_opens_for_what_is_stuck(process, data):
    stuck = [
        each for each in verify(process, at=AT, timeout=0.5).findings if each.kind is Kind.STUCK
    ]
    for finding in stuck:
        if finding.witness is None:
            continue
        deal, at = finding.witness.opportunity, finding.witness.at
        engine = Engine(process)
        for task in process.task_by_name:
            if data.draw(st.booleans()):
                deal = engine.complete(deal, task, at=at).unwrap()
        for kind in data.draw(st.lists(st.sampled_from(process.activities), max_size=4)):
            deal = engine.log(deal, kind, at=at).unwrap()
        kept = {name: each for name, each in deal.evidence.items() if data.draw(st.booleans())}
        deal = replace(deal, evidence=frozen(kept))
        later = at + timedelta(days=data.draw(st.integers(0, 400)))
        moves = engine.moves(deal, at=later)
        assert not [move for move in moves if move.allowed], moves


PROMISES = st.builds(
    "stage == {} and {}".format,
    st.sampled_from(["s0", "s1"]),
    st.sampled_from(
        ["score > 50", "not known(score)", "calm", "stopped_in == s0", "days_in_stage > 0"]
    ),
)


@settings(max_examples=15)
@given(flat_processes(), PROMISES, st.data())
def test_no_random_history_breaks_a_promise_that_is_proven(process, never, data):
    promised = process.model_copy(update={"invariants": [Invariant(never=never)]})
    report = verify(promised, at=AT, depth=3, timeout=0.5)
    broken = [each for each in report.findings if each.kind is Kind.BROKEN]
    for finding in broken:
        assert not finding.decided or shows(promised, finding)
    if broken:
        return
    engine = Engine(promised)
    verdict = compile_verdict(resolve(promised.invariants[0].never, promised.vocabulary))
    deal = engine.open("x", at=AT, facts=data.draw(facts_of(promised))).unwrap()
    for _ in range(3):
        assert verdict(deal, deal.at) is not MET
        known = {k: v for k, v in data.draw(facts_of(promised)).items() if v is not None}
        deal = engine.update(deal, known, at=AT).unwrap() if known else deal
        triggers = sorted({move.trigger for move in engine.moves(deal, at=AT) if move.allowed})
        if not triggers:
            return
        deal = engine.fire(deal, data.draw(st.sampled_from(triggers)), at=AT).unwrap()

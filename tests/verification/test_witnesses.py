"""On random processes: every witness shows its claim."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings, strategies as st
from msgspec.structs import replace
from showing import shows

import salesfsm as sf
from sales.processes import flat_processes, processes
from salesfsm.engine.engine import Engine
from salesfsm.frozen import frozen
from salesfsm.verification import Kind, verify

AT = datetime(2026, 3, 1, tzinfo=UTC)


FAULTY = """
salesfsm: 1
process: faulty
facts: {score: integer, calm: bool}
stages: [a, b, c, d, {name: won, outcome: won}]
transitions:
  - {trigger: go, source: a, target: b, when: score > 3}
  - {trigger: go, source: a, target: c, when: calm}
  - {trigger: go, source: a, target: d, when: score > 5}
  - {trigger: win, source: [b, c], target: won, when: [score > 1, score > 0]}
  - {trigger: win, source: d, target: won}
invariants: [{never: stage == won and score < 9}]
"""


def test_a_process_with_all_faults_has_a_witness_of_each():
    process = sf.loads(FAULTY)
    found = verify(process, at=AT).findings
    shown = {each.kind for each in found if each.witness is not None and shows(process, each)}
    assert shown == {
        Kind.OVERLAP,
        Kind.SHADOWED,
        Kind.GAP,
        Kind.STUCK,
        Kind.IMPLIED,
        Kind.BROKEN,
    }


@settings(max_examples=15)
@given(flat_processes() | processes())
def test_every_witness_shows_what_it_claims(process):
    for finding in verify(process, at=AT, timeout=0.5).findings:
        if finding.witness is not None:
            assert shows(process, finding)


@settings(max_examples=15)
@given(processes() | st.just(sf.loads(FAULTY)), st.data())
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
        assert not [m for m in moves if m.allowed and m.target != deal.stage], moves

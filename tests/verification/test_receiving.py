"""What a process receives: it may begin with that, handed over from outside of what it defines."""

from __future__ import annotations

import pytest
from test_findings import AT, verified

import salesfsm as sf
from salesfsm.engine.events import EvidenceRecorded
from salesfsm.verification import Kind, verify

RECEIVING = """
salesfsm: 1
process: receiving
facts: {{size: integer}}
receives: {{facts: [size], milestones: [need, budget]}}
buyer: {{milestones: [{{name: need, valid_for: 10d}}, budget, signature]}}
stages: [{{name: a, entry: '{entry}'}}, {{name: won, outcome: won}}]
transitions: [{{trigger: win, source: a, target: won, when: proven(budget)}}]
invariants: [{{never: '{never}'}}]
"""


@pytest.mark.parametrize(
    ("entry", "never", "is_received"),
    [
        ("proven(need)", "stage == a", True),
        ("true", "stage == a and proven(budget)", True),
        ("true", "stage == a and not proven(budget)", False),
        ("proven(budget)", "stage == won and not proven(need)", True),
    ],
)
def test_what_a_process_receives_it_may_begin_with(entry, never, is_received):
    (finding,) = verified(sf.loads(RECEIVING.format(entry=entry, never=never))).findings
    assert finding.kind is Kind.BROKEN
    opened, *others = finding.witness.events[:3]
    assert (opened.origin is not None) == is_received
    brought = [each.evidence.milestone for each in others if isinstance(each, EvidenceRecorded)]
    assert brought == (["need", "budget"] if is_received else [])


@pytest.mark.parametrize(
    ("entry", "never"),
    [
        ("proven(need)", "stage == a and not proven(budget)"),
        ("proven(need)", "stage == a and not known(size)"),
        ("true", "stage == a and proven(signature)"),
    ],
)
def test_a_hand_over_from_outside_brings_all_that_is_received_and_no_other_evidence(entry, never):
    report = verified(sf.loads(RECEIVING.format(entry=entry, never=never)))
    assert report.findings == ()
    assert report.bounded == ()


def test_a_beginning_that_asks_what_nobody_brings_is_never_opened():
    process = sf.loads(RECEIVING.format(entry="proven(signature)", never="stage == a"))
    report = verify(process, at=AT)
    assert Kind.NEVER_OPENED in {each.kind for each in report.findings}

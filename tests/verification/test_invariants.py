"""What must never be: proven for good, held against histories, or broken by one that replays."""

from __future__ import annotations

import pytest
from test_findings import AT, verified

import salesfsm as sf
from salesfsm.engine.events import Moved
from salesfsm.rules.printer import print_rule
from salesfsm.verification import Kind, verify

PROCESS = """
salesfsm: 1
process: promised
currency: EUR
facts: {{budget: money, need: text}}
teams: [{{name: north, members: [anna]}}]
buyer:
  phases: [a, b]
  milestones: [{{name: reason_to_act, valid_for: 10d}}, signature]
predicates: {{friendly: They like us}}
invariants: [{{never: '{never}'}}]
stages:
  - {{name: qualification, exit: [budget >= 100], tasks: [call]}}
  - {{name: waiting, entry: days_in_stage >= 5 and attempts(call) == 2}}
  - closing
  - {{name: won, outcome: won, entry: proven(signature) and days_since_activity >= 2}}
  - {{name: lost, outcome: lost, reasons: [price, other]}}
transitions:
  - {{trigger: close, source: qualification, target: closing, when: proven(reason_to_act)}}
  - {{trigger: wait, source: qualification, target: waiting}}
  - {{trigger: win, source: closing, target: won}}
  - {{trigger: lose, source: open, target: lost}}
  - {{trigger: shut, source: waiting, target: lost, roles: [boss], when: friendly()}}
  - {{trigger: reopen, source: lost, target: qualification, when: days_in_stage >= 30}}
"""


def process(never: str) -> sf.Process:
    return sf.loads(PROCESS.format(never=never))


@pytest.mark.parametrize(
    "never",
    [
        "stage == closing and not proven(reason_to_act)",
        "stage == closing and budget < 100",
        "stage == won and not proven(signature)",
        "stage == lost and days_in_stage > 3",
        "stage == lost and not known(lost_reason)",
    ],
)
def test_what_every_single_move_keeps_holds_for_good(never):
    report = verified(process(never))
    assert not report.bounded
    assert Kind.BROKEN not in {each.kind for each in report.findings}


@pytest.mark.parametrize(
    "never",
    [
        "stage == won and not proven(reason_to_act)",
        "stage == qualification and lost_reason == price and not known(stopped_in)",
    ],
)
def test_what_only_histories_keep_holds_up_to_a_depth(never):
    report = verified(process(never))
    assert report.bounded == (0,)
    assert Kind.BROKEN not in {each.kind for each in report.findings}


@pytest.mark.parametrize(
    ("never", "triggers"),
    [
        ("stage == qualification and not known(budget)", []),
        ("stage == waiting", ["wait"]),
        ("stage == won and budget < 100", ["close", "win"]),
        ("stage == lost and lost_reason == other and done(call)", ["lose"]),
        ("stage == qualification and stopped_in == closing", ["close", "lose", "reopen"]),
        ("stage == lost and friendly() and owner == eve", ["lose"]),
        ("stage == lost and buyer == abandoned and attempts(email) >= 3", ["lose"]),
    ],
)
def test_what_some_history_breaks_comes_with_the_shortest_one(never, triggers):
    never = never.replace("owner == eve", 'owner == "eve"')
    (finding,) = [e for e in verified(process(never)).findings if e.kind is Kind.BROKEN]
    moves = [each.trigger for each in finding.witness.events if isinstance(each, Moved)]
    assert moves == triggers


def test_a_history_that_is_longer_than_the_depth_is_not_found():
    asked = process("stage == qualification and stopped_in == closing")
    shallow, deep = verify(asked, at=AT, depth=2), verify(asked, at=AT, depth=3)
    assert shallow.bounded == (0,)
    assert not deep.bounded


def test_an_invariant_is_read_checked_and_written_with_its_process():
    found = process("stage == won")
    assert sf.loads(sf.dump(found)) == found
    with pytest.raises(sf.DefinitionError, match="did you mean 'won'"):
        process("stage == wonn")


def test_invariants_go_along_into_a_composition_with_their_stages_renamed():
    whole = sf.chain("both", {"one": process("stage == waiting"), "two": process("stage == won")})
    rules = [print_rule(each.never) for each in whole.invariants]
    assert len(rules) == 2
    assert "one.waiting" in rules[0]
    assert "two.won" in rules[1]

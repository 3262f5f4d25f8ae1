"""What must never be: proven for good, held against histories, or broken by one that replays."""

from __future__ import annotations

import pytest
from test_findings import AT, ENDS, LOSE, small, verified

import salesfsm as sf
from salesfsm.engine.events import Moved
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.printer import print_rule
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import MET
from salesfsm.verification import Kind, verify
from salesfsm.verification.histories import Histories
from salesfsm.verification.model import Model
from salesfsm.verification.replaying import Told, replayed
from salesfsm.verification.solving import Solver
from salesfsm.verification.witness import Reading

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
        "stage == qualification and lost_reason == price and not known(stopped_in)",
    ],
)
def test_what_every_single_move_keeps_holds_for_good(never):
    report = verified(process(never))
    assert not report.bounded
    assert Kind.BROKEN not in {each.kind for each in report.findings}


@pytest.mark.parametrize(
    "never",
    [
        "stage == won and not done(call)",
        "stage == lost and stopped_in == closing and not done(call)",
    ],
)
def test_what_only_histories_keep_holds_up_to_a_depth(never):
    report = verified(process(never))
    assert report.bounded == (1,)
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
    assert shallow.bounded == (1,)
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


BASE = """
salesfsm: 1
process: kept
currency: EUR
facts: {{budget: money, calm: bool}}
teams:
  - {{name: desk, planes: [sales], members: [anna]}}
  - {{name: care, planes: [retention], members: [jan]}}
buyer:
  phases: [searching, deciding]
  milestones:
    - {{name: need, moves: searching -> deciding, valid_for: 30d}}
    - {{name: report, made_by: [seller]}}
    - signature
invariants: [{{never: '{never}'}}]
stages:
  - {{name: a, exit: '{exit}'}}
  - {{name: b, plane: retention}}
  - {{name: won, outcome: won}}
  - {{name: lost, outcome: lost}}
  - {{name: next, plane: retention}}
  - {{name: done, outcome: won, plane: retention}}
transitions:
  - {{trigger: go, source: a, target: b}}
  - {{trigger: win, source: b, target: won, when: '{win}'}}
  - {{trigger: lose, source: open, target: lost}}
  - {{trigger: end, source: next, target: done}}
handovers:
  - {{name: give, source: won, target: next, needs: {{facts: [budget], milestones: [need]}}}}
"""


def kept(never: str, leave: str = "true", win: str = "true") -> sf.Process:
    return sf.loads(BASE.format(never=never, exit=leave, win=win))


@pytest.mark.parametrize(
    ("never", "leave", "win"),
    [
        ("stage == won and not known(budget)", "known(budget)", "true"),
        ("stage == won and not proven(need)", "proven(need)", "true"),
        ("stage == won and calm", "true", "proven(signature)"),
        ("stage == won and buyer == abandoned", "true", "true"),
        ("stage == won and days_since_activity > 40", "true", "proven(report)"),
        ('stage == b and team == "care"', "true", "true"),
        ("stage == b and not known(owner)", 'owner == "eve"', "true"),
        ("stage == next and budget < 100", "true", "budget > 500"),
        ("stage == done and budget < 100", "true", "budget > 500"),
        ("stage == done and not known(budget)", "known(budget)", "known(budget)"),
        ('stage == next and team == "care"', "true", "true"),
    ],
)
def test_what_people_may_do_between_two_moves_can_break_a_promise(never, leave, win):
    (finding,) = [e for e in verified(kept(never, leave, win)).findings if e.kind is Kind.BROKEN]
    assert finding.decided


@pytest.mark.parametrize(
    "never",
    [
        'stage == b and team == "desk"',
        "stage == a and not known(team)",
        "stage == b and not known(team)",
        "stage == next and not known(budget)",
        "stage == next and not proven(need)",
        "stage == next and proven(signature)",
        "stage == next and known(calm)",
        "stage == next and days_since_activity > 0",
        "stage == next and known(stopped_in)",
        "stage == next and not known(team)",
        "stage == a and proven(signature)",
    ],
)
def test_what_openings_take_overs_and_hand_overs_see_to_holds_for_good(never):
    report = verified(kept(never))
    assert not report.bounded
    assert Kind.BROKEN not in {each.kind for each in report.findings}


def test_tasks_stay_with_the_giver():
    process = small(
        f"[{{name: a, tasks: [call]}}, next, {ENDS}]",
        f"[{{trigger: win, source: [a, next], target: won}}, {LOSE}]",
        "handovers: [{name: give, source: won, target: next}]\n"
        "invariants: [{never: stage == next and done(call)}]",
    )
    report = verified(process)
    assert not report.bounded
    assert Kind.BROKEN not in {each.kind for each in report.findings}


def test_an_attempt_is_an_activity():
    process = small(
        f"[a, b, c, {ENDS}]",
        "[{trigger: wait, source: a, target: b, when: attempts() == 0},"
        "{trigger: go, source: b, target: c, when: days_in_stage <= 2},"
        f"{{trigger: win, source: c, target: won}}, {LOSE}]",
        "invariants: [{never: stage == c and attempts() > 0 and days_since_activity >= 8}]",
    )
    report = verified(process)
    assert report.bounded == (1,)
    assert Kind.BROKEN not in {each.kind for each in report.findings}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("attempts(call) >= 95", "true"),
        ("attempts(call) >= 60", "attempts(email) >= 40"),
        ("attempts() >= 90", "attempts() >= 90"),
    ],
)
def test_a_promise_is_broken_by_ways_that_many_attempts_open(first, second):
    process = small(
        f"[a, b, {ENDS}]",
        f"[{{trigger: go, source: a, target: b, when: {first}}},"
        f"{{trigger: win, source: b, target: won, when: {second}}}, {LOSE}]",
        "invariants: [{never: stage == won}]",
    )
    (broken,) = [each for each in verified(process).findings if each.kind is Kind.BROKEN]
    assert broken.decided


def test_a_hand_over_counts_as_a_step_and_its_history_is_that_of_the_receiving():
    process = kept("stage == done and budget < 100", win="budget > 500")
    assert verify(process, at=AT, depth=3).bounded == (1,)
    (finding,) = verified(process).findings
    opened = finding.witness.events[0]
    assert (opened.stage, opened.origin.handover) == ("next", "give")


def test_evidence_may_expire_between_two_moves():
    process = small(
        f"[{{name: a, exit: proven(need)}}, b, c, d, {ENDS}]",
        "[{trigger: step, source: a, target: b},"
        "{trigger: go, source: b, target: c, when: proven(need) or not proven(need)},"
        "{trigger: go, source: b, target: d},"
        f"{{trigger: win, source: [c, d], target: won}}, {LOSE}]",
        "invariants: [{never: stage == won and stopped_in == d}]",
    )
    (broken,) = [each for each in verified(process).findings if each.kind is Kind.BROKEN]
    assert broken.decided


ASKING = """
salesfsm: 1
process: asking
predicates: {{calm: The buyer is calm., keen: The buyer is keen.}}
stages: [{{name: a, entry: calm()}}, {{name: won, outcome: won}}, {{name: d, entry: calm()}}]
transitions:
  - {{trigger: win, source: a, target: won, when: keen()}}
  - {{trigger: end, source: d, target: won}}
handovers: [{{name: give, source: won, target: d, needs: {{facts: []}}}}]
invariants: [{{never: '{never}'}}]
"""


@pytest.mark.parametrize(
    ("never", "keen"),
    [
        ("stage == won and not keen()", lambda deal, _: deal.stage == "a"),
        ("stage == won and keen() and not calm()", lambda *_: True),
    ],
)
def test_a_predicate_may_answer_anew_where_a_move_led(never, keen):
    process = sf.loads(ASKING.format(never=never))
    (finding,) = [e for e in verified(process).findings if e.kind is Kind.BROKEN]
    assert finding.decided
    predicates = {"calm": lambda deal, _: deal.stage == "a", "keen": keen}
    engine = sf.Engine(process, predicates=predicates)
    won = engine.fire(engine.open("x", at=AT).unwrap(), "win", at=AT).unwrap()
    rule = resolve(process.invariants[0].never, process.vocabulary)
    assert compile_verdict(rule, predicates)(won, AT) is MET


def test_what_is_handed_over_begins_with_the_answers_that_its_entry_was_met_with():
    kept, broken = "stage == d and not calm()", "stage == d and not keen()"
    assert Kind.BROKEN not in {
        e.kind for e in verified(sf.loads(ASKING.format(never=kept))).findings
    }
    process = sf.loads(ASKING.format(never=broken))
    (finding,) = [e for e in verified(process).findings if e.kind is Kind.BROKEN]
    assert finding.witness.answers == {"calm": True, "keen": False}


def test_a_history_that_the_engine_does_not_repeat_decides_nothing_and_says_so(monkeypatch):
    monkeypatch.setattr("salesfsm.verification.invariants.replayed", lambda *_: None)
    report = verify(kept("stage == won and calm"), at=AT)
    (finding,) = [each for each in report.findings if each.kind is Kind.BROKEN]
    assert not finding.decided
    assert "the engine does not repeat" in finding.hint_in("en")
    assert "timeout" not in finding.hint_in("en")


def test_a_history_that_the_engine_lives_through_and_that_breaks_nothing_is_none():
    promises = "invariants: [{never: stage == b}, {never: stage == a}]"
    process = small(f"[a, b, {ENDS}]", f"[{LOSE}]", promises)
    model = Model(process, AT, timeout=2)
    opening = Histories(model, ["a"], [])
    lived = Solver(opening.claims, timeout=2).ask().model
    told = [Told(Reading(process, opening.last.knowledge, lived), None, reason="", active=0)]
    holds, broken = (resolve(each.never, process.vocabulary) for each in process.invariants)
    assert replayed(process, told, holds) is None
    assert replayed(process, told, broken).opportunity.stage == "a"


def test_even_evidence_that_has_expired_when_it_comes_is_something_that_the_buyer_does():
    silent = sf.loads(
        """
salesfsm: 1
process: silent
buyer: {milestones: [{name: need, valid_for: 5d}]}
stages: [a, b, c, d]
transitions:
  - {trigger: wait, source: a, target: b, when: [not proven(need), days_since_activity >= 30]}
  - {trigger: go, source: b, target: d, when: not proven(need)}
  - {trigger: go, source: b, target: c, when: days_in_stage < 1}
invariants:
  - {never: stage == c and days_since_activity > 3}
  - {never: stage == d and days_since_activity > 3}
  - {never: stage == c}
"""
    )
    broken = [each for each in verify(silent, at=AT).findings if each.kind is Kind.BROKEN]
    assert [(each.values["number"], each.decided) for each in broken] == [("2", True), ("3", True)]

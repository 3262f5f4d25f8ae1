"""The advice of a refusal leads on: it never asks for what would keep the way shut."""

from __future__ import annotations

from datetime import UTC, datetime

import salesfsm as sf

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def engine_for(when: str) -> sf.Engine:
    return sf.Engine(
        sf.loads(f"""
salesfsm: 1
process: small
facts: {{n: integer, budget: integer, authority: bool, need: text, decide_by: date}}
buyer:
  milestones:
    - {{name: reference, label: A reference, owner: the champion, hint: Ask after the trial.}}
stages: [{{name: talking, tasks: [{{name: demo, optional: true}}]}}, {{name: won, outcome: won}}]
transitions:
  - {{trigger: win, source: talking, target: won, when: '{when}'}}
""")
    )


def test_what_must_not_hold_is_not_asked_for() -> None:
    engine = engine_for("not proven(reference) and not done(demo) and n > 3")
    deal = engine.open("A", at=NOW, facts={"n": 5}).unwrap()
    deal = engine.record(deal, sf.Evidence("reference"), at=NOW).unwrap()
    deal = engine.complete(deal, "demo", at=NOW).unwrap()
    text = engine.explain(deal, "win", at=NOW)
    assert "Withdraw the evidence for 'reference'" in text
    assert "Record" not in text
    assert "Complete" not in text


def test_a_double_negation_asks_for_what_is_wanted() -> None:
    engine = engine_for("not (not proven(reference))")
    text = engine.explain(engine.open("A", at=NOW).unwrap(), "win", at=NOW)
    assert "Record evidence made by the buyer for 'reference'" in text


def test_part_of_a_criteria_set_keeps_the_labels_and_hints_of_its_elements() -> None:
    engine = engine_for("bant(of=3)")
    deal = engine.open("A", at=NOW, facts={"authority": False}).unwrap()
    text = engine.explain(deal, "win", at=NOW)
    assert "bant.authority: Authority — authority" in text
    assert "Find out who decides" in text


def test_the_owner_and_hint_of_a_milestone_are_in_the_blocker() -> None:
    engine = engine_for("proven(reference)")
    (blocker,) = engine.fire(engine.open("A", at=NOW).unwrap(), "win", at=NOW).blockers
    assert (blocker.owner, blocker.hint, blocker.says) == (
        "the champion",
        "Ask after the trial.",
        "A reference",
    )


def test_what_branches_share_is_told_once_and_the_rest_by_branch() -> None:
    engine = sf.Engine(
        sf.loads("""
salesfsm: 1
process: forks
facts: {m: integer, n: integer}
stages: [{name: a, exit: known(m)}, {name: b, label: Bee}, {name: c, label: Sea}]
transitions:
  - {trigger: go, source: a, target: b, when: n > 3}
  - {trigger: go, source: a, target: c, when: n <= 3}
""")
    )
    text = engine.explain(engine.open("A", at=NOW).unwrap(), "go", at=NOW)
    assert text.count("m is known") == 1
    first, second = text.index("to Bee:"), text.index("to Sea:")
    assert text.index("m is known") < first < text.index("n > 3") < second < text.index("n ≤ 3")


def test_explain_takes_the_reason_of_the_move() -> None:
    engine = sf.Engine(
        sf.loads("""
salesfsm: 1
process: small
stages: [talking, {name: lost, outcome: lost, reasons: [price]}]
transitions: [{trigger: lose, source: open, target: lost}]
""")
    )
    deal = engine.open("A", at=NOW).unwrap()
    assert "refused" in engine.explain(deal, "lose", at=NOW)
    assert "accepted" in engine.explain(deal, "lose", at=NOW, reason="price")

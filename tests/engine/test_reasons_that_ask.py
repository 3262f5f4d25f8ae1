"""Reasons that may be given only where their own criteria are met, such as notes for ``other``."""

from __future__ import annotations

import pytest

import salesfsm as sf
from sales.b2b import NOW, codes

TEXT = """
salesfsm: 1
process: asking
facts: {notes: text, rival: text}
overrides: [director]
stages:
  - talking
  - name: lost
    outcome: lost
    reasons:
      - price
      - {name: rival, when: {rule: known(rival), level: warn}}
      - {name: other, label: {pl: Inne}, when: known(notes)}
transitions: [{trigger: lose, source: open, target: lost}]
"""


@pytest.fixture(scope="module")
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(TEXT))


def talking(engine: sf.Engine, **facts: object) -> sf.Opportunity:
    return engine.open("A", at=NOW, facts=facts).unwrap()


def test_a_reason_is_refused_until_its_criteria_are_met(engine: sf.Engine) -> None:
    deal = talking(engine)
    step = engine.fire(deal, "lose", reason="other", at=NOW)
    assert codes(step.blockers) == ["notes"]
    assert step.opportunity is deal
    deal = talking(engine, notes="they have moved")
    assert engine.fire(deal, "lose", reason="other", at=NOW).unwrap().lost_reason == "other"


def test_other_reasons_are_not_asked_for_them(engine: sf.Engine) -> None:
    step = engine.fire(talking(engine), "lose", reason="price", at=NOW)
    assert step.accepted
    assert step.warnings == ()


def test_criteria_that_only_warn_let_it_pass_and_are_told(engine: sf.Engine) -> None:
    step = engine.fire(talking(engine), "lose", reason="rival", at=NOW)
    assert step.accepted
    assert codes(step.warnings) == ["rival"]


def test_moves_offer_the_reasons_that_may_be_given_now(engine: sf.Engine) -> None:
    (move,) = engine.moves(talking(engine), at=NOW)
    assert (move.allowed, move.reasons) == (True, ("price", "rival"))
    (move,) = engine.moves(talking(engine, notes="x"), at=NOW)
    assert move.reasons == ("price", "rival", "other")


def test_where_no_reason_may_be_given_the_move_is_not_allowed() -> None:
    engine = sf.Engine(sf.loads(TEXT.replace("      - price\n", "").replace(", level: warn", "")))
    (move,) = engine.moves(talking(engine), at=NOW)
    assert (move.allowed, move.reasons) == (False, ())
    assert codes(move.blockers) == ["rival", "notes"]


def test_an_override_passes_them_and_is_recorded(engine: sf.Engine) -> None:
    override = sf.Override("director", "told by phone")
    step = engine.fire(talking(engine), "lose", reason="other", override=override, at=NOW)
    (event,) = step.events
    assert isinstance(event, sf.Moved)
    assert (event.override, event.overridden) == (override, ("notes",))
    step = engine.fire(
        talking(engine), "lose", reason="other", override=sf.Override("clerk", "x"), at=NOW
    )
    assert "notes" in codes(step.blockers)


def test_a_rule_of_a_reason_that_nothing_bears_out_is_told_at_its_place() -> None:
    with pytest.raises(sf.DefinitionError) as caught:
        sf.loads(TEXT.replace("known(notes)", "known(note)"))
    (problem,) = caught.value.problems
    assert problem.path == ("stages", 1, "reasons", 2, "when", 0)
    assert "notes" in problem.message


def test_it_is_written_and_read_again() -> None:
    process = sf.loads(TEXT)
    assert sf.loads(sf.dump(process)) == process
    assert process.stages[1].reasons[2].when[0].rule == sf.known("notes").node

"""How opportunities begin: opened by the rules, or adopted from the world outside."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import salesfsm as sf

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PROCESS = """
salesfsm: 1
process: small
facts: {need: text}
stages:
  - {name: talking, entry: known(need)}
  - offered
  - {name: won, outcome: won, reasons: [price, service]}
  - {name: lost, outcome: lost, reasons: [price, other]}
transitions:
  - {trigger: offer, source: talking, target: offered}
"""


@pytest.fixture
def engine() -> sf.Engine:
    return sf.Engine(sf.loads(PROCESS))


def test_entry_criteria_guard_an_opening_and_not_an_adoption(engine: sf.Engine) -> None:
    refused = engine.open("A", at=NOW)
    assert [each.code for each in refused.blockers] == ["need"]
    assert refused.opportunity is None
    adopted = engine.adopt("A", "talking", at=NOW)
    assert adopted.unwrap().stage == "talking"


def test_an_adopted_opportunity_may_begin_in_any_stage_and_is_the_fold_of_its_event(
    engine: sf.Engine,
) -> None:
    for stage in engine.process.stage_by_name:
        step = engine.adopt("A", stage, at=NOW, facts={"need": "speed"}, owner="anna", note="old")
        assert step.opportunity == sf.replay(engine.process, step.events)
        assert step.opportunity.stage == stage
        assert step.events[0].note == "old"
        assert sf.event_from_json(sf.event_to_json(step.events[0])) == step.events[0]


def test_the_reason_of_an_adopted_loss_is_its_lost_reason_and_no_other_is(
    engine: sf.Engine,
) -> None:
    lost = engine.adopt("A", "lost", at=NOW, reason="other").unwrap()
    won = engine.adopt("B", "won", at=NOW, reason="price").unwrap()
    assert (lost.lost_reason, won.lost_reason) == ("other", None)


def test_what_cannot_be_understood_is_an_error_of_an_adoption_too(engine: sf.Engine) -> None:
    with pytest.raises(sf.UnknownNameError, match="did you mean 'talking'"):
        engine.adopt("A", "talkin", at=NOW)
    with pytest.raises(sf.UnknownNameError, match="unknown reason"):
        engine.adopt("A", "lost", at=NOW, reason="pricy")
    with pytest.raises(sf.ValueTypeError):
        engine.adopt("A", "lost", at=NOW, facts={"need": 3})
    with pytest.raises(sf.TimeError):
        engine.adopt("A", "lost", at=NOW.replace(tzinfo=None))


def test_the_words_of_a_predicate_are_told_where_it_refuses() -> None:
    text = PROCESS.replace("entry: known(need)", "exit: vetted()").replace(
        "facts:", "predicates: {vetted: Legal has vetted the account}\nfacts:"
    )
    engine = sf.Engine(sf.loads(text), predicates={"vetted": lambda *_: False})
    deal = engine.open("A", at=NOW).unwrap()
    assert "Legal has vetted the account — vetted" in engine.explain(deal, "offer", at=NOW)


def test_a_process_can_be_a_key() -> None:
    assert len({sf.loads(PROCESS), sf.loads(PROCESS)}) == 1


def test_an_adoption_is_answered_by_a_whole_step(engine: sf.Engine) -> None:
    step = engine.adopt("A", "talking", at=NOW)
    assert (step.accepted, step.blockers, step.warnings, step.command) == (True, (), (), "adopt")

"""What a refused trigger tells beside the criteria: names, roles, and where it does lead on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import salesfsm as sf

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TEXT = """
salesfsm: 1
process: refusing
facts: {calm: bool}
buyer: {milestones: [{name: goodbye, valid_for: 10d}]}
overrides: [director, board]
teams:
  - {name: callers, planes: [prospecting]}
  - {name: sellers, planes: [sales]}
stages:
  - {name: lead, plane: prospecting}
  - {name: demo, plane: sales}
  - {name: offer, plane: sales}
  - {name: won, outcome: won}
  - name: lost
    outcome: lost
    reasons: [price, {name: left, when: proven(goodbye)}]
transitions:
  - {trigger: accept, source: lead, target: demo, when: {rule: calm, level: warn}}
  - {trigger: offer, source: [lead, demo], target: offer, when: calm}
  - {trigger: win, source: won, target: won}
  - {trigger: return, source: closed, target: lost}
  - {trigger: lose, source: open, target: lost}
"""
NOWHERE = """
salesfsm: 1
process: alone
stages: [talking, {name: won, outcome: won}]
transitions: [{trigger: again, source: closed, target: won}]  # but from where it leads to
"""
ENGINE = sf.Engine(sf.loads(TEXT))
LEAD = ENGINE.open("A", at=NOW).unwrap()
CLERK = sf.Override("clerk", "please")


def details(step: sf.Step) -> list[tuple[str, dict[str, str]]]:
    return [(each.code, dict(each.details)) for each in step.blockers]


def test_an_unknown_trigger_is_told_with_its_process_and_the_known_ones() -> None:
    with pytest.raises(sf.UnknownNameError) as refused:
        ENGINE.fire(LEAD, "loose", at=NOW)
    assert str(refused.value) == (
        "unknown trigger 'loose' in refusing; did you mean 'lose'? "
        "(known: accept, offer, win, return, lose)"
    )


def test_an_override_without_a_reason_is_told_why_it_needs_one() -> None:
    with pytest.raises(sf.CommandError) as refused:
        ENGINE.fire(LEAD, "offer", at=NOW, override=sf.Override("director", ""))
    assert str(refused.value) == "an override needs a reason: it stays on record"


def test_a_trigger_that_leads_on_elsewhere_is_told_with_all_places_and_ways_on() -> None:
    deal = ENGINE.adopt("A", "won", at=NOW).unwrap()
    step = ENGINE.fire(deal, "offer", at=NOW)
    assert step.explain() == (
        "A: offer is refused: 1 thing in the way\n"
        "  ✗ trigger.unavailable: 'offer' does not lead on from won; from here: win, return. "
        "It leads on from: lead, demo."
    )


def test_where_nothing_leads_on_it_says_none() -> None:
    deal = ENGINE.adopt("A", "lost", at=NOW).unwrap()
    step = ENGINE.fire(deal, "win", at=NOW)
    told = {"stage": "lost", "trigger": "win", "here": "none", "sources": "won"}
    assert details(step) == [("trigger.unavailable", told)]


def test_a_trigger_that_leads_on_from_nowhere_says_so() -> None:
    engine = sf.Engine(sf.loads(NOWHERE))
    step = engine.fire(engine.open("A", at=NOW).unwrap(), "again", at=NOW)
    assert step.blockers[0].details["sources"] == "nowhere"


def test_a_role_that_may_not_override_is_told_with_those_that_may() -> None:
    step = ENGINE.fire(LEAD, "offer", at=NOW, override=CLERK)
    assert details(step)[0] == ("override.role", {"role": "clerk", "roles": "director, board"})


def test_a_reason_that_is_lacking_is_asked_for_by_a_whole_answer() -> None:
    step = ENGINE.fire(LEAD, "lose", at=NOW)
    assert (step.accepted, step.events, step.warnings) == (False, (), ())
    assert details(step) == [("reason.required", {"reasons": "price"})]
    assert (step.command, step.opportunity, step.process) == ("lose", LEAD, ENGINE.process)


def test_a_reason_that_may_not_be_given_is_refused_by_a_whole_answer() -> None:
    step = ENGINE.fire(LEAD, "lose", reason="left", at=NOW, override=CLERK)
    assert [each.code for each in step.blockers] == ["override.role", "proven.goodbye"]
    assert (step.command, step.opportunity, step.process) == ("lose", LEAD, ENGINE.process)


@pytest.mark.parametrize(("days", "accepted"), [(9, True), (10, False)])
def test_what_a_reason_asks_is_asked_as_of_the_move(days: int, accepted: bool) -> None:
    deal = ENGINE.record(LEAD, sf.Evidence("goodbye"), at=NOW).unwrap()
    step = ENGINE.fire(deal, "lose", reason="left", at=NOW + timedelta(days=days))
    assert step.accepted is accepted


def test_a_move_to_another_team_is_told_whole_with_its_warnings() -> None:
    step = ENGINE.fire(LEAD, "accept", at=NOW)
    assert [type(each) for each in step.events] == [sf.Moved, sf.Assigned]
    assert (step.accepted, step.blockers, step.command) == (True, (), "accept")
    assert [each.code for each in step.warnings] == ["calm"]
    assert step.process is ENGINE.process

"""A predicate of Python is asked wherever a process names it, and what it blocks is told there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import salesfsm as sf

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PROCESS = sf.loads("""
salesfsm: 1
process: vetted
predicates: {vetted: Legal has vetted the account}
facts: {contact: text}
teams: [{name: field}]
opens_in: [talking, offered]
stages:
  - talking
  - {name: offered, entry: vetted()}
  - {name: lost, outcome: lost, reasons: [price, {name: other, when: vetted()}]}
  - {name: care, path: care}
transitions:
  - {trigger: offer, source: talking, target: offered}
  - {trigger: lose, source: open, target: lost}
handovers: [{name: care, source: open, target: care, needs: {facts: [contact]}}]
assignments: [{name: vetted, when: vetted(), team: field}]
""")


@pytest.fixture(params=[True, False], ids=["vetted", "not vetted"])
def vetted(request: pytest.FixtureRequest) -> bool:
    return request.param


@pytest.fixture
def engine(vetted: bool) -> sf.Engine:
    return sf.Engine(PROCESS, predicates={"vetted": lambda *_: vetted})


@pytest.fixture
def deal(engine: sf.Engine) -> sf.Opportunity:
    return engine.open("A", at=NOW).unwrap()


def test_it_is_asked_where_an_opportunity_begins(engine: sf.Engine, vetted: bool) -> None:
    step = engine.open("B", stage="offered", at=NOW)
    assert step.accepted is vetted
    assert [each.target for each in step.blockers] == ["offered"] * (not vetted)


def test_it_is_asked_where_an_opportunity_moves(
    engine: sf.Engine, deal: sf.Opportunity, vetted: bool
) -> None:
    assert engine.fire(deal, "offer", at=NOW).accepted is vetted


def test_it_is_asked_where_a_reason_does(
    engine: sf.Engine, deal: sf.Opportunity, vetted: bool
) -> None:
    step = engine.fire(deal, "lose", reason="other", at=NOW)
    assert step.accepted is vetted
    assert [each.target for each in step.blockers] == ["lost"] * (not vetted)
    assert engine.fire(deal, "lose", reason="price", at=NOW).accepted


def test_it_is_asked_by_the_rules_of_assignment(
    engine: sf.Engine, deal: sf.Opportunity, vetted: bool
) -> None:
    step = engine.assign(deal, at=NOW)
    assert step.accepted is vetted
    assert step.command == "assign"
    assert step.opportunity.team == ("field" if vetted else None)


def test_the_engine_tells_its_functions(engine: sf.Engine, vetted: bool) -> None:
    assert engine.predicates["vetted"](None, NOW) is vetted


def test_a_contract_that_is_not_met_blocks_the_stage_that_it_leads_to(
    engine: sf.Engine, deal: sf.Opportunity
) -> None:
    (blocker,) = engine.hand_over(deal, "care", id="C", at=NOW).giving.blockers
    assert (blocker.code, blocker.target) == ("handover.contact", "care")
    assert blocker.explanation.code == "handover.contact"

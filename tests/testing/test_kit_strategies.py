"""What is drawn from a process fits it, and gets to where chance alone would not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings, strategies as st

import salesfsm as sf
from sales.processes import processes
from salesfsm import library
from salesfsm.engine.fitting import check_opportunity
from salesfsm.testing import StuckError, evidence, facts, histories, opportunities
from salesfsm.testing.engines import MOMENT
from testing.kit import PLANES as PLANES_TEXT, TEXT, planes, process

DESK = process()
PLANES = planes()
COMPLEX = sf.load("library:complex_b2b")
ANY = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
QUICK = settings(ANY, phases=[Phase.generate], database=None)
MANY = settings(QUICK, max_examples=1_000)


@ANY
@given(st.data(), processes())
def test_facts_of_any_process_are_taken_by_its_engine(
    data: st.DataObject, drawn: sf.Process
) -> None:
    known = data.draw(facts(drawn))
    deal = sf.Engine(drawn).adopt("D-1", drawn.starts[0], at=MOMENT, facts=known).unwrap()
    check_opportunity(drawn, deal)


@given(facts(DESK, required=True))
def test_required_facts_are_all_there(known: dict[str, object]) -> None:
    assert set(known) == set(DESK.facts)


@pytest.mark.parametrize("budget", [999, 1000, 1001])
def test_values_lie_where_the_rules_change_their_verdict(budget: int) -> None:
    found = find(facts(DESK), lambda known: known.get("budget") == Decimal(budget))
    assert found["budget"] == budget


@given(evidence(DESK))
def test_evidence_is_accepted_by_its_milestone(piece: sf.Evidence) -> None:
    engine = sf.Engine(DESK)
    deal = engine.open("D-1", at=MOMENT).unwrap()
    assert engine.record(deal, piece, at=MOMENT)


def test_an_unknown_milestone_is_told() -> None:
    with pytest.raises(sf.UnknownNameError, match="did you mean 'plan_agreed'"):
        evidence(DESK, "plan_agree")


@ANY
@given(st.data(), processes())
def test_opportunities_of_any_process_fit_it(data: st.DataObject, drawn: sf.Process) -> None:
    stage = data.draw(st.sampled_from(list(drawn.stage_by_name)))
    deal = data.draw(opportunities(drawn, at=stage))
    assert deal.stage == stage
    assert deal.at <= MOMENT
    check_opportunity(drawn, deal)


def test_an_opportunity_stands_only_where_the_process_has_a_stage() -> None:
    with pytest.raises(sf.UnknownNameError, match="did you mean 'talking'"):
        find(opportunities(DESK, at="talkin"), lambda _: True)


@ANY
@given(histories(sf.load("library:complex_b2b")))
def test_a_history_folds_to_an_opportunity(events: list[sf.Event]) -> None:
    deal = sf.replay(sf.load("library:complex_b2b"), events)
    assert deal.sequence == len(events)
    assert not any(isinstance(event, sf.Placed) for event in events)


@pytest.mark.parametrize("stage", ["closing", "won", "lost"])
def test_histories_get_past_guards_and_come_to_the_end(stage: str) -> None:
    drawn = find(
        histories(COMPLEX), lambda events: sf.replay(COMPLEX, events).stage == stage, settings=MANY
    )
    assert not any(isinstance(event, sf.Placed) for event in drawn)


@pytest.mark.parametrize("stage", ["service", "renewed"])
def test_histories_get_over_a_hand_over(stage: str) -> None:
    drawn = find(
        histories(PLANES), lambda events: sf.replay(PLANES, events).stage == stage, settings=MANY
    )
    begun = drawn[0]
    assert isinstance(begun, sf.Opened)
    assert begun.origin is not None
    assert begun.origin.handover == "to_care"
    assert {event.opportunity_id for event in drawn} == {begun.opportunity_id}


def test_histories_go_on_with_the_giver_too() -> None:
    def goes_on(events: list[sf.Event]) -> bool:
        return any(isinstance(event, sf.HandedOver) for event in events)

    drawn = find(histories(PLANES), goes_on, settings=MANY)
    assert sf.replay(PLANES, drawn).stage == "won"


@ANY
@given(histories(PLANES))
def test_a_history_of_what_was_handed_over_folds_too(events: list[sf.Event]) -> None:
    assert sf.replay(PLANES, events).sequence == len(events)


def test_opportunities_are_led_over_a_hand_over() -> None:
    deal = find(
        opportunities(PLANES, at="renewed"), lambda deal: deal.origin is not None, settings=QUICK
    )
    assert deal.stopped_in == "service"


def test_opportunities_are_ready_to_be_handed_over() -> None:
    engine = sf.Engine(sf.loads(PLANES_TEXT.replace("users >= 10", "users == 77777")))

    def ready(deal: sf.Opportunity) -> bool:
        return any(way.allowed for way in engine.handovers(deal, at=deal.at, by="ewa"))

    assert ready(find(opportunities(engine, at="won"), ready, settings=QUICK))


def test_histories_are_led_from_each_stage_in_which_opportunities_begin() -> None:
    alone, *_ = PLANES_TEXT.replace(
        "stages:\n", "opens_in: [talking, service]\nstages:\n"
    ).partition("handovers:")
    found = find(
        opportunities(sf.loads(alone), at="renewed"),
        lambda deal: "train" in deal.tasks and deal.stopped_in == "service",
        settings=QUICK,
    )
    assert found.origin is None


VARIETY: dict[str, Callable[[sf.Opportunity], bool]] = {
    "on hold": lambda deal: deal.hold is not None,
    "held before": lambda deal: deal.hold is None and deal.rest is not None,
    "with a plan": lambda deal: bool(deal.planned),
    "of another owner": lambda deal: deal.owner == "ewa",
    "of nobody": lambda deal: deal.owner is None,
    "of a buyer who pauses": lambda deal: deal.buyer == "on_hold",
    "of a buyer who gave up": lambda deal: deal.buyer == "abandoned",
    "with much evidence": lambda deal: len(deal.evidence) >= 4,
    "with nothing known": lambda deal: not (deal.facts or deal.evidence or deal.tasks),
    "stopped before": lambda deal: deal.stopped_in is not None,
    "active in its stage": lambda deal: deal.active_at > deal.entered_at,
    "long in its stage": lambda deal: deal.entered_at < MOMENT - timedelta(days=100),
}


@pytest.mark.parametrize("kind", VARIETY)
def test_opportunities_differ(kind: str) -> None:
    assert VARIETY[kind](find(opportunities(COMPLEX), VARIETY[kind], settings=MANY))


def test_opportunities_may_have_another_team() -> None:
    team = "teams:\n  - {name: closers, members: [jan]}\n"
    teamed = sf.loads(TEXT + team)
    found = find(opportunities(teamed), lambda deal: deal.team == "closers", settings=MANY)
    assert found.team == "closers"


@pytest.mark.parametrize("name", ["six_stage", "complex_b2b", "silence"])
def test_a_fair_share_of_opportunities_may_go_ahead(name: str) -> None:
    engine = sf.Engine(sf.load(f"library:{name}"))
    ways: list[bool] = []

    @settings(QUICK, max_examples=60, derandomize=True)
    @given(opportunities(engine))
    def drawn(deal: sf.Opportunity) -> None:
        moves = engine.moves(deal, at=deal.at)
        ways.extend(move.allowed for move in moves if move.kind in ("advance", "win"))

    drawn()
    assert 0.1 < sum(ways) / len(ways) < 0.9


NARROW = {
    "{type: decimal, minimum: 0.001, maximum: 0.002}": True,
    "{type: money, minimum: 0.001, maximum: 0.009}": True,
    "{type: decimal, minimum: 17, maximum: 17.5}": True,
    "{type: integer, minimum: 5, maximum: 5}": True,
    "{type: integer, minimum: 1000000, maximum: 1000001}": True,
    "{type: integer, minimum: 0.2, maximum: 0.7}": False,
}
"""Declarations of a fact, and whether it can have any value."""


@pytest.mark.parametrize("declared", NARROW)
def test_facts_keep_to_bounds_however_narrow(declared: str) -> None:
    text = TEXT.replace("friend: bool", f"friend: bool\n  ratio: {declared}")
    narrow = sf.loads(text)
    seen: set[bool] = set()

    @QUICK
    @given(facts(narrow))
    def drawn(known: dict[str, object]) -> None:
        sf.Engine(narrow).adopt("D-1", "talking", at=MOMENT, facts=known).unwrap()
        seen.add("ratio" in known)

    drawn()
    assert (True in seen) == NARROW[declared]


def test_of_a_process_in_which_nothing_can_be_opened_that_is_told() -> None:
    shut = sf.loads(TEXT.replace("- name: talking", "- name: talking\n    entry: done(call)"))
    with pytest.raises(StuckError, match="nothing can be opened in 'talking'"):
        find(histories(shut), lambda _: True)
    assert find(opportunities(shut), lambda _: True, settings=QUICK).process == "desk"


def test_processes_of_the_library_have_histories() -> None:
    for name in library.names():
        found = sf.load(f"library:{name}")
        drawn = find(histories(found), lambda events: len(events) > 2, settings=QUICK)
        assert len(drawn) > 2

"""What is drawn from a process fits it, and gets to where chance alone would not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings, strategies as st

import salesfsm as sf
from sales.processes import processes
from salesfsm import library
from salesfsm.engine.fitting import check_opportunity
from salesfsm.testing import evidence, facts, histories, opportunities
from salesfsm.testing.engines import MOMENT
from testing.kit import process

DESK = process()
ANY = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
QUICK = settings(ANY, phases=[Phase.generate], database=None)


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


def test_histories_get_past_guards() -> None:
    won = sf.load("library:six_stage")
    found = find(
        histories(won),
        lambda events: (
            events[-1].opportunity_id == "WALK-1"
            and isinstance(events[-1], sf.Moved)
            and events[-1].target == "presenting"
        ),
        settings=settings(max_examples=3_000, deadline=None, phases=[Phase.generate]),
    )
    assert sf.replay(won, found).stage == "presenting"


def test_processes_of_the_library_have_histories() -> None:
    for name in library.names():
        found = sf.load(f"library:{name}")
        drawn = find(histories(found), lambda events: len(events) > 2, settings=QUICK)
        assert len(drawn) > 2

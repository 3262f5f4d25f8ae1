"""Assertions about a process hold where it does as they say, and explain where it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest

import salesfsm as sf
from salesfsm.testing import FixedClock, allows, refuses
from salesfsm.testing.engines import MOMENT
from testing.kit import deal, process, ready


def test_what_is_allowed_gives_the_step() -> None:
    step = allows(process(), ready(), "offer", to="offering")
    assert step.unwrap().stage == "offering"


def test_an_engine_decides_by_its_own_clock() -> None:
    clock = FixedClock(MOMENT + timedelta(days=5))
    engine = sf.Engine(process(), clock=clock)
    assert allows(engine, ready(), "offer").unwrap().at == MOMENT + timedelta(days=5)
    clock.advance(days=1)
    assert allows(engine, ready(), "offer").unwrap().at == MOMENT + timedelta(days=6)


def test_a_refusal_that_should_not_be_is_explained() -> None:
    with pytest.raises(AssertionError, match=r"'offer' should be allowed") as caught:
        allows(process(), deal(), "offer")
    assert deal_explained() in str(caught.value)


def deal_explained() -> str:
    return sf.Engine(process()).explain(deal(), "offer", at=MOMENT)


def test_the_stage_that_it_leads_to_is_compared() -> None:
    with pytest.raises(AssertionError, match="should lead to 'won', and leads to 'offering'"):
        allows(process(), ready(), "offer", to="won")


def test_a_warning_that_is_missing_fails() -> None:
    small = sf.Engine(process()).update(ready(), {"budget": 10}, at=MOMENT).unwrap()
    assert allows(process(), small, "offer", warns="size").warnings
    with pytest.raises(AssertionError, match=r"should warn of size, and warns of nothing"):
        allows(process(), ready(), "offer", warns="size")


def test_what_is_refused_gives_the_blockers() -> None:
    assert [each.code for each in refuses(process(), deal(), "offer")] == ["task.call", "bant"]


@pytest.mark.parametrize("code", ["bant", "bant.authority", "task.call", "task"])
def test_a_refusal_has_the_reasons_that_are_named(code: str) -> None:
    assert refuses(process(), deal(), "offer", because=code)


def test_a_refusal_for_another_reason_fails_and_tells_the_reasons() -> None:
    known = deal(need="speed")
    with pytest.raises(AssertionError, match=r"not because of bant\.need") as caught:
        refuses(process(), known, "offer", because=["task.call", "bant.need"])
    assert "bant.authority" in str(caught.value)


def test_what_is_allowed_although_it_should_be_refused_fails() -> None:
    with pytest.raises(AssertionError, match="should be refused, and is allowed"):
        refuses(process(), ready(), "offer")


def test_a_reason_is_given_on() -> None:
    assert allows(process(), deal(), "lose", reason="price")
    assert refuses(process(), deal(), "lose", because="reason.required")


def test_an_unknown_trigger_is_an_error_of_its_own() -> None:
    with pytest.raises(sf.UnknownNameError, match="did you mean 'offer'"):
        refuses(process(), deal(), "ofer")

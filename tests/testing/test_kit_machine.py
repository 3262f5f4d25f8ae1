"""The ready state machine finds what breaks a promise, and nothing where none is broken."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

import salesfsm as sf
from salesfsm.engine.step import Step
from salesfsm.testing import ProcessMachine, process_machine
from testing.kit import TEXT, process

QUICK = settings(
    max_examples=25,
    stateful_step_count=12,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
FINDING = settings(QUICK, max_examples=400, phases=[Phase.generate], print_blob=False)

TestDesk = process_machine(process()).TestCase
TestDesk.settings = QUICK
"""As users of the kit write it."""


def test_what_can_be_but_must_never_be_is_found() -> None:
    machine = process_machine(process(), never=["stage == offering"])
    with pytest.raises(AssertionError, match="must never be, and is, in 'offering'"):
        run_state_machine_as_test(machine, settings=FINDING)


def test_what_cannot_be_is_not_found() -> None:
    machine = process_machine(process(), never=["stage == offering and not known(budget)"])
    run_state_machine_as_test(machine, settings=QUICK)


def test_invariants_of_the_process_are_kept_too() -> None:
    text = TEXT + "invariants:\n  - {never: stage == lost, says: Nobody loses}\n"
    with pytest.raises(AssertionError, match="must never be"):
        run_state_machine_as_test(process_machine(sf.loads(text)), settings=FINDING)


def test_a_rule_that_is_none_is_told_at_once() -> None:
    with pytest.raises(sf.RuleError, match="did you mean"):
        process_machine(process(), never=["stag == offering"])


def test_an_engine_that_says_one_thing_and_does_another_is_found() -> None:
    class Lenient(sf.Engine):
        def fire(self, opportunity: sf.Opportunity, trigger: str, **given: object) -> Step:
            override = sf.Override("boss", "because")
            return super().fire(opportunity, trigger, **given, override=override)  # type: ignore[arg-type]

    lenient = Lenient(process().model_copy(update={"overrides": ("boss",)}))
    with pytest.raises(AssertionError, match="fire.trigger=.offer.. should be refused, and is accepted"):
        run_state_machine_as_test(process_machine(lenient), settings=FINDING)


def test_a_machine_is_called_after_its_process() -> None:
    machine = process_machine(process())
    assert machine.__name__ == "DeskMachine"
    assert issubclass(machine, ProcessMachine)

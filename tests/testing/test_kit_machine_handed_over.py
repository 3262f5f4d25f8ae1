"""The ready state machine judges what a hand-over begins, and goes on with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.engine import handing
from salesfsm.testing import process_machine
from testing.test_kit_machine import FINDING, Fault

PLANES = """\
salesfsm: 1
process: planes
facts: {n: integer}
buyer: {milestones: [need]}
stages:
  - a
  - {name: won, outcome: won}
  - {name: d, plane: retention}
transitions:
  - {trigger: win, source: a, target: won}
  - {trigger: renew, source: d, target: won}
handovers:
  - {name: give, source: won, target: d, carries: {facts: [n], milestones: [need]}}
"""


@pytest.mark.parametrize(
    ("never", "is_"),
    [("stage == d and not known(n)", "d"), ("stage == won and done(train)", "won")],
)
def test_what_a_hand_over_begins_is_judged_and_goes_on(never: str, is_: str) -> None:
    text = PLANES.replace("plane: retention}", "plane: retention, tasks: [train]}")
    machine = process_machine(sf.loads(text), never=[never])
    with pytest.raises(AssertionError, match=f"must never be, and is, in '{is_}'"):
        run_state_machine_as_test(machine, settings=FINDING)


def test_what_was_placed_before_a_hand_over_excuses_what_that_begins() -> None:
    text = PLANES.replace("source: a, target: won}", "source: a, target: a}")
    machine = process_machine(sf.loads(text), never=["stage == d"])
    run_state_machine_as_test(machine, settings=settings(FINDING, max_examples=60))


def _with_old_numbers(right: Callable[..., Any]) -> Callable[..., Any]:
    def inherited(handover: Any, giver: Any, first: Any) -> Any:
        for event in right(handover, giver, first):
            yield replace(event, evidence=replace(event.evidence, number=99))

    return inherited


def _without_owner(patch: pytest.MonkeyPatch) -> None:
    asked = sf.Engine.hand_over

    def answer(self: sf.Engine, *given: Any, **named: Any) -> Any:
        return asked(self, *given, **{**named, "owner": None})

    patch.setattr(sf.Engine, "hand_over", answer)


INHERITED: dict[str, Fault] = {
    "no evidence is inherited": lambda patch: patch.setattr(
        handing, "_inherited", lambda *_: iter(())
    ),
    "evidence keeps its number": lambda patch: patch.setattr(
        handing, "_inherited", _with_old_numbers(handing._inherited)
    ),
    "the owner is forgotten": _without_owner,
    "the origin is forgotten": lambda patch: patch.setattr(handing, "Origin", lambda *_: None),
}


@pytest.mark.parametrize("fault", INHERITED)
def test_a_fault_of_what_a_hand_over_begins_is_found(
    fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    INHERITED[fault](monkeypatch)
    with pytest.raises(AssertionError, match="begins"):
        run_state_machine_as_test(process_machine(sf.loads(PLANES)), settings=FINDING)

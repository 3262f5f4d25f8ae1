"""A broken promise is told after few runs: the machine has settings of its own, and one may too."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings

import salesfsm as sf
from salesfsm.testing import process_machine

BARE = """\
salesfsm: 1
process: p
facts: {n: integer}
stages: [a, {name: b, outcome: won}]
transitions:
  - {trigger: go, source: a, target: b}
"""


def test_a_broken_promise_fails_after_a_bounded_number_of_runs() -> None:
    runs = []

    class Counting(process_machine(sf.loads(BARE), never=["stage == b"])):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            runs.append(self)

    case = Counting.TestCase
    case.settings = settings(
        case.settings, max_examples=10, database=None, derandomize=True, print_blob=False
    )
    with pytest.raises(AssertionError, match="must never be"):
        case().runTest()
    assert len(runs) < 60


def test_settings_of_ones_own_are_kept() -> None:
    machine = process_machine(sf.loads(BARE))
    own = settings(machine.TestCase.settings, max_examples=3)
    machine.TestCase.settings = own
    assert machine.TestCase.settings is own
    assert (own.max_examples, own.deadline) == (3, None)
    assert Phase.shrink in own.phases
    assert Phase.explain not in own.phases

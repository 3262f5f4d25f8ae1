"""Coverage of two branches of a trigger that lead from one stage to the same other one."""

from __future__ import annotations

import pytest

import salesfsm as sf
from salesfsm.testing.coverage.measuring import coverage_of
from salesfsm.testing.coverage.observing import Observer
from testing.kit import MOMENT

TEXT = """\
salesfsm: 1
process: twins
facts: {large: bool, urgent: bool}
stages: [open_, {name: won, outcome: won}]
transitions:
  - {trigger: win, source: open_, target: won, when: large}
  - {trigger: win, source: open_, target: won, when: urgent}
"""


@pytest.mark.parametrize(
    ("facts", "met", "unmet"),
    [
        ({"large": True}, {"large"}, set()),  # the second one was not looked at
        ({"large": False, "urgent": True}, {"urgent"}, {"large"}),
        ({"large": False, "urgent": False}, set(), {"large", "urgent"}),
    ],
)
def test_the_branch_whose_criteria_were_met_is_the_one_taken(
    facts: dict[str, bool], met: set[str], unmet: set[str]
) -> None:
    engine = sf.Engine(sf.loads(TEXT))
    deal = engine.open("D-1", at=MOMENT, facts=facts).unwrap()
    observer = Observer([engine.process])
    with observer.listening():
        engine.fire(deal, "win", at=MOMENT)
    covered = coverage_of(engine.process, observer.observed[0].tests)
    codes = {each.name.rpartition(": ")[2]: each for each in covered.criteria}
    assert {code for code, each in codes.items() if each.met_in} == met
    assert {code for code, each in codes.items() if each.unmet_in} == unmet

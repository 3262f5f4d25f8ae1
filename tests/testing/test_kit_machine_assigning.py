"""The ready state machine knows whose an opportunity is: from its beginning, or by a rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test
from msgspec.structs import replace

import salesfsm as sf
from salesfsm.engine import assigning
from salesfsm.testing import process_machine
from testing.test_kit_machine import FINDING, QUICK, Fault

TEAMED = """\
salesfsm: 1
process: teamed
facts: {users: {type: integer, minimum: 0, maximum: 100}}
acting: team
teams:
  - {name: closers, planes: [sales], members: [ewa, jan]}
  - {name: key_accounts, planes: [sales], members: [ida]}
  - {name: care, planes: [retention], members: [olga, jan]}
assignments:
  - {name: big, when: users >= 50, team: key_accounts, owner: ida}
  - {name: known, when: known(users), team: closers, turns: true}
  - {name: kept, when: 'owner == "jan"', team: closers}
stages:
  - talking
  - {name: won, outcome: won}
  - {name: service, plane: retention, path: retention}
transitions:
  - {trigger: win, source: talking, target: won, when: known(users)}
handovers:
  - {name: to_care, source: won, target: service, carries: {facts: [users]}}
"""

TestTeamed = process_machine(sf.loads(TEAMED)).TestCase
TestTeamed.settings = QUICK


def _rules(change: Callable[[Any, Any, Any], Any]) -> Fault:
    """The rules of assignment are asked through ``change(the right function, table, turn)``."""

    def seed(patch: pytest.MonkeyPatch) -> None:
        right = assigning.assign_by_rule

        def wrong(process: Any, table: Any, deal: Any, turn: Any, *rest: Any) -> Any:
            asked = lambda table, turn: right(process, table, deal, turn, *rest)  # noqa: E731
            return change(asked, table, turn)

        patch.setattr(assigning, "assign_by_rule", wrong)

    return seed


def _unnamed(decide: Any, table: Any, turn: Any) -> Any:
    decided = decide(table, turn)
    if isinstance(decided, list):
        return decided
    return tuple(replace(event, rule=None) for event in decided)


def _opens(change: dict[str, Any], method: str = "open") -> Fault:
    def seed(patch: pytest.MonkeyPatch) -> None:
        asked = getattr(sf.Engine, method)

        def answer(self: sf.Engine, *given: Any, **named: Any) -> Any:
            return asked(self, *given, **{**named, **change})

        patch.setattr(sf.Engine, method, answer)

    return seed


FAULTS: dict[str, Fault] = {
    "the last rule that is met decides": _rules(lambda do, table, turn: do(table[::-1], turn)),
    "a rule is left out": _rules(lambda do, table, turn: do(table[:-1], turn)),
    "a rule is not asked when": _rules(
        lambda do, table, turn: do([(rule, lambda *_: True) for rule, _ in table], turn)
    ),
    "nobody takes turns": _rules(lambda do, table, turn: do(table, 0)),
    "the rule is not told": _rules(_unnamed),
    "all is opened for the seller": _opens({"owner": "anna"}),
    "all is opened for the first team": _opens({"team": "closers"}),
    "all is opened for nobody": _opens({"owner": None}),
    "all is handed over to the usual team": _opens({"team": None}, "hand_over"),
    "all is handed over by a member": _opens({"by": "ewa"}, "hand_over"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_whose_it_is_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(process_machine(sf.loads(TEAMED)), settings=FINDING)

"""A way that an earlier one shadows is told with its own target, and each way with its label."""

from __future__ import annotations

from datetime import UTC, datetime

import salesfsm as sf

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_second_of_two_open_ways_is_shadowed_by_the_first():
    engine = sf.Engine(
        sf.loads("""
salesfsm: 1
process: fork
facts: {seats: integer}
stages: [{name: talking}, {name: small}, {name: large}, {name: won, outcome: won}]
transitions:
  - {trigger: go, source: talking, target: small, when: seats < 9, label: Few seats}
  - {trigger: go, source: talking, target: large, when: seats < 99, label: Many seats}
  - {trigger: go, source: small, target: won}
  - {trigger: go, source: large, target: won}
""")
    )
    deal = engine.open("A", at=NOW, facts={"seats": 3}).unwrap()
    first, second = engine.moves(deal, at=NOW)
    assert (first.target, first.allowed, str(first.label)) == ("small", True, "Few seats")
    assert (second.target, second.allowed, str(second.label)) == ("large", False, "Many seats")
    assert [(each.code, each.target) for each in second.blockers] == [("shadowed", "large")]
    assert second.blockers[0].details == {"taken": "small"}

"""A trigger that forks: what all of its ways need is told once, and the rest by way."""

from __future__ import annotations

from datetime import UTC, datetime

import salesfsm as sf

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

ENGINE = sf.Engine(
    sf.loads("""
salesfsm: 1
process: forking
facts: {n: integer}
stages: [a, {name: b, label: Bee}, {name: c, label: Sea}]
transitions:
  - {trigger: go, source: a, target: b, roles: [boss], when: n > 3}
  - {trigger: go, source: a, target: c, roles: [boss]}
""")
)


WAYS = [
    "  ✗ role.required: Only these roles may do this: boss.",
    "  to Bee:",
    "    ? n: n > 3",
    "        found: nothing is known yet",
    "        how: Record the fact 'n'.",
    "  to Sea:",
    "    nothing else",
]


def test_a_way_that_needs_no_more_than_all_of_them_says_so() -> None:
    deal = ENGINE.open("A", at=NOW).unwrap()
    text = ENGINE.explain(deal, "go", at=NOW)
    assert text.splitlines() == ["A: go is refused: none of its 2 ways is open", *WAYS]


def test_what_is_in_the_way_of_the_command_itself_is_told_before_the_ways() -> None:
    deal = ENGINE.open("A", at=NOW).unwrap()
    text = ENGINE.explain(deal, "go", at=NOW, override=sf.Override("intern", "why not"))
    role = "  ✗ override.role: The role 'intern' may not override; these may: nobody."
    assert text.splitlines()[1:] == [role, *WAYS]

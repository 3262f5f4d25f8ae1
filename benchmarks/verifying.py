"""Verification of a decision of fifty guarded branches: each on its own, all pairs, and the gaps.

Forty-nine branches share out the budgets among them and the last takes what is left, so that every
answer has to be proven: no two are open at once, and none of the facts is left without a branch.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter

import salesfsm
from benchmarks.figures import Figure, Limit, Spread, in_units

ROUNDS, GUARDS, LIMIT = 3, 50, 5
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
WORK = f"proving {GUARDS} guards: each, all pairs, gaps"


def measure() -> list[Figure]:
    """Seconds of the whole report; one that is not clean is an error."""
    try:
        from salesfsm.verification import verify
    except ImportError as error:
        return [Figure(WORK, missing=str(error))]
    process = decision()
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        report = verify(process, at=AT)
        taken.append(perf_counter() - start)
        if report.findings:
            raise AssertionError(f"nothing was to be found: {report.findings[0]}")
    spread = Spread.of(taken)
    return [
        Figure(WORK, in_units(spread.median), "", spread, "s", limit=Limit("at most", LIMIT)),
    ]


def decision() -> salesfsm.Process:
    """One stage with a trigger of fifty branches."""
    names = [f"s{number}" for number in range(GUARDS)]
    rules = [f"{i}000 <= budget < {i + 1}000" for i in range(1, GUARDS)]
    rules.append(f"budget < 1000 or budget >= {GUARDS}000")
    shared = "proven(need) or decide_by > today"
    return salesfsm.Process(
        name="decision",
        facts={"budget": "decimal", "decide_by": "date"},
        buyer={"milestones": ["need"]},
        stages=[
            "start",
            *names,
            {"name": "won", "outcome": "won"},
            {"name": "lost", "outcome": "lost"},
        ],
        transitions=[
            *(
                {
                    "trigger": "go",
                    "source": "start",
                    "target": name,
                    "when": [shared, rule],
                }
                for name, rule in zip(names, rules, strict=True)
            ),
            {"trigger": "win", "source": names, "target": "won"},
            {"trigger": "lose", "source": "open", "target": "lost"},
        ],
    )

"""The sale that the tests of the pipeline tell stories about, and a clock that they set.

talking --agree--> closing --win--> WON --(care)--> care
   |                  |
   +------ lose ------+--> LOST --win_back (after 30 days)--> talking
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import salesfsm as sf

TEXT = """\
salesfsm: 1
process: desk
version: "1"
currency: EUR
facts:
  budget: money
  need: text
buyer:
  phases: [looking, deciding]
  milestones:
    - {name: plan_agreed, moves: looking -> deciding, accepts: [email], valid_for: 60d}
opens_in: [talking, closing]
stages:
  - name: talking
    mirrors: looking
    expected: 10d
    tasks: [{name: visit, optional: true}]
    exit: budget >= 1000
  - name: closing
    mirrors: deciding
    expected: 20d
    exit: [proven(plan_agreed), {rule: known(need), level: warn}]
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, silent]}
  - {name: care, path: care}
transitions:
  - {trigger: agree, source: talking, target: closing}
  - {trigger: win, source: closing, target: won}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win_back, source: lost, target: talking, when: budget > 5000, after: 30d}
handovers:
  - name: to_care
    source: won
    target: care
    needs: {facts: [budget]}
    carries: {milestones: [plan_agreed]}
"""

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def desk(version: str = "1", **changes: object) -> sf.Process:
    """The process, with its ``version`` and other things of it changed."""
    process = sf.loads(TEXT)
    return (
        process.model_copy(update={"version": version, **changes})
        if version != "1" or changes
        else process
    )


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **time: float) -> datetime:
        """Let so much time pass, or run back."""
        self.now += timedelta(**time)
        return self.now


def proof(ref: str = "mail/1") -> sf.Evidence:
    """The buyer's mail that agrees to the plan."""
    return sf.Evidence("plan_agreed", kind="email", ref=ref)

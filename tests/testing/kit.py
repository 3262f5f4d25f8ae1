"""The small processes that the tests of the testing kit are about.

talking --offer--> offering --win--> won
                      |  --win--> won, for friends of the house
talking, offering --lose--> lost --retry--> talking
"""

from __future__ import annotations

from pathlib import Path

import salesfsm as sf
from salesfsm.testing.engines import MOMENT

TEXT = """\
salesfsm: 1
process: desk
version: "1"
currency: EUR
facts:
  budget: {type: money, minimum: 0}
  authority: {type: choice, options: [user, decision_maker]}
  need: text
  friend: bool
buyer:
  milestones:
    - {name: plan_agreed, accepts: [email], valid_for: 30d}
stages:
  - name: talking
    tasks: [call]
    exit:
      - bant(timeline=budget, of=3)
      - {rule: budget >= 1000, level: warn, code: size}
  - {name: offering}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, silent]}
transitions:
  - {trigger: offer, source: talking, target: offering}
  - {trigger: win, source: offering, target: won, when: proven(plan_agreed)}
  - {trigger: win, source: offering, target: talking, when: friend}
  - {trigger: lose, source: open, target: lost}
  - {trigger: retry, source: lost, target: talking, when: "lost_reason == price and known(need)"}
"""

PLANES = """\
salesfsm: 1
process: planes
facts: {users: {type: integer, minimum: 1}, end: date, note: text}
buyer: {milestones: [{name: signature, valid_for: 90d}]}
acting: team
teams:
  - {name: closers, planes: [sales], members: [ewa, jan]}
  - {name: care, planes: [retention], members: [olga]}
stages:
  - talking
  - {name: won, outcome: won}
  - {name: lost, outcome: lost}
  - {name: service, plane: retention, path: retention, entry: users >= 10, tasks: [train]}
  - {name: renewed, plane: retention, path: retention, outcome: won}
transitions:
  - {trigger: win, source: talking, target: won, when: proven(signature)}
  - {trigger: lose, source: talking, target: lost}
  - {trigger: renew, source: service, target: renewed, when: done(train)}
handovers:
  - name: to_care
    source: won
    target: service
    needs: {facts: [end], milestones: [signature]}
    carries: {facts: [users]}
"""
"""Two planes; nothing leads to the second one but a hand-over.

talking --win--> won ==to_care==> service --renew--> renewed
"""

SCENARIOS = """\
process: desk.yaml
at: 2026-03-02
given:
  facts: {budget: 5000, authority: decision_maker, need: speed}
scenarios:
  - name: BANT opens the offer
    given: {tasks: [call]}
    when: offer
    then: {allowed: offering}
  - name: A user decides nothing
    given: {tasks: [call], facts: {authority: user, need: null}}
    when: offer
    then: {refused: bant.authority}
"""


def process() -> sf.Process:
    return sf.loads(TEXT)


def planes() -> sf.Process:
    return sf.loads(PLANES)


def deal(stage: str = "talking", **facts: object) -> sf.Opportunity:
    engine = sf.Engine(process())
    reason = "price" if stage == "lost" else None
    return engine.adopt("D-1", stage, at=MOMENT, facts=facts, reason=reason).unwrap()


def ready() -> sf.Opportunity:
    """One that may be offered something."""
    known = deal(budget=5000, authority="decision_maker", need="speed")
    return sf.Engine(process()).complete(known, "call", at=MOMENT).unwrap()


def write(folder: Path, scenarios: str = SCENARIOS) -> Path:
    """The process and scenarios in a folder; the path of the latter."""
    (folder / "desk.yaml").write_text(TEXT)
    path = folder / "desk.scenarios.yaml"
    path.write_text(scenarios)
    return path

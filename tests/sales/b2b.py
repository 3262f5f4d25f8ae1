"""The B2B sale that the tests of engines tell stories about.

                   reopen
        +-----------------------------------------------+
        v                                               |
    qualification --qualify--> presenting --offer--> closing --win--> WON
        ^   ^                   |     ^  |             |
        |   +------step_back----+     |  +--skip--+    |       lose: from every open stage, with
        |                             +--again----+    |       a reason
    requalify                                          v
        +------------ winback <--win_back (90d)-- LOST (price, competitor, other)

``qualification`` asks BANT, a task and proof of a reason to act; ``offer`` is a diamond: a large
budget leads to ``closing`` only with a second pair of eyes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import salesfsm as sf

TEXT = """\
salesfsm: 1
process: b2b
version: "2026.1"
label: {en: B2B sale, pl: Sprzedaż B2B, bg: B2B продажба}
currency: EUR
facts:
  budget: {type: money, label: {en: Budget, pl: Budżet}, minimum: 0}
  authority: {type: choice, options: [user, influencer, decision_maker]}
  need: text
  decide_by: date
buyer:
  phases: [unconcerned, investigating, defining, selecting, negotiating, approving]
  start: investigating
  milestones:
    - name: reason_to_act
      moves: investigating -> defining
      definition: The buyer acknowledges a reason to act.
      accepts: [email, document]
      valid_for: 180d
      owner: the champion
    - {name: signature, moves: negotiating -> approving, made_by: [buyer, third_party]}
overrides: [sales director]
opens_in: [qualification, presenting]
stages:
  - name: qualification
    label: {en: Qualification, pl: Kwalifikacja, bg: Квалификация}
    definition: The first direct talk has been held.
    mirrors: investigating
    probability: 20%
    expected: 10d
    tasks:
      - {name: discovery_call, label: {en: Hold the discovery call, pl: Odbądź rozmowę}}
      - {name: stakeholder_map, optional: true}
      - {name: summary, level: advise}
    exit:
      - bant(min_budget=10000, within=days(90))
      - proven(reason_to_act)
      - {rule: budget < 500000, code: second_eyes, level: warn, says: {pl: Druga para oczu}}
  - {name: presenting, label: {pl: Prezentowanie}, probability: 40%, entry: known(budget)}
  - {name: closing, probability: 80%}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, competitor, {name: other, label: Other}]}
  - {name: winback, path: winback, expected: 90d}
transitions:
  - {trigger: qualify,   source: qualification, target: presenting}
  - {trigger: offer,     source: presenting, target: closing, when: budget < 100000}
  - {trigger: offer,     source: presenting, target: won, when: proven(signature)}
  - {trigger: step_back, source: presenting, target: qualification}
  - {trigger: again,     source: presenting, target: presenting}
  - {trigger: win,       source: closing, target: won, when: proven(signature)}
  - {trigger: reopen,    source: closed, target: qualification}
  - {trigger: lose,      source: open, target: lost}
  - {trigger: win_back,  source: lost, target: winback, when: lost_reason != "other", after: 90d}
  - {trigger: requalify, source: winback, target: qualification}
"""

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BANT = {
    "budget": 50_000,
    "authority": "decision_maker",
    "need": "fewer stockouts",
    "decide_by": date(2026, 4, 1),
}


def b2b() -> sf.Process:
    """The process of the drawing."""
    return sf.loads(TEXT, file="b2b.yaml")


def lead(engine: sf.Engine, **facts: object) -> sf.Opportunity:
    """An opportunity in ``qualification`` with these facts."""
    return engine.open("ACME-1", at=NOW, by="anna", facts=facts).unwrap()


def ready(engine: sf.Engine) -> sf.Opportunity:
    """An opportunity in ``qualification`` of which all that ``qualify`` asks is met."""
    deal = lead(engine, **BANT)
    for task in ("discovery_call", "summary"):
        deal = engine.complete(deal, task, at=NOW).unwrap()
    evidence = sf.Evidence("reason_to_act", kind="email", ref="mail/1")
    return engine.record(deal, evidence, at=NOW).unwrap()


def codes(found: tuple[sf.Blocker, ...]) -> list[str]:
    """The codes of blockers or warnings, in order."""
    return [each.code for each in found]

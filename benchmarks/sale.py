"""The sale that every contestant moves: four facts, the BANT guard over them, one trigger.

From qualification to presenting at NOW, by anna, if the budget is 10,000 EUR or more, a decision
maker takes part, the need is known, and the buyer decides within 90 days from today.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BY = "anna"
MINIMUM = Decimal(10_000)
WITHIN = timedelta(days=90)
DECIDERS = ("decision_maker",)

PROCESS = """
salesfsm: 1
process: b2b
version: "2026.1"
plane: sales
currency: EUR
facts:
  budget: money
  authority: {type: choice, options: [user, influencer, decision_maker]}
  need: text
  decide_by: date
buyer:
  phases: [investigating, defining]
  milestones:
    - {name: reason_to_act, moves: investigating -> defining, valid_for: 180d}
stages:
  - name: qualification
    exit: ["bant(min_budget=10000, within=days(90))"]
  - presenting
  - {name: won, outcome: won}
  - {name: lost, outcome: lost}
transitions:
  - {trigger: qualify, source: qualification, target: presenting}
  - {trigger: win, source: presenting, target: won}
  - {trigger: lose, source: open, target: lost}
"""


def name_of(number: int) -> str:
    """The id of a deal."""
    return f"ACME-{number}"


def facts_of(number: int) -> dict[str, object]:
    """The facts of a deal as they come from a CRM: read from text, so no two deals share them."""
    text = json.dumps(["decision_maker", f"Deal {number} loses two days a month to manual work"])
    authority, need = json.loads(text)
    return {
        "budget": Decimal(50_000 + number),
        "authority": authority,
        "need": need,
        "decide_by": date(2026, 4, 1 + number % 30),
    }

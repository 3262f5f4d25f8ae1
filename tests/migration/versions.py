"""Two versions of a sale that tests of migrations tell stories about.

    1:  contact --> talks --> offer --> won        2:  contact --> discovery -+-> offer --> won
                      |         |    +--> lost                   +--> demo ---+      +--> lost
                      +--park--> nurture

``talks`` is split by the size of the budget, ``nurture`` is gone, ``approval`` is new in ``offer``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import salesfsm as sf
from salesfsm.migration.migrating import Migration
from salesfsm.process.migration import MigrationRules

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)

OLD = """\
salesfsm: 1
process: sale
version: "1"
currency: EUR
facts: {volume: money, seats: integer, fax: text, region: text}
buyer:
  milestones: [reason, {name: sponsor, valid_for: 90d}]
activities: [call, fax, email]
teams: [{name: north, members: [anna]}, {name: south, members: [jan]}]
stages:
  - {name: contact, tasks: [ring, write]}
  - name: talks
    tasks: [dig]
    exit: [proven(reason), known(volume)]
  - {name: offer, exit: known(volume)}
  - {name: nurture, path: aside}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, silence]}
transitions:
  - {trigger: go, source: contact, target: talks}
  - {trigger: go, source: talks, target: offer}
  - {trigger: park, source: [contact, talks], target: nurture}
  - {trigger: win, source: offer, target: won}
  - {trigger: lose, source: open, target: lost}
"""

NEW = """\
salesfsm: 1
process: sale
version: "2"
currency: EUR
facts: {budget: money, seats: decimal, region: text, approval: bool}
buyer:
  milestones: [need, {name: sponsor, valid_for: 30d}]
activities: [call, email]
teams: [{name: europe, members: [anna, jan]}]
stages:
  - {name: contact, tasks: [reach]}
  - {name: discovery, tasks: [dig], exit: [proven(need), known(budget)]}
  - {name: demo, exit: proven(need)}
  - {name: offer, exit: [known(budget), approval]}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, no_answer]}
transitions:
  - {trigger: go, source: contact, target: discovery}
  - {trigger: go, source: [discovery, demo], target: offer}
  - {trigger: win, source: offer, target: won}
  - {trigger: lose, source: open, target: lost}
"""

RULES = """\
migration: 1
process: sale
from: "1"
to: "2"
stages:
  talks:
    - {to: discovery, when: budget >= 1000}
    - {to: demo, when: known(budget)}
facts:
  volume: budget
  fax: null
milestones:
  reason: need
tasks:
  ring: reach
  write: reach
activities:
  fax: null
reasons:
  silence: no_answer
teams: {north: europe, south: europe}
"""

OLD_PROCESS, NEW_PROCESS = sf.loads(OLD), sf.loads(NEW)
OLD_ENGINE, NEW_ENGINE = sf.Engine(OLD_PROCESS), sf.Engine(NEW_PROCESS)

THIRD = sf.loads(
    """\
salesfsm: 1
process: sale
version: "3"
currency: EUR
facts: {price: money, seats: decimal, region: text, approval: bool}
buyer: {milestones: [cause, {name: sponsor, valid_for: 30d}]}
activities: [phone, email]
teams: [{name: world, members: [anna, jan]}]
stages:
  - {name: contact, tasks: [touch]}
  - {name: discovery, tasks: [dig]}
  - demo
  - offer
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, no_answer]}
transitions: [{trigger: win, source: offer, target: won}]
"""
)
ONWARDS = Migration(
    MigrationRules(
        process="sale",
        from_version="2",
        to_version="3",
        facts={"budget": "price"},
        milestones={"need": "cause"},
        tasks={"reach": "touch"},
        activities={"call": "phone"},
        teams={"europe": "world"},
    ),
    NEW_PROCESS,
    THIRD,
)
"""From the second version to a third one, which calls everything otherwise."""

STAGES: Mapping[str, object] = {
    "talks": [
        {"to": "discovery", "when": "budget >= 1000"},
        {"to": "demo", "when": "known(budget)"},
    ]
}


def rules(**changes: object) -> MigrationRules:
    """The rules of the drawing, with some of their parts replaced."""
    given: dict[str, object] = {
        "process": "sale",
        "from_version": "1",
        "to_version": "2",
        "stages": STAGES,
        "facts": {"volume": "budget", "fax": None},
        "milestones": {"reason": "need"},
        "tasks": {"ring": "reach", "write": "reach"},
        "activities": {"fax": None},
        "reasons": {"silence": "no_answer"},
        "teams": {"north": "europe", "south": "europe"},
    }
    return MigrationRules.model_validate(given | changes)


def migration(**changes: object) -> Migration:
    """The migration of the drawing."""
    return Migration(rules(**changes), OLD_PROCESS, NEW_PROCESS)


Ask = Callable[[sf.Opportunity], sf.Step]


class Deal:
    """An opportunity with its history, which grows with every step."""

    def __init__(self, engine: sf.Engine, stage: str = "contact", **facts: object) -> None:
        step = engine.adopt("D1", stage, at=NOW, facts=facts, owner="anna")
        self.now, self.events = step.unwrap(), list(step.events)

    def then(self, *asks: Ask) -> Deal:
        """Take accepted steps."""
        for ask in asks:
            step = ask(self.now)
            self.now = step.unwrap()
            self.events += step.events
        return self

    def extend(self, events: Iterable[sf.Event]) -> None:
        """Let these events follow."""
        for event in events:
            self.now = sf.evolve(self.now, event)
            self.events.append(event)

    def back(self, taken: Migration, *, at: datetime = LATER) -> sf.Step:
        """The answer to taking its migration back."""
        return taken.reverted(self.events, at=at)


def codes(step: sf.Step) -> list[str]:
    """Why a step was refused: codes and names."""
    return [": ".join([each.code, *each.details.values()]) for each in step.blockers]


def dropped(warnings: Iterable[sf.Blocker]) -> list[str]:
    """What the warnings of a step say is dropped."""
    return [each.details["name"] for each in warnings]

"""The sale that is worked on while things go wrong, in a time of its own: a minute is a second.

talking <--agree / doubt--> closing --win--> WON
   |                          |
   +---------- lose ----------+--> LOST --win_back (after 7 minutes)--> care --requalify--> talking
                                   WON  --(to_care)--> care, of another opportunity
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

import salesfsm as sf
from salesfsm.pipeline.pipeline import Pipeline

TEXT = """\
salesfsm: 1
process: hurried
version: "1"
currency: EUR
facts:
  budget: money
  need: text
buyer:
  milestones:
    - {name: plan_agreed, accepts: [email], valid_for: 20m}
stages:
  - name: talking
    expected: 10m
    tasks: [{name: visit, optional: true}]
    exit: budget >= 1000
  - {name: closing, expected: 5m}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, silent]}
  - {name: care, path: care}
transitions:
  - {trigger: agree, source: talking, target: closing}
  - {trigger: doubt, source: closing, target: talking}
  - {trigger: win, source: closing, target: won, when: proven(plan_agreed)}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win_back, source: lost, target: care, after: 7m}
  - {trigger: requalify, source: care, target: talking}
handovers:
  - {name: to_care, source: won, target: care}
"""

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class HurriedClock:
    """A minute a second since ``begun``, which is a time of ``time.time()``."""

    def __init__(self, begun: float) -> None:
        self._begun = begun

    def __call__(self) -> datetime:
        return START + (time.time() - self._begun) * MINUTE


class Command(msgspec.Struct):
    """A command of the pipeline; ``by`` tells it from all others, and is its key as well."""

    by: str
    id: str
    method: str
    args: tuple[object, ...] = ()
    given: Mapping[str, object] = {}

    def do(self, pipeline: Pipeline, *, key: str | None) -> list[sf.Step]:
        """The answer, or both where it is handed over: to an opportunity that it begins."""
        ask = getattr(pipeline, self.method)
        answer = ask(self.id, *self.args, **self.given, by=self.by, key=key)
        if isinstance(answer, sf.Step):
            return [answer]
        return [answer.giving, answer.receiving] if answer.accepted else [answer.giving]


def sale() -> sf.Process:
    return sf.loads(TEXT)


def deal_ids(count: int = 50) -> list[str]:
    return [f"D-{number:02}" for number in range(count)]


def command(writer: str, number: int, seed: int, deals: int = 50) -> Command:
    """What a writer does as its n-th: the same whenever it is asked."""
    chance = random.Random(f"{seed} {writer} {number}")
    by, name = f"{writer}-{number}", chance.choice(deal_ids(deals))

    def does(method: str, *args: object, **given: object) -> Command:
        return Command(by, name, method, args, given)

    due = START + chance.uniform(200, 300) * MINUTE
    return chance.choice(
        [
            does("update", {"budget": chance.randint(500, 9000)}),
            does("update", {"need": by, "budget": None}),
            does("update", {"need": by}),
            does("record", sf.Evidence("plan_agreed", kind="email", ref=by)),
            does("log", "call"),
            does("log", sf.Activity("meeting", due=due, ref=by)),
            does("complete", "visit"),
            does("assign", owner=chance.choice(["anna", "ewa", "ivan"])),
            does("fire", "agree"),
            does("fire", "doubt"),
            does("fire", "win"),
            does("fire", "lose", reason="silent"),
            does("fire", "requalify"),
            does("place", "talking", note=by),
            does("place", "won", note=by),
            does("hand_over", "to_care", receiver=f"H-{by}"),
            does("hand_over", "to_care", receiver=f"H-{by}"),
        ]
    )


def begin_deals(pipeline: Pipeline, deals: int = 50) -> None:
    pipeline.open_many(deal_ids(deals), lambda engine, name: engine.open(name, at=START))


def begin_timed(pipeline: Pipeline, count: int) -> dict[str, set[tuple[str, str, datetime]]]:
    """Begin opportunities that only timers touch; by id, all that has to ring: kind, name, time."""
    names = [f"T-{number:03}" for number in range(count)]
    for number, name in enumerate(names):
        at = START + number * MINUTE / 10
        if number % 2:
            pipeline.adopt(name, "lost", reason="silent", at=at)
            continue
        pipeline.open(name, at=at)
        pipeline.record(name, sf.Evidence("plan_agreed", kind="email"), at=at)
        pipeline.log(name, sf.Activity("call", due=at + number * MINUTE / 7), at=at)
    return {
        name: {(str(due.kind), due.name, due.at) for due in pipeline.due(name)} for name in names
    }

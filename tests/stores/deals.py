"""What the tests of stores keep: deals of one process, as a pipeline would append them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

import salesfsm as sf
from salesfsm.process.kinds import Outcome
from salesfsm.stores.port import Append, Corrupted, Current, Key, Query, Store

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

ENGINE = sf.Engine(
    sf.loads(
        """
salesfsm: 1
process: desk
version: "1"
currency: EUR
facts: {budget: money, need: text}
buyer:
  phases: [looking, deciding]
  milestones: [{name: plan_agreed, moves: looking -> deciding, accepts: [email]}]
stages:
  - {name: talking}
  - {name: closing}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, silent]}
transitions:
  - {trigger: agree, source: talking, target: closing}
  - {trigger: win, source: closing, target: won}
  - {trigger: lose, source: open, target: lost}
"""
    )
)


def begun(
    name: str,
    *,
    owner: str | None = None,
    need: str = "",
    key: str | None = None,
    stalled_at: datetime | None = None,
    due_at: datetime | None = None,
) -> Append:
    """The append of a deal that begins."""
    step = ENGINE.open(name, at=NOW, by="anna", owner=owner, facts={"need": need} if need else {})
    return _append(step, None, key, stalled_at=stalled_at, due_at=due_at)


def updated(current: Current, need: str, *, key: str | None = None) -> Append:
    """The append of a fact that became known an hour later."""
    deal = current.opportunity
    step = ENGINE.update(deal, {"need": need}, at=deal.at + timedelta(hours=1), by="anna")
    return _append(step, current, key)


def fired(current: Current, trigger: str, **arguments: str) -> Append:
    """The append of a move an hour later."""
    deal = current.opportunity
    step = ENGINE.fire(deal, trigger, at=deal.at + timedelta(hours=1), by="anna", **arguments)
    return _append(step, current, None)


def nothing(current: Current, key: str) -> Append:
    """The append of a command that was accepted and changed nothing."""
    return Append(current, (), current.opportunity.sequence, Key(key, "digest"))


def erased(current: Current) -> Append:
    """The append of an erasure."""
    deal = current.opportunity
    event = sf.Erased(deal.id, deal.sequence + 1, deal.at, "anna")
    return Append(replace(current, opportunity=sf.evolve(deal, event)), (event,), deal.sequence)


def long_history(store: Store, name: str, events: int) -> Current:
    """A deal with so many events, appended in one batch."""
    append = begun(name)
    appends = [append]
    for number in range(events - 1):
        appends.append(updated(appends[-1].current, f"need {number}"))
    store.append(appends)
    return appends[-1].current


def found(store: Store, **asked: object) -> list[str]:
    """The ids that a query finds, in their order; those that cannot be read have a ``!``."""
    query = replace(Query(), **asked)
    return [
        f"!{each.opportunity_id}" if isinstance(each, Corrupted) else each.opportunity.id
        for each in store.find(query)
    ]


def heard(store: Store, cursor: str = "", limit: int = 1000) -> list[tuple[str, int]]:
    """The events that the outbox gives, by id and number."""
    given = [each.event for each in store.outbox(cursor, limit=limit)]
    return [
        (each.opportunity_id, 0 if isinstance(each, Corrupted) else each.sequence) for each in given
    ]


def _append(
    step: sf.Step, current: Current | None, key: str | None, **times: datetime | None
) -> Append:
    deal = step.unwrap()
    outcome = ENGINE.process.stage_by_name[deal.stage].outcome
    standing = Current(deal, outcome, **times) if current is None else current
    return Append(
        replace(standing, opportunity=deal, outcome=Outcome(outcome)),
        step.events,
        deal.sequence - len(step.events),
        None if key is None else Key(key, "digest"),
    )

"""What of a condition is settled beforehand: by constants, by the stage, or by beginning anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from salesfsm.frozen import FrozenDict
from salesfsm.rules import core
from salesfsm.rules.explanation import asked, explain
from salesfsm.rules.subject import Proof
from salesfsm.rules.values import FactValue
from salesfsm.rules.verdict import MET, UNMET
from salesfsm.rules.vocabulary import BUYER_ACTIVE

_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_OF_A_STAGE = frozenset({("reserved", "stage")})
_OF_A_BEGINNING = _OF_A_STAGE | {
    ("reserved", name)
    for name in ("days_in_stage", "days_since_activity", "buyer", "lost_reason", "stopped_in")
}
_NEVER_AT_FIRST = ("milestone", "task", "activity")
"""The kinds of things of which nothing has happened yet when an opportunity begins."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """An opportunity at the moment at which it begins in ``stage``, as far as rules see it."""

    stage: str
    entered_at: datetime = _THEN
    active_at: datetime = _THEN
    facts: Mapping[str, FactValue] = FrozenDict()
    evidence: Mapping[str, Sequence[Proof]] = FrozenDict()
    tasks: tuple[str, ...] = ()
    attempts: Mapping[str, int] = FrozenDict()
    lost_reason: str | None = None
    stopped_in: str | None = None
    buyer: str = BUYER_ACTIVE
    owner: str | None = None
    team: str | None = None


def is_settled(condition: core.Condition, *, new: bool = False) -> bool:
    """Whether all that the condition asks is settled by the stage; with ``new``, by beginning."""
    if new:
        things = asked(condition)
        return all(
            kind in _NEVER_AT_FIRST or (kind, name) in _OF_A_BEGINNING for kind, name in things
        )
    return _OF_A_STAGE.issuperset(asked(condition))


@lru_cache(maxsize=4_096)
def settled(condition: core.Condition, stage: str, *, new: bool = False) -> core.Condition:
    """The condition for opportunities in ``stage``: true and false where that settles its parts.

    With ``new`` for those that begin there: nothing is proven, done or attempted yet.
    """
    match condition:
        case core.Named(code, item):
            inner = settled(item, stage, new=new)
            return inner if isinstance(inner, core.Always) else core.Named(code, inner)
        case core.Not(item):
            inner = settled(item, stage, new=new)
            decided = isinstance(inner, core.Always)
            return core.Always(inner == core.Always(False)) if decided else core.Not(inner)
        case core.AtLeast(needed, items):
            return _at_least(needed, [settled(each, stage, new=new) for each in items])
    if is_settled(condition, new=new):
        verdict = explain(condition, Beginning(stage), _THEN).verdict
        if verdict in (MET, UNMET):
            return core.Always(verdict is MET)
    return condition


def _at_least(needed: int, items: list[core.Condition]) -> core.Condition:
    left = tuple(each for each in items if not isinstance(each, core.Always))
    wanting = needed - sum(each == core.Always(True) for each in items)
    if wanting <= 0 or wanting > len(left):
        return core.Always(wanting <= 0)
    return left[0] if len(left) == 1 else core.AtLeast(wanting, left)

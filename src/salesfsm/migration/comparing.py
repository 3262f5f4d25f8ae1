"""What is different about an opportunity, as the event that tells it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from salesfsm.engine.events import Migrated
from salesfsm.engine.opportunity import Evidence, Opportunity
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.process import Process
from salesfsm.rules.values import FactValue


def between(
    was: Opportunity,
    will: Opportunity,
    process: Process,
    at: datetime,
    by: str | None,
    *,
    note: str,
    reverts: int | None = None,
) -> Migrated:
    """The event that makes of ``was`` what ``will`` is, in ``process``."""
    return Migrated(
        was.id,
        was.sequence + 1,
        at,
        by,
        process.name,
        process.version,
        was.process,
        was.version,
        was.stage,
        will.stage,
        facts=changed_facts(was.facts, will.facts),
        evidence=_changed_evidence(was.evidence, will.evidence),
        tasks=frozen({task: task in will.tasks for task in sorted(was.tasks ^ will.tasks)}),
        attempts=will.attempts,
        planned=will.planned,
        stopped=will.stopped,
        team=will.team,
        reverts=reverts,
        note=note,
    )


def changed_facts(
    was: Mapping[str, FactValue], will: Mapping[str, FactValue]
) -> FrozenDict[str, FactValue | None]:
    """Facts that are known, changed, or (None) known no more."""
    gone: dict[str, FactValue | None] = {name: None for name in was if name not in will}
    # A value may be equal to what it was and of another type: 3 and Decimal(3).
    new = {
        name: value
        for name, value in will.items()
        if was.get(name) != value or type(was[name]) is not type(value)
    }
    return frozen(gone | new)


def _changed_evidence(
    was: Mapping[str, tuple[Evidence, ...]], will: Mapping[str, tuple[Evidence, ...]]
) -> FrozenDict[str, tuple[Evidence, ...]]:
    gone: dict[str, tuple[Evidence, ...]] = {name: () for name in was if name not in will}
    return frozen(gone | {name: held for name, held in will.items() if was.get(name) != held})

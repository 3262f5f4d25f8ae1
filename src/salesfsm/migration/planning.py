"""The dry run of a migration: where every opportunity would go, and what it would miss there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Blocker
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.migration.migrating import Migration
from salesfsm.process.kinds import Level
from salesfsm.process.migration import MigrationRules
from salesfsm.process.migration_names import NameKind, Names

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stranded:
    """An opportunity that would stay in the old version, where it stands, and why."""

    id: str
    stage: str
    reasons: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class MigrationPlan:
    """What a migration would do, counted over all opportunities that were asked.

    ``moves`` counts by source and target stage. ``missed`` holds, by the code of the criterion,
    the ids of those that would be blocked by it and were not before; ``dropped``, by what is
    dropped (``facts.fax``), the ids of those that hold it, and ``due_at_once``, by the timer
    (``transition.give_up``), the ids of those for which it would ring at once and did not before.
    ``unreadable`` are the ids of rows of a store that could not be asked, beside the ``total``.
    """

    rules: MigrationRules
    total: int
    moves: FrozenDict[tuple[str, str], int]
    stranded: tuple[Stranded, ...]
    missed: FrozenDict[str, Ids]
    dropped: FrozenDict[str, Ids]
    due_at_once: FrozenDict[str, Ids]
    unreadable: Ids = ()

    @property
    def migrated(self) -> int:
        """How many would go on in the new version."""
        return self.total - len(self.stranded)


def plan_of(
    old: Engine,
    new: Engine,
    rules: MigrationRules,
    opportunities: Iterable[Opportunity],
    *,
    at: datetime,
) -> MigrationPlan:
    """What would happen to the ``opportunities``, of which it holds one at a time.

    Nothing is changed. Raises as :class:`~salesfsm.migration.migrating.Migration` does.
    """
    migration = Migration(rules, old.process, new.process)
    criteria = _Criteria(old, new, migration.names)
    total = 0
    moves: Counter[tuple[str, str]] = Counter()
    stranded: list[Stranded] = []
    missed: dict[str, list[str]] = {}
    dropped: dict[str, list[str]] = {}
    due: dict[str, list[str]] = {}
    for opportunity in opportunities:
        total += 1
        step = migration.migrated(opportunity, at=max(at, opportunity.at))
        if not step.accepted or step.opportunity is None:
            stranded.append(Stranded(opportunity.id, opportunity.stage, step.blockers))
            continue
        moves[opportunity.stage, step.opportunity.stage] += 1
        for each in step.warnings:
            dropped.setdefault(each.details["name"], []).append(opportunity.id)
        for code in criteria.missed(opportunity, step.opportunity):
            missed.setdefault(code, []).append(opportunity.id)
        for name in _due_at_once(old, opportunity, new, step.opportunity):
            due.setdefault(name, []).append(opportunity.id)
    return MigrationPlan(
        rules,
        total,
        frozen(moves),
        tuple(stranded),
        _counted(missed),
        _counted(dropped),
        _counted(due),
    )


def _counted(found: Mapping[str, list[str]]) -> FrozenDict[str, Ids]:
    return frozen({name: tuple(ids) for name, ids in sorted(found.items())})


def _due_at_once(old: Engine, was: Opportunity, new: Engine, will: Opportunity) -> Iterator[str]:
    """The timers that are due when it has gone over, and were not in the old version.

    The same timer may have another name there, such as that of a renamed stage.
    """
    before = {(each.kind, each.at) for each in old.due(was)}
    for each in new.due(will):
        if each.at <= will.at and (each.kind, each.at) not in before:
            yield f"{each.kind}.{each.name}"


class _Criteria:
    """Compares what blocks an opportunity in two versions, by the codes of the new one."""

    def __init__(self, old: Engine, new: Engine, names: Names) -> None:
        self._old, self._new, self._names = old, new, names

    def missed(self, was: Opportunity, will: Opportunity) -> list[str]:
        """The criteria that block a way on now, and blocked none before, each once."""
        before = {self._new_code(code) for code in _blocking(self._old, was, will.at)}
        now = dict.fromkeys(_blocking(self._new, will, will.at))
        return [code for code in now if code not in before]

    def _new_code(self, code: str) -> str:
        """A code of the old version as the new one has it: the names in it are carried over."""
        whole, number = _NUMBER.fullmatch(code).groups()  # type: ignore[union-attr]  # fits any
        return "+".join(map(self._new_part, whole.split("+"))) + (number or "")

    def _new_part(self, part: str) -> str:
        prefix, dot, name = part.partition(".")
        kind = _KINDS.get(prefix) if dot else None
        if kind is not None:
            return f"{prefix}.{self._called(kind, name)}"
        return self._called("facts", part)

    def _called(self, kind: NameKind, name: str) -> str:
        return next(iter(self._names[kind].get(name, ())), name)


_KINDS: Mapping[str, NameKind] = {
    "task": "tasks",
    "proven": "milestones",
    "attempts": "activities",
}
"""The kind of names that follow the first part of a code."""

_NUMBER = re.compile(r"(.*?)(\.#\d+)?", re.DOTALL)


def _blocking(engine: Engine, opportunity: Opportunity, at: datetime) -> Iterator[str]:
    """The codes of the criteria that block a way on; not what blocks it besides, such as a hold."""
    for move in engine.moves(opportunity, at=at):
        for each in move.blockers:
            if each.explanation is not None and each.level is Level.BLOCK:
                yield each.code

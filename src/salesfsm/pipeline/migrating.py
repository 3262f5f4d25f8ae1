"""Opportunities that go to another version: planned, migrated in batches, and taken back.

What becomes of one of them is decided by ``salesfsm.migration``; here they are found and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from msgspec.structs import replace as with_changes

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import CameDue, Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Blocker
from salesfsm.engine.step import Step
from salesfsm.engine.timing import Due
from salesfsm.errors import ValueTypeError, shorten
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.migration.migrating import Migration
from salesfsm.migration.planning import MigrationPlan, plan_of
from salesfsm.pipeline.batches import Answer, Batcher, Bulk, Progress, readable
from salesfsm.process.migration import MigrationRules
from salesfsm.rules.values import aware
from salesfsm.stores.port import Corrupted, Current, Query, Store

PAGE = 500
"""How many opportunities are read and kept at a time."""

Answerer = Callable[[str, Current | Corrupted | None], Answer]


class Carried(Bulk, frozen=True):
    """What became of each id; ``dropped`` holds, by what was dropped, the ids that held it."""

    dropped: FrozenDict[str, tuple[str, ...]] = frozen({})


class Migrator(Batcher):
    """Migrations of all opportunities of a version: open, resting and closed ones alike.

    Both versions are found by the names in the rules, among the processes of the pipeline and of
    its store. Raises :class:`~salesfsm.errors.UnknownNameError` for a version that is not there,
    :class:`~salesfsm.errors.MigrationError` for rules that do not fit, and
    :class:`~salesfsm.errors.RetiredVersionError` where they lead to a retired version.
    """

    def plan(self, rules: MigrationRules, *, at: datetime | None = None) -> MigrationPlan:
        """What :meth:`migrate` would do now, or at ``at``. Nothing is changed."""
        moment = self._present() if at is None else aware(at)
        return plan_in(self._store, *self._both(rules), rules, at=moment)

    def migrate(
        self,
        rules: MigrationRules,
        *,
        at: datetime | None = None,
        by: str | None = None,
        note: str = "",
        progress: Progress | None = None,
        batch: int = PAGE,
    ) -> Carried:
        """Take all opportunities of the old version to the new one, as far as the rules lead.

        Those that are stranded are ``refused``, with the step that says why, and stay. Each batch
        is kept whole: whatever ends it half-way, called again it goes on with those that are left.
        """
        old, new = self._both(rules)
        self._versions.commanding(*rules.target)
        migration = Migration(rules, old.process, new.process)

        def answer(id: str, found: Current | Corrupted | None) -> Answer:  # noqa: A002
            current = readable(id, found)
            deal = current.opportunity
            if _pinned(deal) == rules.target:  # somebody else was faster
                return current, _as_it_is(deal, new)
            step = migration.migrated(deal, at=self._after(deal, at), by=by, note=note)
            return _with_timers(current, step, old, new), step

        return self._each_of(rules.source, answer, progress, batch)

    def revert(
        self,
        rules: MigrationRules,
        *,
        at: datetime | None = None,
        by: str | None = None,
        note: str = "",
        progress: Progress | None = None,
        batch: int = PAGE,
    ) -> Carried:
        """Take back the migration by ``rules``, of every opportunity of the new version.

        What was dropped comes back, and what was recorded since stays. Those that have moved since,
        or were opened in the new version, are ``refused`` and stay there.
        """
        old, new = self._both(rules)
        self._versions.commanding(*rules.source)
        migration = Migration(rules, old.process, new.process)

        def answer(id: str, found: Current | Corrupted | None) -> Answer:  # noqa: A002
            current = readable(id, found)
            deal = current.opportunity
            if _pinned(deal) == rules.source:
                return current, _as_it_is(deal, old)
            # What came after it was loaded is for the next attempt: the append will refuse this.
            history = tuple(islice(self._store.events(id), deal.sequence))
            step = migration.reverted(history, at=self._after(deal, at), by=by, note=note)
            return _with_timers(current, step, new, old, rung=_rung_in(history)), step

        return self._each_of(rules.target, answer, progress, batch)

    def _both(self, rules: MigrationRules) -> tuple[Engine, Engine]:
        if not isinstance(rules, MigrationRules):
            given = shorten(repr(rules))
            raise ValueTypeError(
                f"a migration takes MigrationRules, not {given}: load_migration(file) gives them"
            )
        return self._versions.engine(*rules.source), self._versions.engine(*rules.target)

    def _after(self, deal: Opportunity, at: datetime | None) -> datetime:
        """The time of the event: never before the last one of ``deal``."""
        return max(self._present() if at is None else aware(at), deal.at)

    def _each_of(
        self, version: tuple[str, str], answer: Answerer, progress: Progress | None, batch: int
    ) -> Carried:
        """Answer for every opportunity of a version, batch by batch."""
        warned: dict[str, tuple[Blocker, ...]] = {}
        total = None if progress is None else self._store.count(_query(version))

        def told(done: int, _: int | None) -> None:
            if progress is not None:
                progress(done, total)

        def noted(id: str, found: Current | Corrupted | None) -> Answer:  # noqa: A002
            current, step = answer(id, found)
            if step.warnings or id in warned:  # it may be decided anew
                warned[id] = step.warnings
            return current, step

        pages = _Pages(self._store, version, batch)
        done = self._all(pages.ids(), pages.load, noted, told, batch)
        dropped: dict[str, list[str]] = {}
        for id in done.accepted:  # noqa: A001
            for each in warned.get(id, ()):
                dropped.setdefault(each.details["name"], []).append(id)
        return Carried(
            done.accepted,
            done.refused,
            done.failed,
            frozen({name: tuple(ids) for name, ids in sorted(dropped.items())}),
        )


class _Pages:
    """The opportunities of a version, each read once, unless somebody else changes it meanwhile."""

    def __init__(self, store: Store, version: tuple[str, str], size: int) -> None:
        self._store, self._query, self._size = store, _query(version), size
        self._read: dict[str, Current | Corrupted] = {}

    def ids(self) -> Iterator[str]:
        """Their ids, page by page, for those that were done are of the version no more."""
        last: str | None = None
        while True:
            rows = list(self._store.find(with_changes(self._query, after=last, limit=self._size)))
            for row in rows:
                last = row.opportunity_id if isinstance(row, Corrupted) else row.opportunity.id
                self._read[last] = row
                yield last
            if len(rows) < self._size:
                return

    def load(self, ids: Sequence[str]) -> Mapping[str, Current | Corrupted]:
        """How these stand: as they were read, the first time, and as they are by now after that."""
        read = {id: self._read.pop(id) for id in ids if id in self._read}  # noqa: A001
        again = [id for id in ids if id not in read]  # noqa: A001
        return {**read, **self._store.load_many(again)} if again else read


def plan_in(
    store: Store, old: Engine, new: Engine, rules: MigrationRules, *, at: datetime
) -> MigrationPlan:
    """What the rules would do to the opportunities of a store, in which nothing is changed."""
    unreadable: list[str] = []

    def read() -> Iterator[Opportunity]:
        for each in store.find(_query(rules.source)):
            if isinstance(each, Corrupted):
                unreadable.append(each.opportunity_id)
            else:
                yield each.opportunity

    found = plan_of(old, new, rules, read(), at=at)
    return replace(found, unreadable=tuple(unreadable))


def _query(version: tuple[str, str]) -> Query:
    return Query(process=version[0], version=version[1])


def _pinned(deal: Opportunity) -> tuple[str, str]:
    return deal.process, deal.version


def _as_it_is(deal: Opportunity, engine: Engine) -> Step:
    return Step(True, deal, (), (), (), "migrate", engine.process)


def _with_timers(
    current: Current, step: Step, old: Engine, new: Engine, *, rung: Collection[str] = ()
) -> Current:
    """The row as it was, whose timers that have rung are called as in the other version.

    The same timer may have another name there, such as that of a renamed stage. Those with the keys
    ``rung`` are known to have rung by these names.
    """
    if not step.accepted or not (current.rung or rung):
        return current
    past = {(d.kind, d.at) for d in old.due(current.opportunity) if d.key in current.rung}
    every = new.due(step.unwrap())
    still = tuple(d.key for d in every if d.key in rung or (d.kind, d.at) in past)
    return with_changes(current, rung=still)


def _rung_in(history: Iterable[Event]) -> frozenset[str]:
    """The keys of all timers that ever rang."""
    return frozenset(
        Due(event.kind, event.name, event.due).key
        for event in history
        if isinstance(event, CameDue)
    )

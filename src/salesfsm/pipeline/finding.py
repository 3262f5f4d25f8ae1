"""Finding opportunities: what SQL can tell by the store, the rest exactly by the engine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Unpack

from msgspec.structs import replace

from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import CorruptedError
from salesfsm.pipeline.deciding import Decider
from salesfsm.pipeline.delivering import OnCorrupted
from salesfsm.pipeline.filters import Filters, Wanted, check_filters, wanted
from salesfsm.rules.values import aware
from salesfsm.stores.port import Corrupted


class Finder(Decider):
    """Lists and counts of opportunities."""

    def find(
        self,
        *,
        limit: int | None = None,
        on_corrupted: OnCorrupted | None = None,
        **filters: Unpack[Filters],
    ) -> Iterator[Opportunity]:
        """The opportunities that fit all the filters, by their ids in order, read as they are used.

        The filters are those of :class:`~salesfsm.pipeline.filters.Filters`: ``process``,
        ``version``, ``stage``, ``outcome``, ``owner``, ``team``, ``stalled``, ``due``,
        ``blocked_by``, ``aligned`` and ``at``. Raises
        :class:`~salesfsm.errors.UnknownNameError` for names that no process has. Rows that cannot
        be read go to ``on_corrupted``; without it, :class:`~salesfsm.errors.CorruptedError` tells
        of them after all the others have been given.
        """
        asked = self._wanted(filters)
        if asked is None:
            return iter(())
        if not asked.tests:
            asked = replace(asked, query=replace(asked.query, limit=limit))
        return islice(self._found(asked, on_corrupted), limit)

    def count(self, *, on_corrupted: OnCorrupted | None = None, **filters: Unpack[Filters]) -> int:
        """How many opportunities :meth:`find` would give with these filters.

        Rows that cannot be read count where the store alone can answer.
        """
        asked = self._wanted(filters)
        if asked is None:
            return 0
        if not asked.tests:
            return self._store.count(asked.query)
        return sum(1 for _ in self._found(asked, on_corrupted))

    def _wanted(self, filters: Filters) -> Wanted | None:
        check_filters(filters)
        engines = self._versions.matching(filters.get("process"), filters.get("version"))
        at = filters.get("at")
        return wanted(filters, engines, self._present() if at is None else aware(at))

    def _found(self, asked: Wanted, on_corrupted: OnCorrupted | None) -> Iterator[Opportunity]:
        unreadable: dict[str, str] = {}
        for each in self._store.find(asked.query):
            if isinstance(each, Corrupted):
                if on_corrupted is None:
                    unreadable[each.opportunity_id] = each.reason
                else:
                    on_corrupted(each)
                continue
            deal = each.opportunity
            engine = self._versions.engine(deal.process, deal.version)
            if all(test(engine, each) for test in asked.tests):
                yield deal
        if unreadable:
            raise CorruptedError(unreadable)

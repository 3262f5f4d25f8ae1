"""Finding opportunities: what SQL can tell by the store, the rest exactly by the engine."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Unpack

from msgspec.structs import replace

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import CorruptedError, SalesFsmError
from salesfsm.pipeline.deciding import Decider
from salesfsm.pipeline.delivering import OnCorrupted
from salesfsm.pipeline.failing import failing
from salesfsm.pipeline.filters import Filters, Wanted, check_filters, names_parts, wanted
from salesfsm.rules.values import aware
from salesfsm.stores.accepting import check_number
from salesfsm.stores.port import Corrupted, Current


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
        be read, and those of versions that cannot answer a filter, go to ``on_corrupted``; without
        it, :class:`~salesfsm.errors.CorruptedError` tells of them after all the others.
        """
        check_number(limit=limit)
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
        matching = self._versions.matching(filters.get("process"), filters.get("version"))
        processes = self._versions.readable(matching) if names_parts(filters) else []
        at = filters.get("at")
        return wanted(filters, processes, self._present() if at is None else aware(at))

    def _found(self, asked: Wanted, on_corrupted: OnCorrupted | None) -> Iterator[Opportunity]:
        unreadable: dict[str, str] = {}
        for row in self._store.find(asked.query):
            each = self._tested(row, asked)
            if isinstance(each, Opportunity):
                yield each
            elif each is not None and on_corrupted is not None:
                on_corrupted(each)
            elif each is not None:
                unreadable[each.opportunity_id] = each.reason
        if unreadable:
            raise CorruptedError(unreadable)

    def _tested(self, row: Current | Corrupted, asked: Wanted) -> Opportunity | Corrupted | None:
        """The opportunity of a row if it passes all tests, or why that cannot be told."""
        if isinstance(row, Corrupted):
            return row
        deal = row.opportunity
        failed: dict[str, SalesFsmError] = {}
        with failing(failed, deal.id):
            return deal if all(test(self._engine_of, row) for test in asked.tests) else None
        return Corrupted(deal.id, str(failed[deal.id]))

    def _engine_of(self, deal: Opportunity) -> Engine:
        return self._versions.engine(deal.process, deal.version)

"""Finding opportunities in the database by where they stand, whose they are, and what comes due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from salesfsm.stores.accepting import check_query
from salesfsm.stores.port import Corrupted, Current, Query
from salesfsm.stores.sql.histories import AT_EVENT, PAGE, STANDING, Histories
from salesfsm.stores.sql.rows import Row, reckoning
from salesfsm.stores.sql.tables import opportunities

LONG_PAGE = 5 * PAGE
"""How many rows the first page holds that is read by an index of times."""


class Listing(Histories):
    """The part of the store that finds opportunities."""

    def find(self, query: Query) -> Iterator[Current | Corrupted]:
        """The opportunities that ``query`` asks for, in pages that are read as they are used."""
        check_query(query)
        return self._find(query)

    def _find(self, query: Query) -> Iterator[Current | Corrupted]:
        left = query.limit
        for pages in _scans(query):
            last: Row | None = None
            while left != 0:
                whole = pages.size(last)
                size = whole if left is None else min(whole, left)
                with self._reading() as connection:
                    rows = connection.execute(pages.page(last, size)).mappings().all()
                for row in rows:
                    standing = self._standing(row)
                    yield standing
                    if left is not None and isinstance(standing, Current):
                        left -= 1
                if len(rows) < size:
                    break
                last = rows[-1]

    def count(self, query: Query) -> int:
        """How many opportunities ``query`` finds, whatever its limit."""
        check_query(query)
        counted = sa.select(sa.func.count()).select_from(opportunities).where(*_conditions(query))
        with self._reading() as connection:
            return connection.execute(counted).scalar_one()

    def reckon(self, currents: Sequence[Current]) -> int:
        """Set when these stall and come due anew, where they are still at the same event."""
        rows = [
            {
                "of": current.opportunity.id,
                "expected": current.opportunity.sequence,
                **reckoning(current, self._dialect.moment),
            }
            for current in sorted(currents, key=lambda current: current.opportunity.id)
        ]
        if not rows:
            return 0
        reckoned = self._prepared(AT_EVENT, "stalled_at", "due_at", "rung")

        def keep(connection: sa.Connection) -> int:
            done = connection.exec_driver_sql(reckoned, rows).rowcount
            self._alongside(connection, currents)
            return done

        return self._write(keep)


class _Scan:
    """Pages of opportunities that meet ``conditions``, in an order in which none is passed over."""

    def __init__(self, conditions: Sequence[sa.ColumnElement[bool]], *order: str) -> None:
        self._conditions = conditions
        self._order = [opportunities.c[name] for name in order]

    def size(self, last: Row | None) -> int:
        """How many opportunities the page after the row ``last`` holds."""
        return PAGE

    def page(self, last: Row | None, size: int) -> sa.Select[tuple[object, ...]]:
        """The next ``size`` after the row ``last``."""
        found = STANDING.where(*self._conditions).order_by(*self._order).limit(size)
        if last is None:
            return found
        after = [sa.literal(last[column.name], column.type) for column in self._order]
        return found.where(sa.tuple_(*self._order) > sa.tuple_(*after))


class _ScanOfFew(_Scan):
    """Pages by id of what a time bounds, which is little as a rule: the first page is a long one.

    It is found by the index of that time. SQLite keeps no statistics, and would rather read all
    opportunities in their order. Where a long page does not hold all, that is right.
    """

    def __init__(self, query: Query) -> None:
        super().__init__(_conditions(query, by_stage=False), "id")

    def size(self, last: Row | None) -> int:
        """Many for the first page."""
        return LONG_PAGE if last is None else PAGE

    def page(self, last: Row | None, size: int) -> sa.Select[tuple[object, ...]]:
        """The first ``size``, or the next after the row ``last``."""
        if last is not None:
            return super().page(last, size)
        return (
            STANDING.where(*self._conditions).order_by(_unindexed(opportunities.c.id)).limit(size)
        )


def _unindexed(column: sa.Column[str]) -> sa.ColumnElement[str]:
    """The column as an expression that no index is of."""
    return column.concat("")


def _scans(query: Query) -> list[_Scan]:
    """One scan for each index that the order needs: those without a time come after the others."""
    # The index of stages has the ids of one stage in order; those of several would be sorted anew
    # for every page.
    conditions = _conditions(query, by_stage=len(query.stages) == 1)
    bounds = {"stalled_at": query.stalled_by, "due_at": query.due_by}
    if query.order == "id":
        # What one person owns is less still, and what follows an id is read in their order.
        others = query.owner is not None or query.after is not None
        few = any(bounds.values()) and not others
        return [_ScanOfFew(query) if few else _Scan(conditions, "id")]
    at = opportunities.c[query.order]
    timed = _Scan([*conditions, at.is_not(None)], query.order, "id")
    if bounds[query.order] is not None:
        return [timed]
    return [timed, _Scan([*conditions, at.is_(None)], "id")]


def _conditions(query: Query, *, by_stage: bool = True) -> list[sa.ColumnElement[bool]]:
    columns = opportunities.c
    conditions: list[sa.ColumnElement[bool]] = [
        columns[name] == wanted
        for name in ("process", "version", "owner", "team")
        if (wanted := getattr(query, name)) is not None
    ]
    if query.but:
        conditions.append(sa.tuple_(columns.process, columns.version).not_in(query.but))
    if query.stages:
        stage = columns.stage if by_stage else _unindexed(columns.stage)
        conditions.append(stage.in_(query.stages))
    if query.outcomes:
        conditions.append(columns.outcome.in_([outcome.value for outcome in query.outcomes]))
    if query.stalled_by is not None:
        conditions.append(columns.stalled_at <= query.stalled_by)
    if query.due_by is not None:
        conditions.append(columns.due_at <= query.due_by)
    if query.after is not None:
        conditions.append(columns.id > query.after)
    return conditions

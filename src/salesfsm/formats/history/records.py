"""What a reader delivers: normalised changes in order, and the rows that could not be used.

Nothing here knows the engine or the process: stages and reasons are names, facts are texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec


class Change(msgspec.Struct, frozen=True):
    """One thing that happened to one opportunity at one time; what is None did not change.

    ``opportunity`` names one *life*: where an export uses one id for two deals, the second is
    called ``850000#2``. ``at`` is aware, in UTC. ``row`` is the line of the file where the record
    begins (the header is line 1). ``stage`` and ``reason`` are names of the process, ``facts``
    texts in canonical form: ISO dates, a decimal point, None for an emptied fact.
    ``assumed`` says what the row did not say and the mapping filled in. ``joined`` are the changes
    of other rows that tell the same thing, such as the reason of a close: what they say stands in
    this change too.
    """

    opportunity: str
    at: datetime
    row: int
    by: str | None = None
    opened: bool = False
    stage: str | None = None
    reason: str | None = None
    owner: str | None = None
    facts: Mapping[str, str | None] = msgspec.field(default_factory=dict)
    assumed: str | None = None
    joined: tuple[Change, ...] = ()

    @property
    def rows(self) -> tuple[int, ...]:
        """The rows that tell this change, ``row`` first."""
        return (self.row, *(change.row for change in self.joined))

    def row_of(self, fact: str) -> int:
        """The row that says what became of a fact."""
        return next((change.row for change in self.joined if fact in change.facts), self.row)

    @property
    def empty(self) -> bool:
        """Whether nothing that the mapping names has changed."""
        return not (self.opened or self.stage or self.reason or self.owner or self.facts)


class UnusableRow(msgspec.Struct, frozen=True):
    """A row that could not be used, and why; ``opportunity`` is the id in the row, if it has one.

    ``row`` is the line of the file where the record begins.
    """

    row: int
    opportunity: str | None
    reason: str


class History(msgspec.Struct, frozen=True):
    """All that was read from one export; no row is missing from the account.

    ``changes`` stand in order of time; at the same time openings come first, then the order of
    the rows; the changes of one opportunity are in their true order. ``unusable`` is in order of
    rows. ``ignored`` counts the rows that were left out on purpose, by reason; ``notes`` counts
    what was handled on the way. ``rows_read == rows_used + sum(ignored.values()) +
    len(unusable)`` always holds.
    """

    file: str
    changes: tuple[Change, ...]
    unusable: tuple[UnusableRow, ...]
    rows_read: int
    ignored: Mapping[str, int]
    notes: Mapping[str, int]

    @property
    def rows_used(self) -> int:
        """How many rows became changes: one may become two, and several may become one."""
        return len({row for change in self.changes for row in change.rows})


def in_order(changes: list[Change]) -> tuple[Change, ...]:
    """Changes by time; at the same time openings first, then as the rows stand in the file."""
    return tuple(sorted(changes, key=order))


def order(change: Change) -> tuple[datetime, bool, int]:
    """The key of :func:`in_order`."""
    return change.at, not change.opened, change.row

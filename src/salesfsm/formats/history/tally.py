"""The account of a reading: every row is used, ignored on purpose, or unusable with a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from salesfsm.formats.history.records import Change, History, UnusableRow, in_order


@dataclass(slots=True)
class Tally:
    """What a reader writes down while it reads."""

    rows_read: int = 0
    unusable: list[UnusableRow] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)

    def reject(self, row: int, opportunity: str | None, reason: str) -> None:
        """Write down a row that cannot be used."""
        self.unusable.append(UnusableRow(row, opportunity, reason))

    def history(self, file: str, changes: list[Change]) -> History:
        """The finished account."""
        assumed = sum(change.assumed is not None for change in changes)
        if assumed:
            self.notes["changes of which something was assumed"] = assumed
        return History(
            file=file,
            changes=in_order(changes),
            unusable=tuple(sorted(self.unusable, key=lambda unusable: unusable.row)),
            rows_read=self.rows_read,
            ignored=dict(self.ignored),
            notes=dict(self.notes),
        )

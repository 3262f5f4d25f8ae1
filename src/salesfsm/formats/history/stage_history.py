"""The layout ``stage_history``: each row says how an opportunity stood at a time.

Salesforce's OpportunityHistory is of this kind. The rows may stand in any order; the first in
time opens the opportunity, and each later one is compared with the one before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from pydantic import Field

from salesfsm.formats.history.cells import CellError, label_reader, text_reader, time_reader
from salesfsm.formats.history.mapping import LAYOUT, HistoryMapping, Row, optional_cell
from salesfsm.formats.history.parts import ColumnReading, LabelColumn, Text, TimeColumn
from salesfsm.formats.history.records import Change, in_order
from salesfsm.formats.history.table import Table
from salesfsm.formats.history.tally import Tally


class StageHistory(HistoryMapping):
    """How an export is read whose rows say how an opportunity stood at a time."""

    layout: Literal["stage_history"] = Field(description=LAYOUT)
    at: TimeColumn = Field(description="When the row came to be.")
    stage: LabelColumn = Field(description="The stage in which the opportunity stood.")
    reason: LabelColumn | None = Field(
        default=None, description="Why it was closed; may be empty in the row."
    )
    owner: Text | None = Field(default=None, description="Column that holds the owner.")
    facts: Mapping[Text, ColumnReading] = Field(
        default_factory=dict, description="Facts of the process, each with its column."
    )

    def columns(self) -> Mapping[str, str]:
        """The columns that the export must have, by the key that names them."""
        columns = {"at.column": self.at.column, "stage.column": self.stage.column}
        if self.reason is not None:
            columns["reason.column"] = self.reason.column
        if self.owner is not None:
            columns["owner"] = self.owner
        return columns | {f"facts.{name}.column": fact.column for name, fact in self.facts.items()}

    def changes(self, table: Table, rows: Iterator[Row], tally: Tally) -> list[Change]:
        """What changed from row to row of each opportunity, in order of time."""
        standings: dict[str, list[Change]] = defaultdict(list)
        for standing in self._standings(table, rows, tally):
            standings[standing.opportunity].append(standing)
        changes: list[Change] = []
        for of_one in standings.values():
            changes += _differences(in_order(of_one), tally)
        return changes

    def _standings(self, table: Table, rows: Iterator[Row], tally: Tally) -> Iterator[Change]:
        """Each row as a change that names everything the row says."""
        at, stage_at = table.columns[self.at.column], table.columns[self.stage.column]
        time, stage = time_reader(self.at, self.zone), label_reader("stage", self.stage.values)
        by, owner = optional_cell(table, self.by), optional_cell(table, self.owner)
        why = optional_cell(table, self.reason.column if self.reason else None)
        reason = label_reader("reason", self.reason.values if self.reason else {})
        facts = {
            name: (table.columns[fact.column], text_reader(fact, f"column {fact.column!r}"))
            for name, fact in self.facts.items()
        }
        for line, opportunity, cells in rows:
            try:
                moment, label = time(cells[at]), why(cells)
                yield Change(
                    opportunity=opportunity,
                    at=moment.at,
                    row=line,
                    by=by(cells),
                    stage=stage(cells[stage_at]),
                    reason=reason(label) if label else None,
                    owner=owner(cells),
                    facts={name: read(cells[index]) for name, (index, read) in facts.items()},
                    assumed=moment.assumed,
                )
            except CellError as error:
                tally.reject(line, opportunity, str(error))


def _differences(standings: tuple[Change, ...], tally: Tally) -> Iterator[Change]:
    """What each standing of one opportunity changed; the first opens it."""
    before: Change | None = None
    for now in standings:
        if before is None:
            known = {name: text for name, text in now.facts.items() if text is not None}
            yield msgspec.structs.replace(now, opened=True, facts=known)
        else:
            moved = now.stage != before.stage
            change = msgspec.structs.replace(
                now,
                stage=now.stage if moved else None,
                reason=now.reason if moved or now.reason != before.reason else None,
                owner=now.owner if now.owner != before.owner else None,
                facts={n: text for n, text in now.facts.items() if text != before.facts[n]},
            )
            if change.empty:
                tally.ignored["changes nothing that is mapped"] += 1
            else:
                yield change
        before = now

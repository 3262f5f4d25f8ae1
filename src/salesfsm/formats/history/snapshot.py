"""The layout ``snapshot``: one row an opportunity, with its stage and its dates.

An open opportunity stands in its stage since it was opened. A closed one was opened in the stage
that ``opened_in`` declares, and moved to its last stage when it was closed: the stages between
are not in such an export, and none are invented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from pydantic import Field, model_validator

from salesfsm.errors import unknown_name
from salesfsm.formats.history.cells import CellError, label_reader, text_reader, time_reader
from salesfsm.formats.history.mapping import LAYOUT, HistoryMapping, Row, optional_cell
from salesfsm.formats.history.parts import ColumnReading, LabelColumn, Text, TimeColumn
from salesfsm.formats.history.records import Change
from salesfsm.formats.history.table import Table
from salesfsm.formats.history.tally import Tally

Facts = Callable[[list[str]], dict[str, str | None]]


class SnapshotStage(LabelColumn):
    """The column of the stage, and which of the stages are the end of an opportunity."""

    closed: tuple[Text, ...] = Field(
        default=(), description="Stages of the process in which an opportunity is closed."
    )

    @model_validator(mode="after")
    def _closed_stages_are_mapped(self) -> SnapshotStage:
        known = set(self.values.values())
        for name in self.closed:
            if name not in known:
                raise ValueError(unknown_name("stage", name, sorted(known), within="closed"))
        return self


class Snapshot(HistoryMapping):
    """How an export is read that has one row an opportunity."""

    layout: Literal["snapshot"] = Field(description=LAYOUT)
    stage: SnapshotStage = Field(description="The stage in which the opportunity stands.")
    opened: TimeColumn = Field(description="When the opportunity was opened.")
    closed: TimeColumn | None = Field(
        default=None,
        description="When it was closed; read only of opportunities in a closed stage.",
    )
    opened_in: Text | None = Field(
        default=None, description="Stage of the process in which closed opportunities were opened."
    )
    reason: LabelColumn | None = Field(
        default=None, description="Why it was closed; may be empty in the row."
    )
    owner: Text | None = Field(default=None, description="Column that holds the owner.")
    facts: Mapping[Text, ColumnReading] = Field(
        default_factory=dict, description="Facts that are known from the opening on."
    )
    facts_when_closed: Mapping[Text, ColumnReading] = Field(
        default_factory=dict,
        description="Facts that are known once it is closed; read only of closed opportunities.",
    )

    @model_validator(mode="after")
    def _closing_is_complete(self) -> Snapshot:
        if self.stage.closed and self.closed is None:
            raise ValueError("stage.closed names closed stages: `closed` must say since when")
        if self.stage.closed and self.opened_in is None:
            raise ValueError(
                "stage.closed names closed stages: `opened_in` must say in which stage "
                "opportunities were opened"
            )
        if self.opened_in in self.stage.closed:
            raise ValueError(f"opened_in must be an open stage, and {self.opened_in!r} is closed")
        return self

    def columns(self) -> Mapping[str, str]:
        """The columns that the export must have, by the key that names them."""
        columns = {"opened.column": self.opened.column, "stage.column": self.stage.column}
        if self.closed is not None:
            columns["closed.column"] = self.closed.column
        if self.reason is not None:
            columns["reason.column"] = self.reason.column
        if self.owner is not None:
            columns["owner"] = self.owner
        for key, facts in (("facts", self.facts), ("facts_when_closed", self.facts_when_closed)):
            columns |= {f"{key}.{name}.column": fact.column for name, fact in facts.items()}
        return columns

    def changes(self, table: Table, rows: Iterator[Row], tally: Tally) -> list[Change]:
        """The opening of each opportunity, and its closing where it has one."""
        stage_at = table.columns[self.stage.column]
        stage = label_reader("stage", self.stage.values)
        opening, closing = self._opening(table), self._closing(table)
        lines: dict[str, int] = {}
        changes: list[Change] = []
        for row in rows:
            try:
                first = lines.setdefault(row.opportunity, row.line)
                if first != row.line:
                    raise CellError(
                        f"the opportunity {row.opportunity!r} already stands on line {first}"
                    )
                name = stage(row.cells[stage_at])
                if name not in self.stage.closed:
                    changes.append(opening(row, name))
                else:
                    opened = opening(row, self.opened_in)
                    changes += (opened, closing(row, name, opened))
            except CellError as error:
                tally.reject(row.line, row.opportunity, str(error))
        return changes

    def _opening(self, table: Table) -> Callable[[Row, str | None], Change]:
        index, time = table.columns[self.opened.column], time_reader(self.opened, self.zone)
        by, owner = optional_cell(table, self.by), optional_cell(table, self.owner)
        facts = _facts_reader(table, self.facts)

        def read(row: Row, stage: str | None) -> Change:
            moment = time(row.cells[index])
            return Change(
                opportunity=row.opportunity,
                at=moment.at,
                row=row.line,
                by=by(row.cells),
                opened=True,
                stage=stage,
                owner=owner(row.cells),
                facts=facts(row.cells),
                assumed=moment.assumed,
            )

        return read

    def _closing(self, table: Table) -> Callable[[Row, str, Change], Change]:
        column = self.closed or self.opened
        index, time = table.columns[column.column], time_reader(column, self.zone)
        why = optional_cell(table, self.reason.column if self.reason else None)
        reason = label_reader("reason", self.reason.values if self.reason else {})
        facts = _facts_reader(table, self.facts_when_closed)

        def read(row: Row, stage: str, opened: Change) -> Change:
            moment, label = time(row.cells[index]), why(row.cells)
            if moment.at < opened.at:
                raise CellError(
                    f"closed on {moment.at:%Y-%m-%d %H:%M}, before it was opened on "
                    f"{opened.at:%Y-%m-%d %H:%M} (UTC)"
                )
            return Change(
                opportunity=row.opportunity,
                at=moment.at,
                row=row.line,
                by=opened.by,
                stage=stage,
                reason=reason(label) if label else None,
                facts=facts(row.cells),
                assumed=moment.assumed,
            )

        return read


def _facts_reader(table: Table, facts: Mapping[str, ColumnReading]) -> Facts:
    """The reader of the facts that a row knows: empty cells are left out."""
    readers = [
        (name, table.columns[fact.column], text_reader(fact, f"column {fact.column!r}"))
        for name, fact in facts.items()
    ]

    def read(cells: list[str]) -> dict[str, str | None]:
        texts = ((name, reader(cells[index])) for name, index, reader in readers)
        return {name: text for name, text in texts if text is not None}

    return read

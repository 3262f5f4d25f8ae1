"""What the mappings of all layouts have in common, and the walk over the rows that they share.

A layout is a mapping of its own plus the reading of its rows: see ``change_log``,
``stage_history`` and ``snapshot``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, tzinfo
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import Field, StringConstraints, field_validator, model_validator

from salesfsm.errors import HistoryError, nearest, shorten, unknown_name
from salesfsm.formats.history.parts import Exclusion, Part, Text
from salesfsm.formats.history.records import Change, History
from salesfsm.formats.history.table import Record, Table, refusal
from salesfsm.formats.history.tally import Tally

LAYOUT = "How the export is laid out; it decides which other keys there are."


class Row(NamedTuple):
    """A whole row that is to be used: its line, the opportunity's id, its cells by index."""

    line: int
    opportunity: str
    cells: list[str]


class HistoryMapping(Part):
    """How one kind of CRM export is read; the keys that every layout has."""

    salesfsm_history: Literal[1] = Field(description="Version of the format of this file.")
    layout: str = Field(description=LAYOUT)
    timezone: Text = Field(
        description="Zone of times without an offset, by its IANA name: UTC, Europe/Warsaw."
    )
    encoding: Text = Field(default="utf-8", description="Encoding of the export.")
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = Field(
        default=",", description="Sign between two cells; a tab is '\\t' in double quotes."
    )
    opportunity: Text = Field(description="Column that holds the id of the opportunity.")
    by: Text | None = Field(default=None, description="Column that says who made the change.")
    exclude: tuple[Exclusion, ...] = Field(
        default=(), description="Rows to leave out on purpose, such as deleted ones."
    )
    ignore: tuple[Text, ...] = Field(
        default=(), description="Columns (of a change log: columns and fields) not to be used."
    )

    @field_validator("timezone")
    @classmethod
    def _timezone_is_known(cls, name: str) -> str:
        try:
            _zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            meant = nearest(name, available_timezones())
            hint = f"; did you mean {meant!r}?" if meant else "; use an IANA name: Europe/Sofia"
            raise ValueError(f"unknown time zone {shorten(name)!r}{hint}") from None
        return name

    @field_validator("encoding")
    @classmethod
    def _encoding_is_known(cls, name: str) -> str:
        try:
            "a".encode(name).decode(name)
        except (LookupError, ValueError):
            raise ValueError(
                f"unknown text encoding {shorten(name)!r}; such as utf-8, cp1250 or utf-16"
            ) from None
        return name

    @field_validator("delimiter")
    @classmethod
    def _delimiter_delimits(cls, sign: str) -> str:
        if sign in '"\r\n ':
            raise ValueError(f"{sign!r} cannot stand between cells; such as ',' or ';'")
        return sign

    @model_validator(mode="after")
    def _nothing_is_both_used_and_ignored(self) -> HistoryMapping:
        both = [name for name in self.ignore if name in self.used_names()]
        if both:
            raise ValueError(f"{both[0]!r} is mapped, and stands under ignore as well")
        return self

    @property
    def zone(self) -> tzinfo:
        """The zone of times that carry no offset."""
        return _zone(self.timezone)

    @abstractmethod
    def columns(self) -> Mapping[str, str]:
        """The columns that the export must have: from the mapping's key to the column's name."""

    @abstractmethod
    def changes(self, table: Table, rows: Iterator[Row], tally: Tally) -> list[Change]:
        """The changes in ``rows``, which is walked once; what cannot be used goes to ``tally``."""

    def used_names(self) -> set[str]:
        """The names in the export that the mapping uses, and that cannot be ignored too."""
        return set(self._all_columns().values())

    def read(self, table: Table) -> History:
        """Read all of a table; raises HistoryError if it has not the columns that are mapped."""
        wanted = self._all_columns()
        _check_columns(table, wanted)
        tally = Tally()
        changes = self.changes(table, self._rows(table, tally), tally)
        if not tally.rows_read:
            raise refusal(table.file, "the file has a header but no row")
        for column in table.columns:
            if column not in wanted.values() and column not in self.ignore:
                tally.notes[f"column {column!r} is neither mapped nor ignored"] = tally.rows_read
        return tally.history(table.file, changes)

    def _all_columns(self) -> dict[str, str]:
        columns = {"opportunity": self.opportunity} | dict(self.columns())
        if self.by is not None:
            columns["by"] = self.by
        for index, exclusion in enumerate(self.exclude):
            columns[f"exclude[{index}].column"] = exclusion.column
        return columns

    def _rows(self, table: Table, tally: Tally) -> Iterator[Row]:
        """Each whole row with an id that is not excluded; the others are written down."""
        at = table.columns[self.opportunity]
        excluded = [(table.columns[e.column], set(e.equals), e.because) for e in self.exclude]
        for record in table.records:
            tally.rows_read += 1
            cells = record.cells
            if len(cells) != table.width:
                _reject_ragged(record, table.width, at, tally)
                continue
            reasons = [why for i, texts, why in excluded if cells[i].strip() in texts]
            if reasons:
                tally.ignored[reasons[0]] += 1
                continue
            opportunity = cells[at].strip()
            if not opportunity:
                tally.reject(record.row, None, f"no id in column {self.opportunity!r}")
                continue
            yield Row(record.row, opportunity, cells)


def _zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)  # UTC needs no database of zones


def _reject_ragged(record: Record, width: int, at: int, tally: Tally) -> None:
    cells = record.cells
    if not cells:
        tally.ignored["blank line"] += 1
        return
    opportunity = cells[at].strip() if at < len(cells) else ""
    tally.reject(
        record.row,
        opportunity or None,
        f"{len(cells)} cells where the header has {width}; is a delimiter inside a text unquoted?",
    )


def optional_cell(table: Table, column: str | None) -> Callable[[list[str]], str | None]:
    """The reader of a column that may not be mapped or may be empty: None in both cases."""
    if column is None:
        return lambda cells: None
    index = table.columns[column]
    return lambda cells: cells[index].strip() or None


def _check_columns(table: Table, wanted: Mapping[str, str]) -> None:
    """Raise one HistoryError that names every mapped column that the file does not have."""
    missing = {key: column for key, column in wanted.items() if column not in table.columns}
    if not missing:
        return
    errors: list[HistoryError] = []
    for key, column in missing.items():
        sentence = unknown_name("column", column, table.columns, within="this file")
        errors.append(refusal(table.file, f"{sentence}; the mapping names it as {key}"))
    header = next(iter(table.columns))
    other = next((sign for sign in ",;\t|" if sign in header), None)
    if table.width == 1 and other is not None:
        sign = other.replace("\t", "\\t")
        hint = f'say in the mapping what stands between two cells, delimiter: "{sign}"'
        errors.append(refusal(table.file, f"the header is one cell, with {sign} inside", hint=hint))
    raise HistoryError("\n".join(map(str, errors)))

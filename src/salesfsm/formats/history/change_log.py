"""The layout ``change_log``: each row says which field of an opportunity got which value.

Pipedrive's deal changes are of this kind. There are no old values, and one column holds the
values of all fields, so the mapping says which field is the stage, which the owner, and so on.

One id may name several deals, one after another or at the same time. ``lives: file_order``
declares that the file keeps them apart: the rows of one deal stand below the row that opened it,
so a row belongs to the opening of its id that stands nearest above it. Sorting by id and time
instead would mix two lives that overlap, and invent moves backwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypedDict

from pydantic import Field, model_validator

from salesfsm.errors import unknown_name
from salesfsm.formats.history.cells import CellError, label_reader, text_reader, time_reader
from salesfsm.formats.history.joining import Joining
from salesfsm.formats.history.lives import Lives, settled
from salesfsm.formats.history.mapping import LAYOUT, HistoryMapping, Row, optional_cell
from salesfsm.formats.history.parts import FieldReading, LabelField, Part, Text, TimeColumn
from salesfsm.formats.history.records import Change
from salesfsm.formats.history.table import Table
from salesfsm.formats.history.tally import Tally


class Effect(TypedDict, total=False):
    """What one row sets in a :class:`Change`."""

    stage: str
    reason: str
    owner: str
    facts: dict[str, str | None]


class OwnerField(Part):
    """The field of a change log that holds the owner."""

    field: Text = Field(description="Field of the log that holds the owner.")


class ReasonField(LabelField):
    """The field of a change log that holds why an opportunity was closed.

    A reason belongs to the change of the stage that stands nearest right before or after it.
    """

    closes: Text | None = Field(
        default=None,
        description="Stage of the process into which a change of the reason moves the "
        "opportunity, for exports where the reason is the only sign of the close.",
    )
    stages: tuple[Text, ...] = Field(
        default=(),
        description="Stages of the process that a reason can belong to; without them, any but "
        "the one of the opening.",
    )

    @model_validator(mode="after")
    def _stages_are_said_once(self) -> ReasonField:
        if self.closes is not None and self.stages:
            raise ValueError(
                "closes says already which stage a reason belongs to: leave out stages"
            )
        return self


class ChangeLog(HistoryMapping):
    """How a log of changes of fields is read."""

    layout: Literal["change_log"] = Field(description=LAYOUT)
    at: TimeColumn = Field(description="When the field was changed.")
    field: Text = Field(description="Column that holds the name of the field.")
    value: Text = Field(description="Column that holds the new value.")
    opened_by: Text | None = Field(
        default=None,
        description="Field whose change opens an opportunity; without it, its first change does.",
    )
    lives: Literal["one", "file_order"] = Field(
        default="one",
        description="Whether an id is one opportunity, or may be opened again; file_order: a row "
        "belongs to the opening of its id that stands nearest above it in the file.",
    )
    stage: LabelField = Field(description="The field that holds the stage.")
    reason: ReasonField | None = Field(
        default=None, description="The field that holds why an opportunity was closed."
    )
    owner: OwnerField | None = Field(default=None, description="The field that holds the owner.")
    facts: Mapping[Text, FieldReading] = Field(
        default_factory=dict, description="Facts of the process, each with its field."
    )

    @model_validator(mode="after")
    def _fields_are_clear(self) -> ChangeLog:
        counts = Counter(self._fields())
        repeated = [name for name, count in counts.items() if count > 1]
        if repeated:
            raise ValueError(f"the field {repeated[0]!r} is mapped {counts[repeated[0]]} times")
        if self.lives == "file_order" and self.opened_by is None:
            raise ValueError("lives: file_order needs opened_by, the field whose change opens")
        return self

    @model_validator(mode="after")
    def _stages_of_reasons_are_mapped(self) -> ChangeLog:
        known = sorted(set(self.stage.values.values()))
        for name in self.reason.stages if self.reason is not None else ():
            if name not in known:
                raise ValueError(unknown_name("stage", name, known, within="reason.stages"))
        return self

    def used_names(self) -> set[str]:
        """The columns and the fields that the mapping uses."""
        return super().used_names() | set(self._fields())

    def columns(self) -> Mapping[str, str]:
        """The columns that the export must have, by the key that names them."""
        return {"at.column": self.at.column, "field": self.field, "value": self.value}

    def changes(self, table: Table, rows: Iterator[Row], tally: Tally) -> list[Change]:
        """The changes of each life in order of time."""
        at, field, value = (table.columns[name] for name in self.columns().values())
        time, by = time_reader(self.at, self.zone), optional_cell(table, self.by)
        effects = self._effects()
        mapped = label_reader(
            "field", dict(zip(effects, effects, strict=True)), "map it, or list it under ignore"
        )
        ignored = {name: f"the field {name!r} is ignored" for name in self.ignore}
        lives = Lives(by_file_order=self.lives == "file_order")
        for line, opportunity, cells in rows:
            name = cells[field].strip()
            if name in ignored:
                tally.ignored[ignored[name]] += 1
                continue
            opens = name == self.opened_by
            life = lives.of(opportunity, line, opens=opens)
            try:
                effect, moment = effects[mapped(name)], time(cells[at])
                change = Change(
                    opportunity=life.name,
                    at=moment.at,
                    row=line,
                    by=by(cells),
                    opened=opens,
                    assumed=moment.assumed,
                    **effect(cells[value]),
                )
            except CellError as error:
                tally.reject(line, opportunity, str(error))
            else:
                life.changes.append(change)
        joining = self._joining()
        settled_lives = settled(lives, self.opened_by, tally)
        return [change for life in settled_lives for change in joining.join(life, tally)]

    def _fields(self) -> list[str]:
        """The fields of the log that are used."""
        parts = [self.stage, self.reason, self.owner, *self.facts.values()]
        fields = [part.field for part in parts if part is not None]
        return fields if self.opened_by is None else [*fields, self.opened_by]

    def _joining(self) -> Joining:
        """How the rows of one life are joined."""
        if self.reason is None:
            return Joining(None, frozenset())
        if self.reason.closes is not None:
            return Joining(self.reason.closes, frozenset({self.reason.closes}))
        return Joining(None, frozenset(self.reason.stages))

    def _effects(self) -> dict[str, Callable[[str], Effect]]:
        """For each field that is used, what its new value changes."""
        stage = label_reader("stage", self.stage.values)
        effects: dict[str, Callable[[str], Effect]] = {
            self.stage.field: lambda value: {"stage": stage(value)}
        }
        if self.opened_by is not None:
            effects[self.opened_by] = lambda value: {}
        if self.owner is not None:
            effects[self.owner.field] = lambda value: {"owner": _owner(value)}
        if self.reason is not None:
            reason = label_reader("reason", self.reason.values)
            effects[self.reason.field] = lambda value: {"reason": reason(value)}
        for name, fact in self.facts.items():
            effects[fact.field] = _fact_effect(name, fact)
        return effects


def _owner(value: str) -> str:
    owner = value.strip()
    if not owner:
        raise CellError("no owner in the row")
    return owner


def _fact_effect(name: str, fact: FieldReading) -> Callable[[str], Effect]:
    read = text_reader(fact, f"the field {fact.field!r}")
    return lambda value: {"facts": {name: read(value)}}

"""The parts that every history mapping is made of: columns, times, labels, numbers, exclusions.

They say what the mapping file may hold, and nothing about how it is read.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Labels = Annotated[Mapping[Text, Text], Field(min_length=1)]


class Part(BaseModel):
    """What all parts have in common: frozen, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TimeColumn(Part):
    """Where a time stands and how it is written."""

    column: Text = Field(description="Column of the export that holds the time or the date.")
    format: Text | None = Field(
        default=None,
        description="How it is written, as strptime takes it ('%m/%d/%y %I:%M %p'); without it, "
        "ISO 8601 ('2024-04-09 21:32:09'). A date alone means midnight.",
    )
    when_missing: Text | None = Field(
        default=None,
        description="ISO date or time to assume where the cell is empty; without it, such a row "
        "is unusable.",
    )

    @field_validator("format")
    @classmethod
    def _format_gives_a_day(cls, pattern: str | None) -> str | None:
        return checked_format(pattern)

    @field_validator("when_missing")
    @classmethod
    def _is_iso(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                datetime.fromisoformat(text)
            except ValueError:
                raise ValueError(
                    f"{text!r} is not an ISO date or time such as 2024-12-31"
                ) from None
        return text


def checked_format(pattern: str | None) -> str | None:
    """``pattern`` itself; ValueError if strptime cannot read a full date with it."""
    if pattern is not None:
        probe = datetime(2000, 1, 2, 15, 4, 5)  # noqa: DTZ001 (only written and read back)
        try:
            with warnings.catch_warnings():  # newer Pythons warn of a day without a year
                warnings.simplefilter("ignore", DeprecationWarning)
                same_day = datetime.strptime(probe.strftime(pattern), pattern).date()  # noqa: DTZ007
        except ValueError as error:
            raise ValueError(f"{pattern!r} is not a format of strptime: {error}") from None
        if same_day != probe.date():
            raise ValueError(f"{pattern!r} must hold day, month and year, such as %Y-%m-%d")
    return pattern


class NumberFormat(Part):
    """How numbers are written in the export."""

    decimal: Annotated[str, StringConstraints(min_length=1, max_length=1)] = Field(
        default=".", description="Sign between whole and fraction."
    )
    thousands: Annotated[str, StringConstraints(max_length=1)] = Field(
        default="", description="Sign between groups of digits; a space also means a no-break one."
    )

    @model_validator(mode="after")
    def _signs_differ(self) -> NumberFormat:
        if self.decimal == self.thousands:
            raise ValueError(f"decimal and thousands are the same sign, {self.decimal!r}")
        return self


class Reading(Part):
    """How the text of a cell becomes the text of a fact: as it stands, a number, or a date."""

    values: Mapping[Text, str] = Field(
        default_factory=dict,
        description="Texts to replace ('GTXPro': 'GTX Pro'); all others stay as they are.",
    )
    number: NumberFormat | None = Field(
        default=None, description="The cell holds a number, written so."
    )
    date: Text | None = Field(
        default=None, description="The cell holds a date, written so (as strptime takes it)."
    )

    @field_validator("date")
    @classmethod
    def _format_gives_a_day(cls, pattern: str | None) -> str | None:
        return checked_format(pattern)

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Reading:
        if self.number is not None and self.date is not None:
            raise ValueError("a fact is a number or a date, not both")
        return self


class ColumnReading(Reading):
    """A fact that stands in a column of its own."""

    column: Text = Field(description="Column of the export that holds the fact.")


class FieldReading(Reading):
    """A fact that stands in a field of a change log."""

    field: Text = Field(description="Field of the log whose changes are changes of the fact.")


class LabelColumn(Part):
    """A column whose labels name stages or reasons of the process."""

    column: Text = Field(description="Column of the export that holds the label.")
    values: Labels = Field(
        description="From each label of the export to the name in the process; a row with any "
        "other label is unusable."
    )


class LabelField(Part):
    """A field of a change log whose labels name stages of the process."""

    field: Text = Field(description="Field of the log that holds the label.")
    values: Labels = Field(
        description="From each label of the export to the name in the process; a row with any "
        "other label is unusable."
    )


class Exclusion(Part):
    """Rows that are left out on purpose, and counted."""

    column: Text = Field(description="Column that marks the rows to leave out.")
    equals: tuple[str, ...] = Field(
        min_length=1, description="Texts in that column that mark a row to leave out."
    )
    because: Text = Field(description="Why, in words; the report counts the rows under it.")

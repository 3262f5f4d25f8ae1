"""Reads single cells: times into UTC, numbers and dates into canonical text, labels into names.

Each function here is given a mapping's part once and returns the function that reads a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from salesfsm.errors import TimeError, shorten, unknown_name
from salesfsm.formats.history.parts import NumberFormat, Reading, TimeColumn
from salesfsm.rules.values import aware

SUGGESTED_LABELS = 200
"""For how many different unknown labels the nearest known one is looked up; it takes time."""


class CellError(ValueError):
    """A cell cannot be used; the message becomes the reason of the unusable row."""


class Moment(NamedTuple):
    """A time in UTC, and what had to be assumed to know it."""

    at: datetime
    assumed: str | None = None


def time_reader(time: TimeColumn, zone: tzinfo) -> Callable[[str], Moment]:
    """The reader of a column of times; times without an offset are local times of ``zone``."""

    @lru_cache(maxsize=10_000)  # the dates of a snapshot repeat
    def read(cell: str) -> Moment:
        text = cell.strip()
        if not text:
            if time.when_missing is None:
                raise CellError(f"no time in column {time.column!r}")
            assumed = f"no time in column {time.column!r}: when_missing of the mapping was used"
            return Moment(_in_utc(datetime.fromisoformat(time.when_missing), zone).at, assumed)
        try:
            if time.format is None:
                local = datetime.fromisoformat(text)
            else:
                local = datetime.strptime(text, time.format)  # noqa: DTZ007 (zone is the mapping's)
            moment = _in_utc(local, zone)
            aware(moment.at)
        except TimeError as error:
            raise CellError(f"{shorten(text)!r} in column {time.column!r}: {error}") from None
        except (ValueError, OverflowError):
            wanted = time.format or "ISO 8601, such as 2024-04-09 21:32:09"
            raise CellError(
                f"{shorten(text)!r} in column {time.column!r} is not a time in the form {wanted}"
            ) from None
        return moment

    return read


def _in_utc(local: datetime, zone: tzinfo) -> Moment:
    if local.tzinfo is not None:
        return Moment(local.astimezone(UTC))
    if zone is UTC:
        return Moment(local.replace(tzinfo=UTC))
    here = local.replace(tzinfo=zone)
    at = here.astimezone(UTC)
    if here.utcoffset() == here.replace(fold=1).utcoffset():
        return Moment(at)
    return Moment(at, f"{local} is when the clocks of {zone} change: read as {at:%H:%M} UTC")


def text_reader(reading: Reading, what: str) -> Callable[[str], str | None]:
    """The reader of a fact's cells; an empty cell is None. ``what`` names the cell in errors."""
    number = _number_reader(reading.number) if reading.number is not None else None

    def read(cell: str) -> str | None:
        text = cell.strip()
        text = reading.values.get(text, text)
        if not text:
            return None
        try:
            if number is not None:
                return number(text)
            if reading.date is not None:
                return datetime.strptime(text, reading.date).date().isoformat()  # noqa: DTZ007
        except ValueError:
            wanted = f"a date in the form {reading.date}" if reading.date else "a number"
            raise CellError(f"{shorten(text)!r} in {what} is not {wanted}") from None
        return text

    return read


def _number_reader(form: NumberFormat) -> Callable[[str], str]:
    """Groups must be whole: with '.' between thousands, '1.5' is refused, not read as 15."""
    point = re.escape(form.decimal)
    group = "[ \u00a0\u202f]" if form.thousands == " " else re.escape(form.thousands)
    grouped = rf"|\d{{1,3}}(?:{group}\d{{2,3}})*{group}\d{{3}}" if group else ""
    pattern = re.compile(rf"([+-]?)(\d+{grouped})(?:{point}(\d+))?", re.ASCII)

    def read(text: str) -> str:
        match = pattern.fullmatch(text)
        if match is None:
            raise ValueError(text)
        sign, whole, fraction = match.groups()
        digits = re.sub(r"\D", "", whole)
        return format(Decimal(f"{sign}{digits}.{fraction or '0'}" if fraction else sign + digits))

    return read


def label_reader(kind: str, values: Mapping[str, str], hint: str = "") -> Callable[[str], str]:
    """The reader of labels: from what the export says to the name in the process.

    ``hint`` is added to the message about a label that is not known.
    """
    mend = f"; {hint}" if hint else ""
    refusals: dict[str, str] = {}

    def read(cell: str) -> str:
        label = cell.strip()
        name = values.get(label)
        if name is not None:
            return name
        if not label:
            raise CellError(f"no {kind} in the row")
        if label not in refusals and len(refusals) < SUGGESTED_LABELS:
            refusals[label] = unknown_name(kind, label, values)
        raise CellError(refusals.get(label, f"unknown {kind} {shorten(label)!r}") + mend)

    return read

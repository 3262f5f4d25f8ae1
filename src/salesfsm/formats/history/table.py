"""Reads a CSV file into a header and numbered records, or says why it is not one.

It knows nothing of mappings. Troubles of the whole file are :class:`HistoryError`; a record with
too few or too many cells is delivered as it stands, for the reader to report.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from salesfsm.errors import HistoryError, Place, Problem, shorten

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes; a file is held in memory while it is read."""

FORMATS_BY_SIGNATURE = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
}
"""What people hand over in place of a CSV, by the first bytes."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file; ``row`` is the line where it begins, the header being line 1."""

    row: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: ``columns`` leads from a name in the header to the index of the cell."""

    file: str
    columns: Mapping[str, int]
    width: int
    records: Iterator[Record]


def read_table(path: str | os.PathLike[str], *, encoding: str, delimiter: str) -> Table:
    """The header and the records of a CSV file; a byte order mark is accepted.

    Raises HistoryError if the file cannot be read, is empty, binary or not in ``encoding``, has
    the same column twice, or breaks the rules of CSV (some only while the records are read).
    """
    file = os.fspath(path)
    text = _text(file, encoding)
    records = _records(file, text, delimiter)
    header = next(records, None)
    if header is None or not any(cell.strip() for cell in header.cells):
        raise refusal(file, "line 1 is blank, but must be the header with the column names")
    names = [cell.strip() for cell in header.cells]
    repeated = [name for name, count in Counter(names).items() if name and count > 1]
    if repeated:
        where = [index + 1 for index, name in enumerate(names) if name == repeated[0]]
        raise refusal(
            file,
            f"the column {shorten(repeated[0])!r} stands {len(where)} times in the header "
            f"(columns {', '.join(map(str, where))})",
            hint="rename or remove all but one of them, so that it is clear which is meant",
        )
    return Table(file, {name: index for index, name in enumerate(names)}, len(names), records)


def refusal(
    file: str, message: str, *, line: int = 1, column: int = 1, quote: str = "", hint: str = ""
) -> HistoryError:
    """The error that says what is wrong with a history file, where, and how to mend it."""
    return HistoryError(str(Problem(message, hint=hint, place=Place(file, line, column, quote))))


def _text(file: str, encoding: str) -> str:
    path = Path(file)
    try:
        if not path.exists():
            raise HistoryError(f"{file}: there is no such file")
        if not path.is_file():
            raise HistoryError(f"{file}: is not a file")
        if path.stat().st_size > LARGEST_FILE:
            raise HistoryError(
                f"{file}: is larger than {LARGEST_FILE // 1024**2} MiB\n"
                "  hint: export it in parts, by year for example, and read each"
            )
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise HistoryError(f"{file}: cannot be read: {reason}") from error
    for signature, name in FORMATS_BY_SIGNATURE.items():
        if data.startswith(signature):
            raise refusal(file, f"this is {name}, not a CSV file", hint="export it as CSV")
    text = _decoded(file, data, encoding).removeprefix("\ufeff")
    if not text.strip():
        raise refusal(file, "the file is empty", hint="a header and at least one row are needed")
    place = text.find("\0")
    if place >= 0:
        line, column = _line_and_column(text, place)
        raise refusal(
            file,
            "there is a NUL character here: this is not a text file, or it is damaged",
            line=line,
            column=column,
            hint="export it again as CSV; if it is UTF-16, say so in the mapping: encoding: utf-16",
        )
    return text


def _decoded(file: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        start = error.start
        before = data[:start].decode(encoding, "replace")
        line, column = _line_and_column(before, len(before))
        byte = f"byte 0x{data[start]:02x}" if start < len(data) else "the end of the file"
        utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        hint = (
            "the file is UTF-16: say so in the mapping, encoding: utf-16"
            if utf_16
            else "export it as UTF-8, or name its encoding in the mapping, such as "
            "encoding: cp1252 (Western), cp1250 (Polish) or cp1251 (Bulgarian)"
        )
        raise refusal(
            file,
            f"the file is not {encoding}: {byte} at offset {start} does not fit",
            line=line,
            column=column,
            hint=hint,
        ) from error
    except UnicodeError as error:
        raise refusal(file, f"the file is not {encoding}: {error}") from error


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _records(file: str, text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        row = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refusal(file, *_csv_trouble(str(error)), line=row) from error
        yield Record(row, cells)


def _csv_trouble(error: str) -> tuple[str, ...]:
    """The csv module's own words (which it does not number) as a sentence for people."""
    if "field limit" in error:
        return (
            f"the record that begins here has a cell of more than {csv.field_size_limit():,} "
            "characters; is a closing quote missing?",
        )
    if "unexpected end of data" in error:
        return ("the record that begins here opens a quote that is never closed",)
    return (f"the record that begins here is not CSV: {error}",)

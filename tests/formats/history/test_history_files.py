"""Files that cannot be read as a whole: each is a HistoryError that says what, where and how."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from salesfsm.errors import HistoryError
from salesfsm.formats.history import History, load_mapping, read_history

Read = Callable[[str | bytes, str], History]

MAPPING = """
salesfsm_history: 1
layout: snapshot
timezone: UTC
opportunity: id
stage: {column: stage, values: {Otwarta: open}}
opened: {column: opened}
facts: {name: {column: name}}
"""
GOOD = "id,stage,opened,name\n7,Otwarta,2024-01-01,Łódź\n"


def refused(read: Read, csv: str | bytes, mapping: str = MAPPING) -> str:
    """The message without the folder of the test."""
    with pytest.raises(HistoryError) as caught:
        read(csv, mapping)
    return "\n".join(
        line[line.index("export.csv") :] if "export.csv" in line else line
        for line in str(caught.value).splitlines()
    )


@pytest.mark.parametrize(
    ("data", "mapping"),
    [
        (GOOD.encode("utf-8"), MAPPING),
        (GOOD.encode("utf-8-sig"), MAPPING),
        (GOOD.replace("\n", "\r\n").encode(), MAPPING),
        (GOOD.replace("\n", "\r").encode(), MAPPING),
        (GOOD.encode("utf-16"), MAPPING + "encoding: utf-16\n"),
        (GOOD.encode("cp1250"), MAPPING + "encoding: cp1250\n"),
        (GOOD.replace(",", ";").encode(), MAPPING + 'delimiter: ";"\n'),
        (GOOD.replace(",", "\t").encode(), MAPPING + 'delimiter: "\\t"\n'),
        (GOOD.rstrip("\n").encode(), MAPPING),
        (GOOD.replace("Łódź", '"Łódź"').encode(), MAPPING),
    ],
)
def test_what_spreadsheets_and_crms_write_is_read_alike(
    read: Read, data: bytes, mapping: str
) -> None:
    history = read(data, mapping)
    assert [(c.opportunity, c.stage, c.facts["name"]) for c in history.changes] == [
        ("7", "open", "Łódź")
    ]


def test_a_wrong_encoding_is_told_with_offset_and_line(read: Read) -> None:
    assert refused(read, GOOD.encode("cp1250")) == (
        "export.csv:2:22: the file is not utf-8: byte 0xa3 at offset 42 does not fit\n"
        "  hint: export it as UTF-8, or name its encoding in the mapping, such as "
        "encoding: cp1252 (Western), cp1250 (Polish) or cp1251 (Bulgarian)"
    )
    assert GOOD.encode("cp1250")[42] == 0xA3


def test_a_utf_16_file_is_recognised(read: Read) -> None:
    assert "say so in the mapping, encoding: utf-16" in refused(read, GOOD.encode("utf-16"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "export.csv:1:1: the file is empty"),
        (b"\xef\xbb\xbf \n", "export.csv:1:1: the file is empty"),
        (b"\n" + GOOD.encode(), "export.csv:1:1: line 1 is blank, but must be the header"),
        (b"id,stage,opened,name\n", "export.csv:1:1: the file has a header but no row"),
        (b"PK\x03\x04\x14", "export.csv:1:1: this is an Excel workbook or a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n\0\0", "export.csv:1:1: this is a picture, not a CSV file"),
        (b"\x7fELF\xff\xfe", "export.csv:1:5: the file is not utf-8: byte 0xff at offset 4"),
        (b"id,stage\n7,\0a\n", "export.csv:2:3: there is a NUL character here"),
        (b'id,stage,opened,name\n7,"Open,a\n8,b\n', "export.csv:2:1: the record that begins here "
         "opens a quote that is never closed"),
        (b'id,stage,opened,name\n7,"a"b,c\n', "export.csv:2:1: the record that begins here is "
         "not CSV"),
        (b"id,stage,opened,name\n7," + b"x" * 140_000, "export.csv:2:1: the record that begins "
         "here has a cell of more than 131,072 characters"),
        (b"id,stage,opened,name,stage,stage\n", "export.csv:1:1: the column 'stage' stands 3 "
         "times in the header (columns 2, 5, 6)"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_says_so(read: Read, data: bytes, message: str) -> None:
    assert refused(read, data).startswith(message)


def test_missing_columns_are_all_named_with_the_nearest_there_is(read: Read) -> None:
    assert refused(read, "id,stge,date\n7,a,b\n") == (
        "export.csv:1:1: unknown column 'opened' in this file (known: id, stge, date); "
        "the mapping names it as opened.column\n"
        "export.csv:1:1: unknown column 'stage' in this file; did you mean 'stge'? "
        "(known: id, stge, date); the mapping names it as stage.column\n"
        "export.csv:1:1: unknown column 'name' in this file (known: id, stge, date); "
        "the mapping names it as facts.name.column"
    )


@pytest.mark.parametrize(("sign", "shown"), [(";", ";"), ("\t", "\\t")])
def test_another_delimiter_than_the_mapped_one_is_recognised(
    read: Read, sign: str, shown: str
) -> None:
    message = refused(read, GOOD.replace(",", sign))
    assert f'say in the mapping what stands between two cells, delimiter: "{shown}"' in message


def test_a_file_that_cannot_be_opened_says_why(read: Read, tmp_path: Path) -> None:
    read(GOOD, MAPPING)
    mapping = load_mapping(tmp_path / "history.yaml")
    with pytest.raises(HistoryError, match=r"nowhere\.csv: there is no such file"):
        read_history(tmp_path / "nowhere.csv", mapping)
    with pytest.raises(HistoryError, match="is not a file"):
        read_history(tmp_path, mapping)
    with pytest.raises(HistoryError, match="there is no such file"):
        read_history("a\0b", mapping)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(read: Read, tmp_path: Path) -> None:
    read(GOOD, MAPPING)
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(HistoryError, match="is not a file"):
        read_history(tmp_path / "pipe.csv", load_mapping(tmp_path / "history.yaml"))


CELLS = st.sampled_from(["7", "8", "Otwarta", "x", "", "2024-01-01", "31/12/24", '"', '"a"', "\n"])
RECORDS = st.lists(st.lists(CELLS, min_size=0, max_size=6).map(",".join), max_size=12)


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
        RECORDS.map(lambda rows: "\n".join(["id,stage,opened,name", *rows]).encode()),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_with_every_row_accounted_for_or_refused(
    read: Read, data: bytes
) -> None:
    with contextlib.suppress(HistoryError):
        read(data, MAPPING)  # which checks the account

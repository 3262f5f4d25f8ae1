"""Times into UTC, numbers and dates into canonical text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from salesfsm.formats.history.cells import CellError, label_reader, text_reader, time_reader
from salesfsm.formats.history.parts import NumberFormat, Reading, TimeColumn

WARSAW = ZoneInfo("Europe/Warsaw")
ISO = TimeColumn(column="at")


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("2024-07-01 12:00:00", None, "2024-07-01T10:00:00+00:00"),
        (" 2024-01-01 ", None, "2023-12-31T23:00:00+00:00"),
        ("2024-07-01T12:00:00Z", None, "2024-07-01T12:00:00+00:00"),
        ("2024-07-01T12:00:00-05:00", None, "2024-07-01T17:00:00+00:00"),
        ("07/01/24 12:05 AM", "%m/%d/%y %I:%M %p", "2024-06-30T22:05:00+00:00"),
        ("1.7.2024", "%d.%m.%Y", "2024-06-30T22:00:00+00:00"),
    ],
)
def test_local_times_become_utc_and_an_offset_wins_over_the_zone(
    text: str, pattern: str | None, expected: str
) -> None:
    moment = time_reader(TimeColumn(column="at", format=pattern), WARSAW)(text)
    assert (moment.at.isoformat(), moment.assumed) == (expected, None)
    assert moment.at.tzinfo is UTC


@pytest.mark.parametrize("text", ["2024-10-27 02:30:00", "2024-03-31 02:30:00"])
def test_a_time_at_which_the_clocks_change_is_read_with_a_word_on_it(text: str) -> None:
    moment = time_reader(ISO, WARSAW)(text)
    assert moment.assumed is not None
    assert "when the clocks of Europe/Warsaw change" in moment.assumed


@pytest.mark.parametrize("text", ["tomorrow", "2024-02-30", "32.1.2024", "24"])
def test_what_is_no_time_is_refused_with_the_form_that_was_wanted(text: str) -> None:
    with pytest.raises(CellError, match="is not a time in the form ISO 8601"):
        time_reader(ISO, UTC)(text)


def test_a_time_outside_of_the_calendar_is_refused() -> None:
    with pytest.raises(CellError, match="is not a time"):
        time_reader(ISO, WARSAW)("0001-01-01T00:00:00")


@given(st.integers(0, 98 * 365 * 86_400).map(lambda s: datetime.fromtimestamp(s, UTC)))
def test_a_written_time_reads_back(moment: datetime) -> None:
    for pattern in (None, "%d/%m/%Y %H:%M:%S.%f", "%f %S:%M:%I %p %y-%j"):
        text = moment.strftime(pattern) if pattern else moment.replace(tzinfo=None).isoformat(" ")
        read = time_reader(TimeColumn(column="at", format=pattern), UTC)
        assert read(text).at == moment


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "expected"),
    [
        ("1,234.50", ".", ",", "1234.50"),
        ("1.234,50", ",", ".", "1234.50"),
        ("12 345,5", ",", " ", "12345.5"),
        ("12\u00a0345", ",", " ", "12345"),
        ("1,00,000", ".", ",", "100000"),
        ("-7", ".", "", "-7"),
        ("+007", ".", "", "7"),
        ("0", ".", ",", "0"),
        ("  ", ".", ",", None),
    ],
)
def test_numbers_become_digits_with_a_point(
    text: str, decimal: str, thousands: str, expected: str | None
) -> None:
    form = NumberFormat(decimal=decimal, thousands=thousands)
    assert text_reader(Reading(number=form), "it")(text) == expected


@pytest.mark.parametrize("text", ["1.5", "1.2345", "1,5,5", "12 345", "1e5", "NaN", "€5", "٣", "."])
def test_a_number_written_otherwise_is_refused_and_not_misread(text: str) -> None:
    form = NumberFormat(decimal=",", thousands=".")
    with pytest.raises(CellError, match="in it is not a number"):
        text_reader(Reading(number=form), "it")(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_a_grouped_number_reads_back(number: Decimal) -> None:
    form = NumberFormat(decimal=".", thousands=",")
    read = text_reader(Reading(number=form), "it")
    assert Decimal(str(read(f"{number:,f}"))) == number


def test_a_fact_may_be_a_date_of_another_form() -> None:
    read = text_reader(Reading(date="%m/%d/%y"), "it")
    assert read("01/27/21") == "2021-01-27"
    with pytest.raises(CellError, match="is not a date in the form %m/%d/%y"):
        read("27/01/21")


def test_a_text_that_is_replaced_may_become_empty() -> None:
    read = text_reader(Reading(values={"n/a": ""}), "it")
    assert (read("n/a"), read(" x "), read("")) == (None, "x", None)


def test_many_different_unknown_labels_are_refused_without_much_ado() -> None:
    read = label_reader("stage", {"Open": "open"})
    messages = []
    for number in range(5_000):
        with pytest.raises(CellError) as caught:
            read(f"Opem {number}")
        messages.append(str(caught.value))
    assert "did you mean 'Open'" in messages[0]
    assert messages[-1] == "unknown stage 'Opem 4999'"

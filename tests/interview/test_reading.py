"""What answers in words say (lengths, numbers, currencies, lists) in each language; and names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from salesfsm.interview.names import LONGEST, Namer, reserved, slug
from salesfsm.interview.reading import clean, currency_in, length_in, listed, repeated, times_in
from salesfsm.process.definitions import Stage


@pytest.mark.parametrize(
    ("said", "length"),
    [
        ("2d", "2d"),
        ("PT36H", "1d 12h"),
        ("within 4 hours", "4h"),
        ("30 minutes at most", "30min"),
        ("every 2 weeks", "14d"),
        ("after 3 business days", "3 business days"),
        ("3 working days", "3 business days"),
        ("a 2-day pause", "2d"),
        ("w ciągu 4 godzin", "4h"),
        ("co 3 dni robocze", "3 business days"),
        ("1 dzień", "1d"),
        ("2 tygodnie", "14d"),
        ("raz na 1 miesiąc", "30d"),
        ("до 4 часа", "4h"),
        ("3 работни дни", "3 business days"),
        ("2 седмици", "14d"),
        ("1 ден", "1d"),
        ("15 мин", "15min"),
    ],
)
def test_a_length_is_found_in_words(said: str, length: str) -> None:
    assert str(length_in(said)) == length


@pytest.mark.parametrize("said", ["soon", "5 deals", "3 handshakes", "0 days", "999999 weeks", ""])
def test_where_there_is_no_length_none_is_found(said: str) -> None:
    assert length_in(said) is None


def test_a_length_repeated_beyond_reason_is_none() -> None:
    assert repeated(length_in("2 days"), 3) == length_in("6d")
    assert repeated(length_in("36500 days"), 99) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [("eur", "EUR"), (" PLN ", "PLN"), ("€", "EUR"), ("zł", "PLN"), ("лв.", "BGN")],
)
def test_a_currency_is_told_by_its_code_or_sign(said: str, code: str) -> None:
    assert currency_in(said) == code
    assert currency_in(f"{said} and more") is None


def test_attempts_are_the_first_number_that_can_count_them() -> None:
    assert times_in("about 5 times in 10 days") == 5
    assert times_in("100 times") is None
    assert times_in("until they answer") is None


def test_a_list_is_split_at_lines_else_semicolons_else_commas() -> None:
    assert listed("a; b\nc, d") == ("a; b", "c, d")
    assert listed("a, b; c") == ("a, b", "c")
    assert listed("a, b,, a") == ("a", "b")
    assert listed("What, and when? Who?", sentences=True) == ("What, and when?", "Who?")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Pierwszy kontakt", "pierwszy_kontakt"),
        ("Żółć, łąka", "zolc_laka"),
        ("Първи контакт", "parvi_kontakt"),
        ("Къща щъркел ьо", "kashta_shtarkel_yo"),
        ("1. Straße", "strasse"),
        ("Café №5", "cafe_no5"),
        ("🦄", ""),
        ("東京", ""),
    ],
)
def test_names_are_readable_in_ascii(said: str, name: str) -> None:
    assert slug(said) == name


@given(st.lists(st.text(max_size=60), max_size=20))
def test_names_are_names_each_once_and_never_reserved(said: list[str]) -> None:
    namer = Namer(["taken"])
    names = [namer.name(each, "thing") for each in [*said, "taken", "stage", "none", "class"]]
    assert len(set(names)) == len(names)
    assert "taken" not in names
    for name in names:
        assert Stage(name=name)
        assert not reserved(name)
        assert len(name) <= LONGEST + 12


@given(st.text())
def test_clean_text_is_one_line_that_a_definition_may_hold(text: str) -> None:
    assert not re.search(r"[\n\r\t\x00]|^\s|\s$", clean(text))
    assert clean(clean(text)) == clean(text)

"""What answers in words say (lengths, numbers, currencies, lists) in each language; and names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from salesfsm.interview import QUESTIONS
from salesfsm.interview.names import LONGEST, Namer, reserved, slug
from salesfsm.interview.reading import clean, currency_in, length_in, listed, repeated, times_in
from salesfsm.messages import LANGUAGES
from salesfsm.process.definitions import Stage


@pytest.mark.parametrize(
    ("said", "length"),
    [
        ("2d", "2d"),
        ("PT36H", "36h"),
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
        ("1,5 godziny", "1h 30min"),
        ("1,5 часа", "1h 30min"),
        ("1.5 hours", "1h 30min"),
        ("1,5h", "1h 30min"),
        ("0.5 day", "12h"),
        ("1 hour and 30 minutes", "1h 30min"),
        ("1 godz. 30 min", "1h 30min"),
        ("1 работен ден", "1 business days"),
        ("1 dzień roboczy", "1 business days"),
    ],
)
def test_a_length_is_found_in_words(said: str, length: str) -> None:
    assert str(length_in(said)) == length


@pytest.mark.parametrize(
    "said",
    [
        "soon",
        "5 deals",
        "3 handshakes",
        "2 parseki",
        "0 days",
        "999999 weeks",
        "",
        "5",
        "-3 days",
        "- 3 days",
        "+3 days",
        "-3d",
        "2-3 days",
        "[1, 2] days",
        "2 days or 4 hours",
        "4 hours, 2 days",
        "1.5 business days",
        "1.000 days",
        "3 days, 5 times",
    ],
)
def test_where_there_is_no_length_none_is_found(said: str) -> None:
    assert length_in(said) is None


def test_a_length_repeated_beyond_reason_is_none() -> None:
    assert repeated(length_in("2 days"), 3) == length_in("6d")
    assert repeated(length_in("36500 days"), 99) is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("eur", "EUR"),
        (" PLN ", "PLN"),
        ("€", "EUR"),
        ("zł", "PLN"),
        ("лв.", "BGN"),
        ("EURO", "EUR"),
        ("евро", "EUR"),
        ("złotówki", "PLN"),
        ("лева", "BGN"),
        ("Dollars", "USD"),
    ],
)
def test_a_currency_is_told_by_its_code_or_sign(said: str, code: str) -> None:
    assert currency_in(said) == code
    assert currency_in(f"{said} and more") is None


@pytest.mark.parametrize(
    "said",
    ["5", "5.", "about 5 times in 10 days", "5x", "5 prób", "do 5 razy", "5 опита", "5 calls"],
)
def test_attempts_are_one_whole_number(said: str) -> None:
    assert times_in(said) == 5


@pytest.mark.parametrize(
    "said",
    [
        "100 times",
        "until they answer",
        "0",
        "-3",
        "-4",
        "+5",
        "1,5",
        "5-6",
        "5 or 6",
        "2 parseki",
        "[1,2]",
        "1\n2",
        "5 calls and 3 emails",
    ],
)
def test_what_is_no_number_of_attempts_counts_none(said: str) -> None:
    assert times_in(said) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("question", ["contact_within", "cadence"])
def test_every_length_that_a_question_offers_is_taken(question: str, language: str) -> None:
    (asked,) = (each for each in QUESTIONS if each.key == question)
    offered = asked.more(language).partition(":")[2].partition(".")[0].split(",")
    assert len(offered) >= 3
    for each in (*offered, asked.example(language)):
        assert length_in(each) is not None, each


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

"""Messages are found by code, language and count; English stands in for what is missing."""

from __future__ import annotations

import subprocess
import sys
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from salesfsm import messages
from salesfsm.messages import (
    LANGUAGES,
    counted,
    environment_language,
    in_every_language,
    language_of,
    message,
    number,
)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It is closed, in Won."),
        ("pl", "Szansa jest zamknięta. Etap: Won."),
        ("pl-PL", "Szansa jest zamknięta. Etap: Won."),
        ("bg", "Сделката е приключена. Етап: Won."),
        ("de", "It is closed, in Won."),
        ("", "It is closed, in Won."),
    ],
)
def test_a_message_is_in_the_language_asked_for_or_in_english(language: str, text: str) -> None:
    assert message("blocker.closed", language, stage="Won") == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "-1,234,567"),
        ("pl-PL", "-1\u00a0234\u00a0567"),
        ("bg", "-1\u00a0234\u00a0567"),
        ("de", "-1,234,567"),
    ],
)
def test_thousands_are_told_apart_as_people_of_the_language_do(language: str, text: str) -> None:
    assert number(-1_234_567, language) == text
    assert number(999, language) == "999"


def test_english_is_the_language_if_none_is_named() -> None:
    assert message("value.yes") == "yes"
    assert counted("value.business_days", 2) == "2 business days"


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("en", 1, "1 business day"),
        ("en", 0, "0 business days"),
        ("en", 1204, "1,204 business days"),
        ("pl", 12_345, "12\u00a0345 dni roboczych"),
        ("bg", 12_345, "12\u00a0345 работни дни"),
        ("pl", 1, "1 dzień roboczy"),
        ("pl", 2, "2 dni robocze"),
        ("pl", 5, "5 dni roboczych"),
        ("pl", 12, "12 dni roboczych"),
        ("pl", 22, "22 dni robocze"),
        ("pl", 0, "0 dni roboczych"),
        ("bg", 1, "1 работен ден"),
        ("bg", 3, "3 работни дни"),
        ("de", 3, "3 business days"),
    ],
)
def test_a_count_takes_the_plural_form_of_the_language(
    language: str, count: int, text: str
) -> None:
    assert counted("value.business_days", count, language) == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_that_no_catalogue_has_is_an_error_of_the_program(language: str) -> None:
    with pytest.raises(KeyError, match=r"no catalogue has the message 'no\.such'"):
        message("no.such", language)
    with pytest.raises(KeyError, match=r"no catalogue has the message 'no\.such'"):
        counted("no.such", 3, language)


@given(st.text())
def test_what_stands_in_a_place_is_not_read_as_a_place(text: str) -> None:
    assert text in message("blocker.closed", "pl", stage=f"{{stage}}{text}")


def test_a_translation_that_is_missing_is_given_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = messages._catalogue("en")
    empty = GNUTranslations(BytesIO((b"\xde\x12\x04\x95" + b"\0" * 24).ljust(28, b"\0")))
    empty.add_fallback(english)
    monkeypatch.setattr(messages, "_catalogue", {"en": english, "pl": empty}.__getitem__)
    assert message("value.yes", "pl") == "yes"
    assert counted("value.business_days", 5, "pl") == "5 business days"


def test_a_message_can_be_had_in_every_language_at_once() -> None:
    assert in_every_language("value.yes") == {"en": "yes", "pl": "tak", "bg": "да"}


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("pl", "pl"),
        ("PL", "pl"),
        ("pl-PL", "pl"),
        ("pl_PL.UTF-8", "pl"),
        ("bg.UTF-8", "bg"),
        ("bg_BG@euro", "bg"),
        ("bg@euro", "bg"),
        ("en-GB", "en"),
        ("pls", "en"),
        ("de", "en"),
        ("C", "en"),
        ("POSIX", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
    ],
)
def test_a_tag_names_a_language_of_the_catalogues(tag: str, language: str) -> None:
    assert language_of(tag) == language


@given(st.text())
def test_any_text_names_some_language(tag: str) -> None:
    assert language_of(tag) in LANGUAGES


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "bg_BG.UTF-8"}, "bg"),
        ({"LC_MESSAGES": "pl_PL", "LANG": "bg"}, "pl"),
        ({"LC_ALL": "bg_BG", "LC_MESSAGES": "pl_PL", "LANG": "en"}, "bg"),
        ({"SALESFSM_LANG": "pl", "LC_ALL": "bg_BG"}, "pl"),
        ({"SALESFSM_LANG": "", "LC_ALL": "", "LANG": "pl"}, "pl"),
        ({"LC_ALL": "C", "LANG": "pl_PL"}, "en"),
        ({"LC_ALL": "POSIX"}, "en"),
        ({"LC_ALL": "de_DE", "LANG": "pl_PL"}, "en"),
    ],
)
def test_the_first_variable_that_is_set_decides(environ: dict[str, str], language: str) -> None:
    assert environment_language(environ) == language


def test_only_the_catalogues_that_are_asked_are_read() -> None:
    program = """
import sys
import salesfsm
assert "salesfsm.messages" not in sys.modules
from salesfsm.rules import sets, wording
from salesfsm import messages
assert messages._catalogue.cache_info().currsize == 0
messages.message("value.yes", "pl")
print(messages._catalogue.cache_info().currsize)
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "2"  # Polish, and English behind it

"""The catalogues hold every message that is asked for, in every language, and nothing else."""

from __future__ import annotations

import importlib.util
import re
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from message_codes import asked, given, unknown_families

from salesfsm.messages import DOMAIN, LANGUAGES, LOCALE

Texts = dict[str, tuple[str, ...]]

specification = importlib.util.spec_from_file_location(
    "tool", Path(__file__).parents[2] / "tools/messages.py"
)
assert specification is not None
assert specification.loader is not None
tool = importlib.util.module_from_spec(specification)
specification.loader.exec_module(tool)

SOURCES = {language: LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po" for language in LANGUAGES}


def texts(catalogue: Catalog) -> Texts:
    """The translations by code: one text, or one for each plural form."""
    return {
        each.id if isinstance(each.id, str) else each.id[0]: (
            (each.string,) if isinstance(each.string, str) else tuple(each.string)
        )
        for each in catalogue
        if each.id
    }


CATALOGUES = {language: tool.read(path) for language, path in SOURCES.items()}
TEXTS = {language: texts(catalogue) for language, catalogue in CATALOGUES.items()}
ENGLISH = TEXTS["en"]


def places(text: str) -> set[str]:
    """The names of the places of a text; each is a plain name, so that nothing else is reached."""
    found = {
        (name, spec, how) for _, name, spec, how in Formatter().parse(text) if name is not None
    }
    assert all(name.isidentifier() and not spec and how is None for name, spec, how in found), text
    return {name for name, _, _ in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_people_wrote(language: str) -> None:
    with SOURCES[language].with_suffix(".mo").open("rb") as stream:
        kept = read_mo(stream)
    fresh = read_mo(BytesIO(tool.compiled(CATALOGUES[language])))
    assert texts(kept) == texts(fresh) == TEXTS[language], "run: python tools/messages.py"
    assert kept.plural_forms == fresh.plural_forms


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_code_stands_once_and_in_order(language: str) -> None:
    written = SOURCES[language].read_text(encoding="utf-8")
    codes = tool.codes(written)
    assert codes == sorted(set(codes)), "run: python tools/messages.py"
    assert written == tool.ordered(written, CATALOGUES[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_no_translation_is_doubtful(language: str) -> None:
    assert TEXTS[language].keys() == ENGLISH.keys()
    for message in CATALOGUES[language]:
        assert not message.fuzzy or not message.id, message.id
    for code, forms in TEXTS[language].items():
        assert all(forms), f"{code} has no text in {language}"
        assert all(form == form.strip() for form in forms), f"{code} begins or ends with a blank"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_is_there(language: str) -> None:
    for code, forms in TEXTS[language].items():
        wanted = CATALOGUES[language].num_plurals if len(ENGLISH[code]) > 1 else 1
        assert len(forms) == wanted, code


def test_the_languages_have_their_own_number_of_plural_forms() -> None:
    counts = {language: each.num_plurals for language, each in CATALOGUES.items()}
    assert counts == {"en": 2, "pl": 3, "bg": 2}


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_places(language: str) -> None:
    for code, forms in TEXTS[language].items():
        for form in forms:
            assert places(form) == places(ENGLISH[code][-1]), f"{code} in {language}"


@pytest.mark.parametrize("language", ["pl", "bg"])
def test_a_translation_is_no_copy_of_the_english(language: str) -> None:
    copied = {code for code, forms in TEXTS[language].items() if forms == ENGLISH[code]}
    worded = {
        code for code in copied if re.search("[a-z]{2}", re.sub("{.*?}", "", ENGLISH[code][0]))
    }
    assert worded == set()


SPACES = {code.partition(".")[0] for code in ENGLISH}


def test_every_message_that_is_asked_for_is_there() -> None:
    missing = [each for each in asked(SPACES) if each.code not in ENGLISH]
    assert [f"{each.where}: {each.code}" for each in missing] == []


def test_every_message_that_is_there_is_asked_for() -> None:
    assert sorted(ENGLISH.keys() - {each.code for each in asked(SPACES)}) == []


def test_of_every_code_that_is_made_it_is_known_what_it_can_be() -> None:
    assert [f"{each.where}: {each.code}" for each in unknown_families(SPACES)] == []


def test_every_place_is_given_a_value() -> None:
    assert [
        f"{each.where}: {each.code} takes {wanted}, not {set(values)}"
        for each, values in given()
        if each.code in ENGLISH and (wanted := places(ENGLISH[each.code][-1])) != values
    ] == []

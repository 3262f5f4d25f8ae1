"""Text is measured as the shipped font draws it, and wrapped so that no line is too wide."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from salesfsm.maps.text import FAMILY, FONT_FILES, clean, covered, width, wrap


@pytest.mark.parametrize(("file", "bold"), [(FONT_FILES[0], False), (FONT_FILES[1], True)])
def test_the_table_of_widths_is_the_one_of_the_shipped_font(file, bold) -> None:
    font = pytest.importorskip("fontTools.ttLib").TTFont(file)
    assert font["name"].getDebugName(1) == FAMILY
    assert font["head"].unitsPerEm == 1000
    for code, name in font.getBestCmap().items():
        assert width(chr(code), 1000, bold=bold) == pytest.approx(font["hmtx"][name][0])


def test_the_font_covers_the_languages_of_the_library_and_the_symbols_of_maps() -> None:
    assert covered("Zażółć gęślą jaźń, ZAŻÓŁĆ GĘŚLĄ JAŹŃ")
    assert covered("Проучване, Квалификация, Загубена, щъьюя")
    assert covered("✓ ✕ ↻ → ≥ ≤ € „” – … №\n")
    assert not covered("🚀")


@given(st.text(max_size=300), st.floats(30, 300), st.booleans())
def test_no_wrapped_line_is_wider_than_its_column(text: str, column: float, bold: bool) -> None:
    for line in wrap(clean(text), 10, column, bold=bold):
        piece_of_one = len(line) == 1 or width(line[1:], 10, bold=bold) == 0
        assert width(line, 10, bold=bold) <= column + 1e-6 or piece_of_one


@given(st.text(max_size=300), st.floats(30, 300))
def test_wrapping_loses_no_character_but_the_space_between_words(text: str, column: float) -> None:
    def solid(lines: str) -> str:
        return "".join(each for each in lines if not each.isspace())

    assert solid("".join(wrap(clean(text), 10, column))) == solid(clean(text))


def test_lines_of_a_paragraph_are_of_about_one_width() -> None:
    lines = wrap("one two three four five six seven eight nine ten", 10, 150)
    across = [width(line, 10) for line in lines]
    assert len(lines) == 2
    assert min(across) > 0.7 * max(across)


def test_a_line_does_not_break_at_a_space_that_forbids_it() -> None:
    assert wrap("at least 10\u00a0000\u00a0€ now", 10, 60) == (
        "at least",
        "10\u00a0000\u00a0€",
        "now",
    )


def test_a_word_breaks_before_a_letter_and_not_before_its_accent() -> None:
    lines = wrap("z\u030c" * 40, 10, 50)
    assert len(lines) > 1
    assert all(line.startswith("z") for line in lines)


@given(st.text(st.characters(codec=None), max_size=60))
def test_cleaned_text_is_text_that_xml_allows(text: str) -> None:
    for character in clean(text):
        code = ord(character)
        assert (
            character == "\n" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
        )


def test_the_width_of_a_long_text_is_the_sum_of_its_characters() -> None:
    text = "AVAToTa fi ffl"  # pairs that fonts kern or join
    assert width(text, 12) == pytest.approx(math.fsum(width(each, 12) for each in text))

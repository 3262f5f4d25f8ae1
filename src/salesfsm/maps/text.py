"""Text as it will stand on a map: cleaned, measured in the shipped font, and wrapped to fit.

Graphviz can only guess how wide a text is where its font is not installed, so maps measure text
here and tell Graphviz. It is no typesetting: one size, one weight, no kerning (the shipped fonts
carry none).
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path

FAMILY = "Salesfsm Sans"
FONT_FILES = tuple(
    Path(__file__).parent / "fonts" / name
    for name in ("SalesfsmSans-Regular.ttf", "SalesfsmSans-Bold.ttf")
)
LINE_HEIGHT = 1.35
"""Distance between two lines of text, in font sizes; the ascent and descent of Noto Sans."""

_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")
"""Where a line may break: any white space but the spaces made to forbid it."""
_WIDTHS = Path(__file__).parent / "fonts" / "widths.json"
_FINE_ENOUGH = 3.0
"""How near, in points, the narrowest column for the same number of lines is sought."""
_WIDE = 1300
"""Advance assumed for a wide character that the shipped font lacks, such as an emoji."""
_NARROW = 750
"""Advance assumed for any other character that the shipped font lacks."""


class _Advances(dict[str, int]):
    """How far each character advances, in thousandths of the font size."""

    def __missing__(self, character: str) -> int:
        if _joins(character):
            return 0
        return _WIDE if unicodedata.east_asian_width(character) in "WF" else _NARROW


@cache
def _advances() -> dict[str, _Advances]:
    table = json.loads(_WIDTHS.read_text(encoding="ascii"))
    return {weight: _Advances(advances) for weight, advances in table.items()}


def clean(text: str) -> str:
    """``text`` in composed form (NFC), without the characters that XML 1.0 forbids.

    Line breaks stay, tabs become spaces, other control characters go.
    """
    if text.isprintable():
        return unicodedata.normalize("NFC", text)
    lines = "\n".join(text.expandtabs(1).splitlines())
    return unicodedata.normalize("NFC", "".join(filter(_allowed, lines)))


def _allowed(character: str) -> bool:
    if character == "\n":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs") and character not in "\ufffe\uffff"


def covered(text: str) -> bool:
    """Whether the shipped font has every character of ``text``, line breaks aside."""
    return _advances()["regular"].keys() >= set(text) - {"\n"}


def foreign(text: str) -> bool:
    """Whether ``text`` is in a script that the shipped font lacks: it has none of the letters."""
    letters = {each for each in text if each.isalpha()}
    return bool(letters) and not any(map(covered, letters))


@lru_cache(maxsize=4096)  # a map measures each of its texts several times
def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide one line of text is, in points, at the font size ``size`` in points."""
    advances = _advances()["bold" if bold else "regular"]
    return size / 1000 * sum(map(advances.__getitem__, text))


def _joins(character: str) -> bool:
    """Whether the character belongs to the one before it: a combining mark, a joiner."""
    return unicodedata.category(character) in ("Mn", "Me", "Cf")


def wrap(text: str, size: float, column: float, *, bold: bool = False) -> tuple[str, ...]:
    """The lines of ``text``, none wider than ``column`` points, and of about the same width.

    Breaks stand between words; a word wider than the column is broken inside. Of the columns that
    give as few lines, the narrowest is taken, so that no line is left with a single short word.
    """
    column = max(column, 2 * size)
    measure = partial(width, size=size, bold=bold)
    whole = " ".join(filter(None, _SPACE.split(text)))
    if whole and "\n" not in text and measure(whole) <= column:
        return (whole,)  # most texts of a map are one short line
    paragraphs = [
        [(word, measure(word)) for word in _SPACE.split(paragraph) if word]
        for paragraph in text.split("\n")
    ]
    lines = _greedy(paragraphs, column, measure)
    longest = max((each for words in paragraphs for _, each in words), default=0.0)
    low, high = max(column / 2, longest if longest <= column else 0.0), column
    while len(lines) > 1 and high - low > _FINE_ENOUGH:
        middle = (low + high) / 2
        narrower = _greedy(paragraphs, middle, measure)
        if len(narrower) <= len(lines):
            lines, high = narrower, middle
        else:
            low = middle
    return tuple(lines)


def column_for(text: str, size: float, least: float, *, bold: bool = False) -> float:
    """A column width, in points and not under ``least``, that gives ``text`` a pleasant shape.

    A long text gets a wider column, so that its block is about three times as wide as high.
    """
    area = width(text, size, bold=bold) * size * LINE_HEIGHT
    return max(least, math.sqrt(3 * area))


def _greedy(
    paragraphs: Sequence[Sequence[tuple[str, float]]],
    column: float,
    measure: Callable[[str], float],
) -> list[str]:
    """Lines that take each word, given with its width, as long as there is room for it."""
    lines: list[str] = []
    space = measure(" ")
    for words in paragraphs:
        line: list[str] = []
        used = 0.0
        for word, across in words:
            if line and used + space + across > column:
                lines.append(" ".join(line))
                line, used = [], 0.0
            if across > column:
                *full, rest = _pieces(word, column, measure)
                lines.extend(full)
                line, used = [rest], measure(rest)
            else:
                used += space * bool(line) + across
                line.append(word)
        if line:
            lines.append(" ".join(line))
    return lines


def _pieces(word: str, column: float, measure: Callable[[str], float]) -> list[str]:
    """A word, broken where it is wider than the column, but never before a mark that joins."""
    pieces, piece, used = [], "", 0.0
    for character in word:
        across = measure(character)
        joined = _joins(character) or piece.endswith("\u200d")
        if piece and used + across > column and not joined:
            pieces.append(piece)
            piece, used = "", 0.0
        piece += character
        used += across
    return [*pieces, piece]

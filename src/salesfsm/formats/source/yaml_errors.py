"""Tells the syntax errors of PyYAML, of its parser in C and of that in Python, in plain words.

Both parsers find nearly the same errors in the same places, but word them differently and as
their own state ("expected <block end>, but found '?'"), which helps no one to mend a file.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

import yaml

from salesfsm.formats.source.text import LOOKALIKE, Position, SourceText, about_lookalike


class Mark(Protocol):
    """What the marks of both parsers have; both count from 0."""

    line: int
    column: int


_QUOTES: Final = "a rule or text with [ ] or { }, ',' or ': ' goes in quotes."

_FAULTS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "mapping values are not allowed",
        "a ':' stands where no key can be",
        "Indent the keys of one mapping alike, and put a text that holds ': ' in quotes.",
    ),
    (
        "sequence entries are not allowed",
        "a list item '-' stands where none can begin",
        "Begin the list on the line below its key.",
    ),
    (
        "mapping keys are not allowed",
        "a '?' stands where no key can be",
        "Put a text that begins with ? in quotes.",
    ),
    (
        "found unexpected ':'",
        "a ':' stands right before a bracket or comma",
        "Put a space behind it, or the text in quotes.",
    ),
    (
        "scanning a directive",
        "a line that begins with % is not allowed",
        "Remove it; files are always read as YAML 1.2.",
    ),
    (
        "could not find expected ':'",
        "this line is neither 'key: value' nor part of a text",
        "Put a ': ' behind the key, or quotes around a text of several lines.",
    ),
    (
        "scanning an (alias|anchor)",
        "'*' and '&' begin an alias or an anchor, which are not allowed",
        "Put the text in quotes, such as '*'.",
    ),
    (
        "(scanning|parsing) a (tag|node)",
        "'!' begins a tag, which is not allowed",
        "Remove it; put a text that begins with ! in quotes.",
    ),
    (
        "cannot start any token",
        "an unquoted text cannot begin with '{character}'",
        "Put the text in quotes.",
    ),
    (
        "unexpected end of stream",
        "the quote that opens here is never closed",
        "Close it; a quote inside single quotes is written twice.",
    ),
    (
        "unexpected document",
        "a line in a quoted text begins with '---' or '...'",
        "Indent the lines of the text.",
    ),
    (
        "scanning a block scalar",
        "a text of several lines begins wrongly",
        "Write nothing but | or > on the first line, and indent those that follow.",
    ),
    (
        r"parsing a block .* at [\]}]$",
        "this bracket closes nothing",
        "Remove it, or put the text in quotes.",
    ),
    (
        "parsing a block collection",
        "this is not an item of the list above it",
        "Begin each item with '- ', below the '-' of the others.",
    ),
    (
        "parsing a block mapping",
        "this is not a key of the mapping above it, nor part of its last value",
        "Indent the keys of one mapping alike; put a text in quotes whole or not at all, and"
        " write a quote inside single quotes twice.",
    ),
    (
        "parsing a flow sequence",
        "a ',' or the closing ']' is missing here",
        "Separate items with ',' and close the list with ']'; " + _QUOTES,
    ),
    (
        "parsing a flow mapping",
        "a ',' or the closing '}' is missing here",
        "Separate keys with ',' and close the mapping with '}'; " + _QUOTES,
    ),
    (
        "node content",
        "a value is missing here",
        "Look for a bracket or a comma too many; put a text that begins with one in quotes.",
    ),
    (
        "<document start>",
        "the document ended before this line",
        "Remove what follows it, or indent all of the file alike.",
    ),
)

_TOLD_AT_ITS_START: Final = re.compile(
    "could not find expected ':'|unexpected end of stream|scanning an (alias|anchor)"
)
_ESCAPE: Final = re.compile("parsing a quoted scalar|scanning a double-quoted scalar")


def explain(error: yaml.MarkedYAMLError, text: SourceText) -> tuple[str, str, Position]:
    """The message, hint and position of a syntax error."""
    mark, start = error.problem_mark or error.context_mark, error.context_mark
    position = position_of(mark)
    character = _character(text, position)
    told = f"{error.context or ''}: {error.problem or ''}, at {character}"
    if _ESCAPE.search(told):
        return explain_escape(mark, text)
    if start and _TOLD_AT_ITS_START.search(told):
        position = position_of(start)
    elif start and "flow" in told and position >= text.position(len(text.text)):
        # The end of the file shows nothing: the bracket that is open does.
        bracket = _character(text, position_of(start))
        hint = "Close it, and separate what stands in it with ','."
        return f"the '{bracket}' that opens here is never closed", hint, position_of(start)
    line = text.lines[position[0] - 1] if position[0] <= len(text.lines) else ""
    if invisible := LOOKALIKE.search(line):
        return *about_lookalike(invisible[0]), (position[0], invisible.start() + 1)
    for pattern, message, hint in _FAULTS:
        if re.search(pattern, told):
            return message.replace("{character}", character), hint, position
    return f"this is not YAML: {told}", "", position


def explain_escape(mark: Mark | None, text: SourceText) -> tuple[str, str, Position]:
    """The same for an escape in double quotes; the position is that of its backslash."""
    line, column = position_of(mark)
    backslash = text.lines[line - 1].rfind("\\", 0, column)
    message = "this escape in double quotes is not known, or names no character"
    hint = "Write a backslash as two, or use single quotes, in which nothing is escaped."
    return message, hint, (line, backslash + 1)


def position_of(mark: Mark | None) -> Position:
    """The position that a mark of PyYAML tells, which counts from 0."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _character(text: SourceText, position: Position) -> str:
    line, column = position
    return text.lines[line - 1][column - 1 : column] if line <= len(text.lines) else ""

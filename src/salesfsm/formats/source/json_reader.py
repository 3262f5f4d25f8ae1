"""Reads JSON, strictly as the ``json`` module does, into a tree of plain data and places."""

from __future__ import annotations

import json
import re
from typing import Final, NoReturn

from salesfsm.formats.source.text import SourceText
from salesfsm.formats.source.tree import MAX_DEPTH, TreeBuilder, number

# A string that is not closed runs to the end of the text, so that the search stays linear.
_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
# Also NaN and Infinity, which the ``json`` module reads and the tree refuses.
_FRACTION: Final = re.compile("[.eEN]|Infinity")
_CLOSING: Final = re.compile(r"\s*[\]}]")

_CONSTANTS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}

_FAULTS: Final[dict[str, tuple[str, str]]] = {
    "Expecting value": ("a value is missing here, or is not JSON", "Put texts in double quotes."),
    "Expecting property name": ("a key is missing here", "Put keys in double quotes."),
    "Expecting ':'": ("a ':' is missing here", 'Write "key": value.'),
    "Expecting ','": ("a ',' or a closing bracket is missing here", "Separate values with ','."),
    "Extra data": ("the document ended before this", "Remove what follows it."),
    "Unterminated string": ("the quote that opens here is never closed", "Close it."),
    "Invalid control": (
        "a text holds a line break or a tab as it stands",
        'Write it as "\\n" or "\\t".',
    ),
    "Invalid": (
        "this escape is not known",
        "Write a backslash as two, and a character by its code as \\u and four digits.",
    ),
}


def read_json(text: SourceText) -> TreeBuilder:
    """The data and places of a JSON file; raises DefinitionError."""
    tree = TreeBuilder(text)
    if not text.text.strip():
        tree.empty()
    _check_depth(text, tree)
    try:
        json.loads(text.text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        _explain(error, text, tree)
    _read_tokens(text, tree)
    tree.finish()
    return tree


def _check_depth(text: SourceText, tree: TreeBuilder) -> None:
    """Refuse deep nesting before the ``json`` module, which is recursive, sees it."""
    depth = 0
    for token in _TOKEN.finditer(text.text):
        if token.group() in ("[", "{"):
            depth += 1
        elif token.group() in ("]", "}"):
            depth -= 1
        if depth > MAX_DEPTH:
            tree.too_deep(text.position(token.start()))


def _explain(error: json.JSONDecodeError, text: SourceText, tree: TreeBuilder) -> NoReturn:
    """Tell a syntax error, worded alike for all versions of Python."""
    before = text.text[: error.pos].rstrip()
    if text.text[error.pos : error.pos + 1] in ("]", "}") and before.endswith(","):
        offset = len(before) - 1
    else:
        offset = error.pos
    if not text.text[offset:].strip():
        message, hint = "the file ends while a bracket is open", "Close every '[' and '{'."
    elif text.text[offset : offset + 1] == "," and _CLOSING.match(text.text, offset + 1):
        message, hint = "a ',' stands before a closing bracket", "Remove it."
    else:
        fault = (told for start, told in _FAULTS.items() if error.msg.startswith(start))
        message, hint = next(fault, (f"this is not JSON: {error.msg}", ""))
    tree.give_up(message, hint, text.position(offset))


def _read_tokens(text: SourceText, tree: TreeBuilder) -> None:
    """Give the tree every token of a text that is known to be JSON."""
    for found in _TOKEN.finditer(text.text):
        lexeme, at = found.group(), text.position(found.start())
        if lexeme in (":", ","):
            continue
        if lexeme == "{":
            tree.enter({}, at)
        elif lexeme == "[":
            tree.enter([], at)
        elif lexeme in ("}", "]"):
            tree.leave()
        elif tree.wants_key:
            tree.key(json.loads(lexeme), at)
        elif lexeme.startswith('"'):
            tree.scalar(json.loads(lexeme), at)
        elif lexeme in _CONSTANTS:
            tree.scalar(_CONSTANTS[lexeme], at)
        else:
            tree.scalar(number(lexeme, float if _FRACTION.search(lexeme) else int), at)

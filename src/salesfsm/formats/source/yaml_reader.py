"""Reads YAML by the core rules of YAML 1.2 into a tree of plain data and places.

Only the parser's events are used, never its constructors, so nothing in a file can name a Python
object. Anchors, aliases, tags, merge keys and directives are refused: a definition means what
stands there. Syntax errors are told in plain words by ``yaml_errors``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import yaml

from salesfsm.errors import shorten
from salesfsm.formats.source.text import LOOKALIKE, Position, SourceText, about_lookalike
from salesfsm.formats.source.tree import Scalar, TreeBuilder, number
from salesfsm.formats.source.yaml_errors import explain, explain_escape, position_of

EventLoader = type[yaml.BaseLoader]

EVENT_LOADER: EventLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The parser in C where PyYAML was built with it, else the one in Python, ten times slower.

What both accept, both read alike. The one in Python refuses a ``?`` inside an unquoted text between
brackets, and the one in C a ``:`` right before a bracket; both say where.
"""

# Readers of YAML disagree about tabs outside of comments, and people cannot see them.
_TAB: Final = re.compile(r"^(?! *#)[^\t\n]*\t", re.MULTILINE)
_DIRECTIVE: Final = re.compile(r"(?: *(?:#.*)?\n)*+%")

# The core schema: section 10.3.2 of the specification of YAML, revision 1.2.2.
_CONSTANTS: Final[dict[str, bool | None]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BEGINNINGS: Final = frozenset("~nNtTfF+-.0123456789").union([""])
"""How a plain scalar begins that is no text."""

_NUMBER: Final = re.compile(
    r"(?P<decimal>[-+]?[0-9]+)|(?P<octal>0o[0-7]+)|(?P<hexadecimal>0x[0-9a-fA-F]+)"
    r"|(?P<float>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<not_finite>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)
_CONVERSIONS: Final[dict[str | None, Callable[[str], int | float]]] = {
    "decimal": int,
    "octal": lambda text: int(text, 8),
    "hexadecimal": lambda text: int(text, 16),
    "float": float,
    "not_finite": lambda text: float(text.replace(".", "")),
}


def read_yaml(text: SourceText) -> TreeBuilder:
    """The data and places of a YAML file; raises DefinitionError."""
    if "\t" in text.text:
        text.refuse_matches(
            _TAB,
            "a tab stands here, and tabs are not allowed",
            'Indent and separate with spaces; in double quotes, a tab is written "\\t".',
        )
    tree = TreeBuilder(text)
    if found := _DIRECTIVE.match(text.text):
        hint = "Remove the line: files are always read as YAML 1.2."
        tree.give_up(
            "a line that begins with % is not allowed", hint, text.position(found.end() - 1)
        )
    parser = EVENT_LOADER(text.text)
    try:
        _read_events(parser, tree)
    except yaml.MarkedYAMLError as error:
        tree.give_up(*explain(error, text))
    except (ValueError, OverflowError):
        # The parser in Python, unlike the one in C, gives the code of an escape to chr() unchecked.
        tree.give_up(*explain_escape(parser.get_mark(), text))
    finally:
        parser.dispose()
    tree.finish()
    return tree


def resolve(plain: str) -> Scalar:
    """What an unquoted scalar stands for by the core schema; infinity for a number too long."""
    if plain[:1] not in _BEGINNINGS:
        return plain
    if plain in _CONSTANTS:
        return _CONSTANTS[plain]
    found = _NUMBER.fullmatch(plain)
    return number(plain, _CONVERSIONS[found.lastgroup]) if found else plain


def _read_events(parser: yaml.BaseLoader, tree: TreeBuilder) -> None:
    """Give the tree everything that the parser comes across.

    Reading takes its time here: the commonest events are asked for first.
    """
    documents = 0
    next_event: Callable[[], yaml.Event] = parser.get_event
    while not isinstance(event := next_event(), yaml.StreamEndEvent):
        at = position_of(event.start_mark)
        if isinstance(event, yaml.ScalarEvent):
            _read_scalar(event, tree, at)
        elif isinstance(event, yaml.CollectionEndEvent):
            tree.leave()
        elif isinstance(event, yaml.CollectionStartEvent):
            _refuse_properties(event, tree, at)
            tree.enter({} if isinstance(event, yaml.MappingStartEvent) else [], at)
        elif isinstance(event, yaml.AliasEvent):
            _read_alias(event, tree, at)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                hint = "Keep it in a file of its own, or remove the '---' line."
                tree.give_up("a second document begins here", hint, at)
    if not documents:
        tree.empty()


def _read_scalar(event: yaml.ScalarEvent, tree: TreeBuilder, at: Position) -> None:
    text: str = event.value
    if event.anchor is not None or event.tag is not None:
        _refuse_properties(event, tree, at)
    # A tag was refused already: it is read as the text that it makes of most scalars.
    plain = not event.style and event.tag is None
    value = resolve(text) if plain else text
    if tree.wants_key and value is text and text.isidentifier():
        tree.key(text, at)  # as almost all keys are
    elif tree.wants_key:
        _read_key(text, value, plain, tree, at)
    elif plain and not text and tree.at_root:
        tree.empty()
    elif plain and not text:
        tree.nothing(at)
    else:
        tree.scalar(value, at)


def _read_key(text: str, value: Scalar, plain: bool, tree: TreeBuilder, at: Position) -> None:
    if plain and not text:
        tree.refuse_key("a key is missing here", "Write 'key: value'.", at)
    elif plain and (found := LOOKALIKE.search(text)):
        tree.refuse_key(*about_lookalike(found[0]), (at[0], at[1] + found.start()))
    elif plain and text == "<<":
        hint = "Write the keys out here."
        tree.refuse_key("the merge key '<<' is not allowed", hint, at)
    elif isinstance(value, str):
        tree.key(value, at)
    else:
        kind = "nothing" if value is None else type(value).__name__
        kind = {"bool": "true or false", "int": "a number", "float": "a number"}.get(kind, kind)
        message = f"the key {shorten(text)} is read as {kind}, and a key has to be a text"
        tree.refuse_key(message, f'Put it in quotes: "{shorten(text)}".', at)


def _read_alias(event: yaml.AliasEvent, tree: TreeBuilder, at: Position) -> None:
    message = f"the alias *{shorten(str(event.anchor))} is not allowed"
    hint = "Write the value out here; put a text that begins with * in quotes."
    if tree.wants_key:
        tree.refuse_key(message, hint, at)
    else:
        tree.refuse(message, hint, at)
        tree.scalar(None, at)


def _refuse_properties(
    event: yaml.ScalarEvent | yaml.CollectionStartEvent, tree: TreeBuilder, at: Position
) -> None:
    """Refuse the anchor and the tag of a value or key, if it has them."""
    if event.anchor is not None:
        hint = "Remove it; put a text that begins with & in quotes."
        tree.refuse(f"the anchor &{shorten(event.anchor)} is not allowed", hint, at)
    if event.tag is not None:
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        hint = "Remove it; put a text that begins with ! in quotes."
        tree.refuse(f"the tag {shorten(tag)} is not allowed", hint, at)

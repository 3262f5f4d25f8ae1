"""Builds plain data, and a tree of places beside it, from what a YAML or JSON reader comes across.

The bounds on depth and size and the rules on keys that both languages share are held here, with
a stack of its own and no recursion, so that no input can exhaust Python's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import NoReturn

from salesfsm.errors import UNWANTED, DefinitionError, Problem, shorten
from salesfsm.formats.source.text import MAX_PROBLEMS, Position, SourceText, code_of
from salesfsm.frozen import FrozenDict, frozen

MAX_DEPTH = 100
"""How many mappings and lists may stand inside each other."""

MAX_NODES = 50_000
"""How many values (mappings, lists and scalars, without keys) one file may hold."""

MAX_SCALAR = 20_000
"""How many characters one text may have."""

MAX_NUMBER = 100
"""How many characters one number may have."""

REFUSED = "?"
"""What stands in the path of a problem for a key that was itself refused."""

Scalar = str | int | float | bool | None
Container = dict[str, object] | list[object]


NOTHING: FrozenDict[str | int, Spot] = frozen({})
"""What stands in a scalar: one for all of them, for most values are scalars."""


@dataclass(slots=True)
class Spot:
    """Where one value stands, where its key stands (None for an item), and the values in it."""

    at: Position
    key_at: Position | None = None
    children: Mapping[str | int, Spot] = NOTHING


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being filled.

    ``key_at`` is set while a mapping waits for a value; ``key`` is None then if that key was
    refused, so that its value is read and checked but not kept.
    """

    data: Container
    inside: dict[str | int, Spot]
    name: str | int
    key: str | None = None
    key_at: Position | None = None


class TreeBuilder:
    """Collects the data, the places and the problems of one file."""

    def __init__(self, text: SourceText) -> None:
        self.text = text
        self.data: object = None
        self.root = Spot((1, 1))
        self.problems: list[Problem] = []
        self._stack: list[_Frame] = []
        self._nodes = 0
        self.wants_key = False
        """Whether what comes next is the key of a mapping."""

    @property
    def at_root(self) -> bool:
        """Whether what comes next is the whole of the file."""
        return not self._stack

    def enter(self, container: Container, at: Position) -> None:
        """A mapping or list begins; what follows is in it until :meth:`leave`."""
        if len(self._stack) >= MAX_DEPTH:
            self.too_deep(at)
        if self.wants_key:
            kind = "mapping" if isinstance(container, dict) else "list"
            self.refuse_key(f"a {kind} is used as a key", "A key is a text.", at)
            name: str | int = REFUSED
            inside: dict[str | int, Spot] = {}
        else:
            name = self._next_name()
            inside = {}
            self._attach(container, at, inside)
        self._stack.append(_Frame(container, inside, name))
        self.wants_key = isinstance(container, dict)

    def leave(self) -> None:
        """The mapping or list that was entered last ends."""
        self._stack.pop()
        frame = self._stack[-1] if self._stack else None
        self.wants_key = frame is not None and isinstance(frame.data, dict) and frame.key_at is None

    def key(self, key: str, at: Position) -> None:
        """A key of the mapping that was entered last."""
        if len(key) > MAX_SCALAR or not key.isprintable():
            self._check_text(key, at)
        frame = self._stack[-1]
        first = frame.inside.get(key)
        if first is not None and first.key_at is not None:
            self.refuse_key(
                f"the key {shorten(key)!r} stands twice in one mapping,"
                f" on line {first.key_at[0]} and again on line {at[0]}",
                "Remove or rename one of the two"
                + (", or begin a new item with '- '." if isinstance(frame.name, int) else "."),
                at,
                key,
            )
        else:
            frame.key, frame.key_at = key, at
            self.wants_key = False

    def scalar(self, value: Scalar, at: Position) -> None:
        """A text, number, truth value or nothing."""
        if isinstance(value, str):
            if len(value) > MAX_SCALAR or not value.isprintable():
                self._check_text(value, at)
        elif isinstance(value, float) and not math.isfinite(value):
            message = f"a number has to be finite, and of {MAX_NUMBER} characters at most"
            self.refuse(message, "Put it in quotes if it is a code or a name.", at)
        self._attach(value, at)

    def nothing(self, at: Position) -> None:
        """No value at all: its place is that of its key, for parsers differ on where nothing is."""
        self._attach(None, self._stack[-1].key_at or at)

    def refuse_key(self, message: str, hint: str, at: Position, *name: str) -> None:
        """A key that cannot be used: a problem, and the value that follows is not kept."""
        self.refuse(message, hint, at, *name)
        self._stack[-1].key, self._stack[-1].key_at = None, at
        self.wants_key = False

    def refuse(self, message: str, hint: str, at: Position, *name: str) -> None:
        """Something that cannot be used: a problem, and reading goes on to find the others."""
        parts = [frame.name for frame in self._stack[1:]]
        if self._stack:
            parts += name or ([] if self.wants_key else [self._next_name()])
        self.problems.append(self.text.problem(message, at, hint, tuple(parts)))
        if len(self.problems) >= MAX_PROBLEMS:
            self.finish()

    def give_up(self, message: str, hint: str, at: Position) -> NoReturn:
        """Something after which reading cannot go on: raises DefinitionError with every problem."""
        self.problems.append(self.text.problem(message, at, hint))
        raise DefinitionError(_in_order(self.problems))

    def too_deep(self, at: Position) -> NoReturn:
        """A mapping or list begins that stands in too many others: raises DefinitionError."""
        message = f"more than {MAX_DEPTH} mappings and lists stand inside each other"
        self.give_up(message, "Look for a bracket that is not closed, or flatten the file.", at)

    def empty(self) -> NoReturn:
        """The file holds nothing but spaces and comments: raises DefinitionError."""
        self.give_up("the file is empty", "Write the definition, or name another file.", (1, 1))

    def finish(self) -> None:
        """The file ends: raises DefinitionError if it has problems."""
        if self.problems:
            raise DefinitionError(_in_order(self.problems))

    def _next_name(self) -> str | int:
        """The key or index under which the next value comes to stand in its parent."""
        if not self._stack:
            return ""
        frame = self._stack[-1]
        if isinstance(frame.data, list):
            return len(frame.data)
        return REFUSED if frame.key is None else frame.key

    def _attach(
        self, value: object, at: Position, inside: Mapping[str | int, Spot] = NOTHING
    ) -> None:
        """Put a value where it belongs, and its spot beside it."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"the file holds more than {MAX_NODES} values"
            self.give_up(message, "Split it, or look for text repeated by mistake.", at)
        if not self._stack:
            self.data, self.root = value, Spot(at, None, inside)
            return
        frame = self._stack[-1]
        data = frame.data
        if isinstance(data, list):
            frame.inside[len(data)] = Spot(at, None, inside)
            data.append(value)
            return
        if frame.key is not None:
            frame.inside[frame.key] = Spot(at, frame.key_at, inside)
            data[frame.key] = value
        frame.key = frame.key_at = None
        self.wants_key = True

    def _check_text(self, text: str, at: Position) -> None:
        """Refuse a text that is too long, or holds one of the characters that are not printable."""
        if len(text) > MAX_SCALAR:
            message = f"a text of {len(text)} characters is too long (at most {MAX_SCALAR})"
            self.refuse(message, "Shorten it, or keep it in a file of its own.", at)
        elif found := UNWANTED.search(text):
            message = (
                f"this text holds the character {code_of(found.group())}, which is not allowed"
            )
            self.refuse(message, "Write the character that is meant itself, without an escape.", at)


def number(text: str, convert: Callable[[str], int | float]) -> int | float:
    """The number that ``text`` stands for; infinity if it is too long, which a tree refuses.

    Whole numbers have no bound of their own, and the time to read one grows with its square.
    """
    return convert(text) if len(text) <= MAX_NUMBER else math.inf


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Problems as they stand in the file; a refusal can be found after what follows it."""
    return sorted(problems, key=attrgetter("position"))

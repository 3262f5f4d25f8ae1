"""The text of a definition file: its bytes decoded, its characters checked, its places told.

What the text means is not known here.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from bisect import bisect_right
from itertools import islice

from salesfsm.errors import DefinitionError, Place, Problem, printable

MAX_BYTES = 1 << 20
"""The largest definition file that is read: some hundred times an ordinary one."""

MAX_PROBLEMS = 100
"""How many problems of one file are told at once."""

Position = tuple[int, int]
"""A line and a column, both from 1; columns count characters."""


class SourceText:
    """The text of one file, with line breaks as ``\\n``, and the way from an offset to a place."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.lines = self.text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def position(self, offset: int) -> Position:
        """The line and column of the character at ``offset`` (from 0)."""
        line = min(bisect_right(self._starts, offset), len(self.lines))
        return line, offset - self._starts[line - 1] + 1

    def place(self, position: Position) -> Place:
        """The place to show for a position: with the name of the file and the line as it stands."""
        line, column = position
        quote = self.lines[line - 1] if line <= len(self.lines) else ""
        return Place(self.file, line, column, printable(quote))

    def problem(
        self, message: str, position: Position, hint: str = "", path: tuple[str | int, ...] = ()
    ) -> Problem:
        """A problem that stands at a position of this text."""
        return Problem(printable(message), path, hint, self.place(position))

    def refuse_matches(self, pattern: re.Pattern[str], message: str, hint: str) -> None:
        """Raise DefinitionError for the characters in which matches of ``pattern`` end.

        ``{}`` in the message stands for the character's code, such as ``U+0007``.
        """
        found = islice(pattern.finditer(self.text), MAX_PROBLEMS)
        offsets = [match.end() - 1 for match in found]
        if offsets:
            raise DefinitionError(
                self.problem(message.format(code_of(self.text[at])), self.position(at), hint)
                for at in offsets
            )


def code_of(character: str) -> str:
    """The code point of a character, as Unicode writes it: ``U+0007``."""
    return f"U+{ord(character):04X}"


LOOKALIKE = re.compile("[\u00a0\u00ad\u1680\u2000-\u200f\u202f\u205f\u2060\u3000]")
"""Characters that look like a space, or like nothing. In texts for people they are in order."""


def about_lookalike(character: str) -> tuple[str, str]:
    """The message and hint for such a character where a key, or a space, is wanted."""
    name = unicodedata.name(character).lower()
    return (
        f"the character {code_of(character)} ({name}) stands here, and it is no space",
        "Replace it by a space, or remove it; an editor may not show it.",
    )


def decode(raw: bytes, file: str) -> str:
    """The text in the bytes of a file, without a byte order mark; DefinitionError if not UTF-8."""
    hint = "Save the file as UTF-8."
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in raw[:2]:
        raise DefinitionError([Problem(f"{file} is UTF-16 or UTF-32, not UTF-8", hint=hint)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind the byte order mark; people count from the file's start.
        start = error.start + len(raw) - len(error.object)
        before = SourceText(raw[:start].decode("utf-8-sig"), file)
        whole = SourceText(raw.decode("utf-8-sig", errors="replace"), file)
        message = f"byte 0x{raw[start]:02x} at offset {start} is not UTF-8"
        position = before.position(len(before.text))
        raise DefinitionError([whole.problem(message, position, hint)]) from None

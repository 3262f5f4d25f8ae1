"""Text and names that Mermaid takes as they stand: whatever a label says, it is no command to
Mermaid, to Markdown or to HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable

from salesfsm.maps import style
from salesfsm.maps.text import clean, column_for, wrap

_PLAIN = re.compile(r"[^\W_ªºﬂß]|[ ,.()/?!'–—-]")
"""What stands for itself in a quoted label; all else is written as a number, such as ``#35;``."""
_COMMAND = re.compile(r"d(?=irection\s)")
"""The one command that Mermaid finds even between quotes, unless a letter is written otherwise."""
_SIGN = re.compile(r"(?<=\$)(?=\$)|(?<=\\)(?=n)|(?<=:)(?=fa-)|(?<=ﬂ)(?=°)|(?<=¶)(?=ß)")
"""Between these Mermaid sees a formula, a line break, an icon or a code of its own, even where they
are written as numbers: an invisible word joiner keeps them apart."""
_PLAIN_ID = re.compile(r"[A-Za-z0-9_.]")


def lines(text: str, column: float, tag: str = "", *, grows: bool = True) -> list[str]:
    """The lines of ``text``, wrapped at ``column`` points or, if it grows, at more for a long text.

    They are broken here because Mermaid breaks no long word. ``tag`` is ``b`` or ``small``.
    """
    ready, bold = clean(text), tag == "b"
    if grows:
        column = column_for(ready, style.HEADING, column, bold=bold)
    opened, closed = (f"<{tag}>", f"</{tag}>") if tag else ("", "")
    wrapped = wrap(ready, style.HEADING, column, bold=bold)
    return [f"{opened}{_escaped(line)}{closed}" for line in wrapped]


def label(ready: Iterable[str]) -> str:
    """A quoted label of lines that :func:`lines` gave. Mermaid knows no empty one."""
    return f'"{"<br/>".join(ready) or " "}"'


def identifier(name: str) -> str:
    """An id that begins with none of Mermaid's own words, and holds no sign of an arrow."""
    plain = (each if _PLAIN_ID.fullmatch(each) else f"-{ord(each):06x}" for each in name)
    return f"n.{''.join(plain)}"


def _escaped(line: str) -> str:
    commands = {found.start() for found in _COMMAND.finditer(line)}
    signs = {found.start() for found in _SIGN.finditer(line)}
    return "".join(
        ("#8288;" if place in signs else "")
        + (each if _PLAIN.fullmatch(each) and place not in commands else f"#{ord(each)};")
        for place, each in enumerate(line)
    )

"""Folds texts to the width of where people read; files and pipes get long lines."""

from __future__ import annotations

from textwrap import wrap

from salesfsm.cli.output import console

NARROWEST = 20
"""Characters of a line that are used at least, however narrow the terminal."""


def folded(text: str, indent: int = 0) -> list[str]:
    """The lines of a text that begins ``indent`` characters in; one empty line for no text."""
    return wrap(text, max(console().width - indent, NARROWEST), break_on_hyphens=False) or [""]

"""Sorts the catalogues of messages by code and compiles them: run it after editing a ``.po`` file.

This is a tool for maintainers: nothing imports it, and it needs Babel.
Usage: ``python tools/messages.py``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LOCALE = Path(__file__).parents[1] / "src/salesfsm/messages/locale"


def main() -> None:
    """Write every ``.po`` anew, in order, and the ``.mo`` beside it."""
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        text = path.read_text(encoding="utf-8")
        if twice := [code for code, times in Counter(codes(text)).items() if times > 1]:
            sys.exit(f"{path}: these codes stand there twice: {', '.join(twice)}")
        catalogue = read(path)
        path.write_text(ordered(text, catalogue), encoding="utf-8")
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        print(f"{path.relative_to(LOCALE)}: {len(catalogue)} messages")


def codes(text: str) -> list[str]:
    """The codes of a ``.po`` file, in its order, as often as each stands there."""
    return re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)


def read(path: Path) -> Catalog:
    """The catalogue in a ``.po`` file; raises ``PoFileError`` for what is malformed."""
    with path.open("rb") as stream:
        return read_po(stream, abort_invalid=True)


def ordered(text: str, catalogue: Catalog) -> str:
    """The ``.po`` file with its messages in the order of their codes, and its head as it is."""
    head = text.split("\n\n", 1)[0]
    body = BytesIO()
    write_po(body, catalogue, width=100, omit_header=True, sort_output=True)
    return f"{head}\n\n{body.getvalue().decode().strip()}\n"


def compiled(catalogue: Catalog) -> bytes:
    """The content of the ``.mo`` file."""
    content = BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


if __name__ == "__main__":
    main()

"""Draws the pictures of docs/gallery.md into docs/gallery/: run it after maps or library change.

The page says which: its ``$ salesfsm`` commands are run, on the files that stand in it.
Usage: ``python tools/gallery.py``.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from salesfsm.cli.group import cli

PAGE = Path(__file__).parents[1] / "docs/gallery.md"
PICTURES = PAGE.parent / "gallery"
LARGEST = 1_500_000
"""Bytes that all pictures together may have."""
_COMMAND = re.compile(r"^\$ salesfsm (.*)$", re.MULTILINE)
_FILE = re.compile(r'^```\w+ title="(.+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)


def main() -> None:
    """Draw every picture of the page, and leave no other in its folder."""
    text = PAGE.read_text(encoding="utf-8")
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, content in _FILE.findall(text):
            Path(name).write_text(content, encoding="utf-8")
        for command in _COMMAND.findall(text):
            cli(shlex.split(command), prog_name="salesfsm", standalone_mode=False)
        drawn = {path.name: path.read_bytes() for path in Path(folder).glob("*.svg")}
    if (size := sum(map(len, drawn.values()))) > LARGEST:
        sys.exit(f"the pictures have {size:,} bytes together, and {LARGEST:,} is the most")
    PICTURES.mkdir(exist_ok=True)
    for path in PICTURES.iterdir():
        path.unlink()
    for name, content in drawn.items():
        (PICTURES / name).write_bytes(content)
    print(f"{len(drawn)} pictures, {size:,} bytes")


if __name__ == "__main__":
    main()

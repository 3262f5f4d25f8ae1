"""The command line: ``salesfsm COMMAND``. It reads files, asks the library, and prints."""

from __future__ import annotations

import io
import sys

from salesfsm.errors import MissingExtraError


def main() -> None:
    """Run the command line; without the ``cli`` extra, say how to get it."""
    try:
        from salesfsm.cli.group import cli  # noqa: PLC0415  # the extra may be missing
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        raise SystemExit(str(MissingExtraError("the command line", "cli"))) from None
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal may not know ✗: better ? than nothing
            stream.reconfigure(errors="replace")
    cli()

"""How tests call a command in their own process, and what it did."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from salesfsm.cli.group import cli

DEMO = ("b2b.yaml", "history.yaml", "deals.csv", "facts.json")
GOLDEN = Path(__file__).parent / "golden"
POOR = """\
salesfsm: 1
process: poor
stages:
  - {name: first, definition: The buyer has answered.}
  - {name: second}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost}
transitions:
  - {trigger: win, source: first, target: won, when: days_in_stage >= 1}
  - {trigger: lose, source: first, target: lost}
"""
"""A process with findings of several checks."""

BROKEN = "salesfsm: 1\nprocess: broken\nstages: [{name: a, colour: red}]\ntransitions: []\n"
"""A process that cannot be used."""


@dataclass(frozen=True)
class Ran:
    """What a command did: its exit code, and what it wrote where."""

    code: int
    out: str
    err: str


def call(*arguments: object) -> Ran:
    """A command run in this process; an error that it does not tell itself is raised."""
    result = CliRunner().invoke(cli, list(map(str, arguments)), prog_name="salesfsm")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def golden_page(commands: Iterable[str], name: str) -> tuple[str, str]:
    """What the commands print on one page, and the page that is kept: first written anew if asked.

    The exit code of each stands below it.
    """
    page = "\n".join(map(_told, commands))
    kept = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        kept.write_text(page, encoding="utf-8")
    return page, kept.read_text(encoding="utf-8")


def _told(command: str) -> str:
    ran = call(*shlex.split(command))
    lines = [line.rstrip() for line in (ran.out + ran.err).splitlines()]
    return "\n".join([f"$ salesfsm {command}", *lines, f"[exit code {ran.code}]", ""])

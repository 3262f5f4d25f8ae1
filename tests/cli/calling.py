"""How tests call a command in their own process, and what it did."""

from __future__ import annotations

from dataclasses import dataclass

from click.testing import CliRunner

from salesfsm.cli.group import cli

DEMO = ("b2b.yaml", "history.yaml", "deals.csv", "facts.json")


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

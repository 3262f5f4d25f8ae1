"""``salesfsm demo``: the main commands, one after the other, on a small example."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import sys
from importlib.resources import files
from pathlib import Path

import click

from salesfsm.cli.group import EXIT_UNUSABLE
from salesfsm.cli.options import json_option, language_option
from salesfsm.cli.output import print_json, say
from salesfsm.errors import MapError
from salesfsm.messages import environment_language, message

FILES = ("b2b.yaml", "history.yaml", "deals.csv", "facts.json")


def _steps(folder: Path, language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The message for what each step shows, and the arguments of its command."""
    spoken = () if language == environment_language(os.environ) else ("--lang", language)
    process, deals, facts = (str(folder / name) for name in ("b2b.yaml", "deals.csv", "facts.json"))
    at = ("--at", "2026-03-02T09:00+01:00")
    return (
        ("demo.check", ("check", process, *spoken)),
        (
            "demo.explain",
            ("explain", process, "qualify", "--facts", facts, *at, *spoken),
        ),
        (
            "demo.replay",
            ("replay", process, deals, "--show", "4", "-o", str(folder / "replay.png"), *spoken),
        ),
        (
            "demo.render",
            ("render", process, "--lang", "pl", "-o", str(folder / "b2b.svg")),
        ),
    )


@click.command("demo")
@click.option(
    "-o",
    "--output",
    default="out",
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for the files of the example and the pictures.",
)
@language_option
@json_option
@click.pass_context
def command(context: click.Context, output: Path, language: str, as_json: bool) -> None:
    """Show the main commands on a small example, whose files are yours to change.

    Exit codes: 0 all of them did their work, 2 one of them could not use its input.
    """
    written = _copy(output)
    group = context.find_root().command
    steps = []
    for number, (shows, arguments) in enumerate(_steps(output, language), 1):
        title = f"{number}. {message(shows, 'en' if as_json else language)}"
        shown = shlex.join(("salesfsm", *arguments))
        if as_json:
            with contextlib.redirect_stdout(io.StringIO()):
                code = _run(group, arguments)
        else:
            say(f"\n{title}", bold=True)
            say(f"$ {shown}\n", dim=True)
            code = _run(group, arguments)
        steps.append({"step": title, "command": shown, "exit_code": code})
    if as_json:
        print_json({"files": [str(path) for path in written], "steps": steps})
    else:
        say("\n" + message("demo.files", language, folder=output), bold=True)
    if any(step["exit_code"] == EXIT_UNUSABLE for step in steps):
        sys.exit(EXIT_UNUSABLE)


def _copy(folder: Path) -> list[Path]:
    """The files of the example, copied where they do not stand yet: yours are left alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name in FILES:
            target = folder / name
            if not target.exists():
                target.write_bytes(files("salesfsm.cli").joinpath("demo_files", name).read_bytes())
            written.append(target)
    except OSError as error:
        raise MapError(f"{folder} cannot be written: {error.strerror}") from None
    return written


def _run(group: click.Command, arguments: tuple[str, ...]) -> int:
    """Run a command of the group as it would run by itself; its exit code."""
    try:
        group.main(list(arguments), prog_name="salesfsm", standalone_mode=False)
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0

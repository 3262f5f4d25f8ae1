"""``salesfsm init``: a process file of one's own, started from a ready-made process."""

from __future__ import annotations

import re
from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from salesfsm.cli.files import check_target, next_steps, write_whole
from salesfsm.cli.options import json_option, language_option
from salesfsm.cli.output import print_json, say
from salesfsm.formats.composed.reading import LIBRARY
from salesfsm.formats.process_file import loads
from salesfsm.formats.source import resolve
from salesfsm.library import text
from salesfsm.messages import message
from salesfsm.process.fields import Name


@click.command("init")
@click.argument("name")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The YAML file to write; the process takes its name.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there already.")
@language_option
@json_option
def command(name: str, output: Path, force: bool, language: str, as_json: bool) -> None:
    """Start a process file from the ready-made process NAME; salesfsm library lists them."""
    name = name.removeprefix(LIBRARY)
    written = text(name)
    check_target(output, force=force)
    if _is_name(output.stem):
        written = re.sub(r"(?m)^process: *\S+", f"process: {output.stem}", written, count=1)
    process = loads(written, file=str(output))
    write_whole(output, written)
    steps = next_steps(output)
    if as_json:
        print_json({"file": str(output), "process": process.name, "from": name, "next": steps})
        return
    say(message("init.written", language, file=output, name=name))
    say(message("init.next", language))
    for step in steps:
        say(f"  {step}")


def _is_name(stem: str) -> bool:
    """Whether the stem of a file can name a process, without quotes."""
    try:
        return TypeAdapter(Name).validate_python(stem) == resolve(stem)
    except ValidationError:
        return False

"""``salesfsm stubs``: type stubs, so that type checkers know the triggers of a bound model."""

from __future__ import annotations

import keyword
from pathlib import Path

import click

from salesfsm.binding.stubs import MARK, stub_of
from salesfsm.cli.files import write_whole
from salesfsm.cli.options import json_option, process_argument
from salesfsm.cli.output import print_json, say
from salesfsm.errors import CommandError
from salesfsm.formats.process_file import load


@click.command("stubs")
@process_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write, beside the module that binds the process; printed if left out.",
)
@click.option("--async", "asynchronous", is_flag=True, help="For a machine that is awaited.")
@click.option(
    "--attribute",
    default="stage",
    metavar="NAME",
    help="The model_attribute that is given to bind.  [default: stage]",
)
@click.option("--force", is_flag=True, help="Write over a file that this command has not made.")
@json_option
def command(
    process_file: Path,
    output: Path | None,
    asynchronous: bool,
    attribute: str,
    force: bool,
    as_json: bool,
) -> None:
    """Write type stubs for the moves of PROCESS, for mypy, pyright and editors.

    With `machine = salesfsm.bind(...)` and `Moves = machine.mixin()` in stages.py, -o stages.pyi
    tells type checkers which triggers the models have.
    """
    if not attribute.isidentifier():
        raise CommandError(f"{attribute!r} is no name of an attribute: write --attribute stage")
    stub = stub_of(load(process_file), asynchronous=asynchronous, model_attribute=attribute)
    if output is None:
        if as_json:
            print_json({"stub": stub})
        else:
            say(stub.rstrip("\n"))
        return
    _check(output, force=force)
    write_whole(output, stub)
    if as_json:
        print_json({"file": str(output)})
    else:
        say(str(output))


def _check(target: Path, *, force: bool) -> None:
    """Refuse a path where a stub would be of no use, or take the place of something else."""
    module = target.stem
    if target.suffix != ".pyi" or not module.isidentifier() or keyword.iskeyword(module):
        raise CommandError(f"{target} is no stub of a module by its name: write stages.pyi")
    if not target.parent.is_dir():
        raise CommandError(f"cannot write {target}: there is no folder {target.parent}")
    if target.is_dir():
        raise CommandError(f"cannot write {target}: it is a folder")
    if target.exists() and not force and not target.read_text("utf-8", "replace").startswith(MARK):
        raise CommandError(
            f"{target} was not made by this command: name another file, or add --force"
        )

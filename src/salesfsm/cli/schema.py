"""``salesfsm schema``: the JSON Schema of process files."""

from __future__ import annotations

import click

from salesfsm.cli.options import json_option
from salesfsm.cli.output import print_json
from salesfsm.formats.schema import process_schema


@click.command("schema")
@json_option
def command(as_json: bool) -> None:
    """Print the JSON Schema of process files, for editors.

    It is JSON with or without --json.
    """
    print_json(process_schema())

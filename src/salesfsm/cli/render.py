"""``salesfsm render``: draw the flowchart of a process."""

from __future__ import annotations

from pathlib import Path

import click

from salesfsm.cli.options import json_option, language_option, process_argument
from salesfsm.cli.output import print_json, say
from salesfsm.formats.process_file import load
from salesfsm.maps import flowchart, write_map
from salesfsm.messages import counted


@click.command("render")
@process_argument
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write; its suffix says what: .svg, .png, .pdf or .dot.",
)
@language_option
@json_option
def command(process_file: Path, output: Path, language: str, as_json: bool) -> None:
    """Draw the flowchart of PROCESS."""
    diagram = flowchart(load(process_file), language=language)
    written = write_map(diagram, output)
    if as_json:
        print_json({"file": str(written), "nodes": len(diagram.nodes), "edges": len(diagram.edges)})
    else:
        nodes = counted("render.nodes", len(diagram.nodes), language)
        edges = counted("render.edges", len(diagram.edges), language)
        say(f"{written}: {nodes}, {edges}")

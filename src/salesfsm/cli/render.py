"""``salesfsm render``: draw a process as a map, with one opportunity or an older version on it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from salesfsm.cli.map_options import Look, map_options
from salesfsm.cli.options import (
    EXISTING,
    json_option,
    language_option,
    process_argument,
    read_events,
    read_moment,
    read_saved,
)
from salesfsm.cli.output import print_json, say
from salesfsm.engine.engine import Engine
from salesfsm.engine.evolve import replay
from salesfsm.formats.process_file import load
from salesfsm.maps import OUTPUTS, Diagram, check_target
from salesfsm.maps.overlays import with_difference, with_opportunity
from salesfsm.messages import counted
from salesfsm.process.process import Process


@click.command("render")
@process_argument
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help=f"The file to write; its suffix says what: {', '.join(OUTPUTS)}.",
)
@map_options
@click.option("--opportunity", type=EXISTING, help="A saved opportunity (JSON) to show on it.")
@click.option("--events", type=EXISTING, help="Its events, one JSON a line: the path it took.")
@click.option("--at", "moment", help="The time that it is shown at; now if left out.")
@click.option("--compare", type=EXISTING, metavar="OLD", help="An older version: what changed.")
@language_option
@json_option
def command(
    process_file: Path,
    output: Path,
    look: Look,
    opportunity: Path | None,
    events: Path | None,
    moment: str | None,
    compare: Path | None,
    language: str,
    as_json: bool,
) -> None:
    """Draw PROCESS as a map.

    The formats: flowchart (decisions and branches), map (stages as columns with their tasks),
    checklist (to tick and to print), buyer (the buyer's phases and the stages face each other).
    """
    check_target(output)
    process = load(process_file)
    diagram = look.diagram(process, language)
    if compare is not None:
        diagram = with_difference(diagram, load(compare), process)
    if opportunity is not None or events is not None:
        diagram = _with_opportunity(diagram, process, opportunity, events, read_moment(moment))
    elif moment is not None:
        raise click.UsageError("--at needs an opportunity: add --opportunity or --events")
    diagram = look.part(diagram, process)
    written = look.write(diagram, output)
    if as_json:
        print_json({"file": str(written), "nodes": len(diagram.nodes), "edges": len(diagram.edges)})
    else:
        nodes = counted("render.nodes", len(diagram.nodes), language)
        edges = counted("render.edges", len(diagram.edges), language)
        say(f"{written}: {nodes}, {edges}")


def _with_opportunity(
    diagram: Diagram, process: Process, saved: Path | None, history: Path | None, at: datetime
) -> Diagram:
    """The map with an opportunity as it was saved, or as its events make it."""
    events = read_events(history) if history else []
    deal = read_saved(saved) if saved else replay(process, events)
    return with_opportunity(diagram, Engine(process), deal, at=at, events=events)

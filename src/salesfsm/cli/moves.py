"""``salesfsm moves``: the ways on from where an opportunity stands, or the way to a stage."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from salesfsm.cli.options import (
    Description,
    by_option,
    json_option,
    language_option,
    opportunity_options,
    process_argument,
    role_option,
)
from salesfsm.cli.output import move_json, print_json, print_table, say
from salesfsm.engine.engine import Engine
from salesfsm.engine.results import Move
from salesfsm.engine.text import Writer, route_text
from salesfsm.formats.process_file import load

COLUMNS = ("column.trigger", "column.target", "column.kind", "column.open", "column.blockers")


@click.command("moves")
@process_argument
@opportunity_options
@click.option("--to", "target", metavar="STAGE", help="Tell the shortest legal way to STAGE.")
@by_option
@role_option
@language_option
@json_option
def command(
    process_file: Path,
    description: Description,
    target: str | None,
    by: str | None,
    role: str | None,
    language: str,
    as_json: bool,
) -> None:
    """List the ways on from where an opportunity stands, and what blocks them.

    Exit codes: 0 they are listed, 1 no way leads to the stage of --to, 2 the input cannot be used.
    """
    engine = Engine(load(process_file))
    deal, at = description.opportunity(engine), description.at
    if target is not None:
        if by is not None or role is not None:
            raise click.UsageError("--to tells a way whoever goes it: leave out --by and --role")
        route = engine.route(deal, target, at=at)
        if as_json:
            moves = list(map(move_json, route.moves))
            print_json({"target": target, "reachable": route.reachable, "moves": moves})
        else:
            say(route_text(engine.process, route, language))
        sys.exit(0 if route.reachable else 1)
    found = (*engine.moves(deal, at=at, by=by, role=role), *engine.handovers(deal, at=at, by=by))
    if as_json:
        print_json(list(map(move_json, found)))
        return
    writer = Writer(engine.process, language)
    title = writer.message("moves.from", stage=writer.stage(deal.stage))
    print_table(title, map(writer.message, COLUMNS), (_row(writer, move) for move in found))


def _row(writer: Writer, move: Move) -> tuple[str, ...]:
    said = [each.code for each in move.blockers]
    said += [f"{each.code} ({writer.level(each.level)})" for each in move.warnings]
    if move.reasons:
        said.append(writer.message("moves.reasons", reasons=", ".join(move.reasons)))
    state = writer.message("value.yes" if move.allowed else "value.no")
    kind = writer.kind(move.kind)
    return move.trigger, writer.stage(move.target), kind, state, ", ".join(said)

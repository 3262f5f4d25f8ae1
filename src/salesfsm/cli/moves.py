"""``salesfsm moves``: the ways on from where an opportunity stands, or the way to a stage."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
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
from salesfsm.engine.events import DueKind
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Move
from salesfsm.engine.text import Writer, route_text
from salesfsm.engine.timing import Due
from salesfsm.formats.process_file import load
from salesfsm.rules.wording import Wording

COLUMNS = ("column.trigger", "column.target", "column.kind", "column.open", "column.blockers")
DUE_COLUMNS = ("column.due", "column.which", "column.at", "column.left")

_LABELLED = {DueKind.EVIDENCE: "milestone", DueKind.ACTIVITY: "activity"}
"""What the names of timers name; those that are missing here name a stage."""


@click.command("moves")
@process_argument
@opportunity_options
@click.option("--to", "target", metavar="STAGE", help="Tell the shortest legal way to STAGE.")
@click.option("--due", "comes_due", is_flag=True, help="Tell what comes due by itself, and when.")
@by_option
@role_option
@language_option
@json_option
def command(
    process_file: Path,
    description: Description,
    target: str | None,
    comes_due: bool,
    by: str | None,
    role: str | None,
    language: str,
    as_json: bool,
) -> None:
    """List the ways on from where an opportunity stands, and what blocks them.

    With --due, tell what comes due there by itself: transitions after a time, stalling, contacts,
    evidence that expires, planned activities.

    Exit codes: 0 they are listed, 1 no way leads to the stage of --to, 2 the input cannot be used.
    """
    engine = Engine(load(process_file))
    deal, at = description.opportunity(engine), description.at
    if comes_due:
        if target is not None or by is not None or role is not None:
            raise click.UsageError("--due tells what comes by itself: leave out --to, --by, --role")
        _tell_due(engine, deal, at, language, as_json)
        return
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


def _tell_due(
    engine: Engine, deal: Opportunity, at: datetime, language: str, as_json: bool
) -> None:
    every = engine.due(deal)
    if as_json:
        print_json([{"kind": d.kind, "name": d.name, "at": d.at.isoformat()} for d in every])
        return
    writer = Writer(engine.process, language)
    if not every:
        say(writer.message("due.nothing"))
        return
    title = writer.message("moves.due", stage=writer.stage(deal.stage))
    print_table(title, map(writer.message, DUE_COLUMNS), (_due_row(writer, d, at) for d in every))


def _due_row(writer: Writer, due: Due, at: datetime) -> tuple[str, ...]:
    is_trigger = due.kind is DueKind.TRANSITION
    name = due.name if is_trigger else writer.label(_LABELLED.get(due.kind, "stage"), due.name)
    there = due.at.astimezone(writer.process.calendar.zone)
    left = timedelta(minutes=(due.at - at) // timedelta(minutes=1))
    told = Wording(writer.language).value(left)
    return writer.message(f"due.{due.kind}"), name, there.isoformat(" ", "minutes"), told

"""``salesfsm explain``: why a trigger may be fired, or why not."""

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
from salesfsm.cli.output import print_json, say, step_json
from salesfsm.engine.engine import Engine
from salesfsm.formats.process_file import load

ACCEPTED, REFUSED = 0, 1


@click.command("explain")
@process_argument
@click.argument("trigger")
@opportunity_options
@click.option("--reason", help="The reason, where the stage entered needs one.")
@by_option
@role_option
@language_option
@json_option
def command(
    process_file: Path,
    trigger: str,
    description: Description,
    reason: str | None,
    by: str | None,
    role: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Tell why TRIGGER may be fired, or why not: what is missing, who can supply it, and how.

    The name of a hand-over will do too.

    Exit codes: 0 it may be fired, 1 it is refused, 2 the input cannot be used.
    """
    engine = Engine(load(process_file))
    deal = description.opportunity(engine, "en" if as_json else language)
    if trigger in engine.process.handover_by_name:
        step = engine.hand_over(deal, trigger, id=f"{deal.id}+", at=description.at, by=by).giving
    else:
        step = engine.fire(deal, trigger, at=description.at, by=by, role=role, reason=reason)
    if as_json:
        print_json(step_json(step))
    else:
        say(step.explain(language))
    sys.exit(ACCEPTED if step.accepted else REFUSED)

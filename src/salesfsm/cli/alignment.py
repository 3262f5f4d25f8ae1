"""``salesfsm alignment``: how seller and buyer stand to each other in one opportunity."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from salesfsm.cli.options import (
    Description,
    json_option,
    language_option,
    opportunity_options,
    process_argument,
)
from salesfsm.cli.output import named, print_json, say
from salesfsm.engine.alignment import Alignment
from salesfsm.engine.engine import Engine
from salesfsm.engine.naming import Naming
from salesfsm.formats.process_file import load
from salesfsm.process.fields import Text
from salesfsm.process.process import Process
from salesfsm.rules.verdict import Verdict
from salesfsm.rules.vocabulary import BUYER_ACTIVE

ALIGNED, NOT_ALIGNED = 0, 1

_JOBS = {
    Verdict.MET: "alignment.job.met",
    Verdict.UNMET: "alignment.job.unmet",
    Verdict.STALE: "alignment.job.stale",
    None: "alignment.job.unprovable",
}
"""How far a job is, with its message."""


@click.command("alignment")
@process_argument
@opportunity_options
@language_option
@json_option
def command(process_file: Path, description: Description, language: str, as_json: bool) -> None:
    """Tell how far seller and buyer are apart, and what the buyer still owes.

    Exit codes: 0 they are aligned, or cannot be compared, 1 they are not, 2 the input cannot be
    used.
    """
    engine = Engine(load(process_file))
    deal = description.opportunity(engine, language)
    reading = engine.alignment(deal, at=description.at)
    if as_json:
        print_json(_json(engine.process, reading))
    else:
        _tell(deal.id, reading, Naming(engine.process, language))
    sys.exit(NOT_ALIGNED if reading.aligned is False else ALIGNED)


def _json(process: Process, reading: Alignment) -> dict[str, object]:
    """The reading as plain data, with the texts of the process in all its languages."""
    milestones = [process.milestone_by_name[name] for name in reading.milestones]
    return {
        "stage": reading.stage,
        "seller": reading.seller,
        "buyer": reading.buyer,
        "standing": reading.standing,
        "doubtful": reading.doubtful,
        "distance": reading.distance,
        "aligned": reading.aligned,
        "milestones": [
            {"name": each.name, "definition": each.definition, "owner": each.owner}
            for each in milestones
        ],
        "commitments": list(reading.commitments),
        "decisions": list(reading.decisions),
        "jobs": [{"name": each.job, "verdict": each.verdict} for each in reading.jobs],
    }


def _tell(who: str, reading: Alignment, naming: Naming) -> None:
    say(naming.message("alignment.stands", who=who, stage=naming.stage(reading.stage)), bold=True)
    say("  " + naming.message("alignment.seller", phase=_phase(reading.seller, naming)))
    say("  " + naming.message("alignment.buyer", phase=_phase(reading.buyer, naming)))
    if reading.doubtful is not None:
        phase = naming.label("phase", reading.doubtful)
        say("  " + naming.message("alignment.doubtful", phase=phase), fg="yellow")
    say(_distance(reading, naming))
    if reading.aligned is not None:
        say(_verdict(reading, naming), fg="green" if reading.aligned else "yellow")
    if reading.milestones:
        say("\n" + naming.message("alignment.milestones"))
        for name in reading.milestones:
            _tell_milestone(name, naming)
    _tell_texts("alignment.commitments", reading.commitments, naming)
    _tell_texts("alignment.decisions", reading.decisions, naming)
    if reading.jobs:
        say("\n" + naming.message("alignment.jobs"))
        for each in reading.jobs:
            job = next(job for job in naming.process.buyer.jobs if job.name == each.job)
            label = naming.text(job.label, job.name)
            say("  " + naming.message(_JOBS[each.verdict], job=label))


def _phase(name: str | None, naming: Naming) -> str:
    return naming.label("phase", name) if name else naming.message("alignment.no_phase")


def _distance(reading: Alignment, naming: Naming) -> str:
    """How far the two sides are apart, in a sentence."""
    match reading.distance:
        case None if naming.process.stage_by_name[reading.stage].is_open:
            return naming.message("alignment.not_mirrored")
        case None:
            return naming.message("alignment.closed")
        case 0:
            return naming.message("alignment.together")
        case distance if distance > 0:
            return naming.counted("alignment.ahead", distance)
        case distance:
            return naming.counted("alignment.behind", -distance)


def _verdict(reading: Alignment, naming: Naming) -> str:
    """Whether the process allows that, in a sentence."""
    if reading.aligned:
        return naming.message("alignment.aligned")
    if reading.standing != BUYER_ACTIVE:
        state = naming.label("buyer_state", reading.standing)
        return naming.message("alignment.not_active", state=state)
    mirror = naming.process.mirror_in(naming.process.stage_by_name[reading.stage])
    lead, lag = mirror.lead, mirror.lag or 0
    if (reading.distance or 0) > 0:
        if lead == 0:
            return naming.message("alignment.never_ahead")
        return naming.counted("alignment.too_far_ahead", lead)
    if lag == 0:
        return naming.message("alignment.never_behind")
    return naming.counted("alignment.too_far_behind", lag)


def _tell_milestone(name: str, naming: Naming) -> None:
    """A milestone with the act that proves it, and who can obtain the evidence."""
    milestone = naming.process.milestone_by_name[name]
    act = naming.text(milestone.definition)
    called = named(naming, "milestone", name)
    say(f"  {called}: {act}" if act else f"  {called}")
    if milestone.owner:
        say("      " + naming.message("explain.who", owner=naming.owner(milestone.owner)))
    if hint := naming.text(milestone.hint):
        say("      " + naming.message("explain.how", hints=hint))


def _tell_texts(code: str, texts: Iterable[Text], naming: Naming) -> None:
    """A heading, and under it texts of the process; nothing where there is none."""
    said = [naming.text(text) for text in texts]
    if said:
        say("\n" + naming.message(code))
    for text in said:
        say(f"  - {text}")

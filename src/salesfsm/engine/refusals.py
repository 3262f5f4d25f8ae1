"""What an engine says of an opportunity, or a time, that it cannot decide about at all."""

from __future__ import annotations

from datetime import datetime
from typing import NoReturn

from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import ProcessMismatchError, TimeError, ValueTypeError, shorten
from salesfsm.process.process import Process
from salesfsm.rules.values import aware


def refuse_opportunity(given: object) -> NoReturn:
    """Something else was given where an opportunity belongs."""
    raise ValueTypeError(
        f"a command takes an Opportunity, not {shorten(repr(given))}: give what replay() or "
        "the step before gave you (step.unwrap())"
    )


def refuse_time(opportunity: Opportunity, now: datetime) -> NoReturn:
    """The time is out of all reason, or before what has happened already."""
    aware(now)
    raise TimeError(
        f"{now.isoformat()} is before the last event of {opportunity.id}, at "
        f"{opportunity.at.isoformat()}: what happened cannot be preceded. Give a later time"
    )


def refuse_process(process: Process, opportunity: Opportunity) -> NoReturn:
    """The opportunity is of another process, or of another version."""
    raise ProcessMismatchError(
        f"{opportunity.id} belongs to {opportunity.process} {opportunity.version}, and this "
        f"engine decides for {process.key}: use the engine of that version"
    )


def refuse_stage(process: Process, opportunity: Opportunity) -> NoReturn:
    """The opportunity stands where its process has no stage."""
    raise ProcessMismatchError(
        f"{opportunity.id} stands in {opportunity.stage!r}, a stage that {process.key} "
        "does not have: a changed process needs a version of its own"
    )

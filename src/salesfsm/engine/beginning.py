"""Deciding how an opportunity begins: opened by the rules, or adopted from the world outside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from salesfsm.engine.commands import accept_facts, check_reason, check_team, unknown_stage
from salesfsm.engine.events import Event, Opened
from salesfsm.engine.evolve import begin, evolve
from salesfsm.engine.opportunity import check_texts
from salesfsm.engine.plans import Guard, split_by_level
from salesfsm.engine.results import blocker
from salesfsm.engine.step import Step
from salesfsm.errors import CommandError
from salesfsm.frozen import frozen
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process


def opened(
    process: Process,
    id: str,  # noqa: A002  # the word of every CRM
    stage: str,
    at: datetime,
    by: str | None,
    facts: Mapping[str, object],
    owner: str | None,
    team: str | None,
) -> Opened:
    """The event that begins an opportunity, its arguments checked and no criterion asked."""
    if not isinstance(id, str) or not id:
        raise CommandError("an opportunity needs an id: a text that is not empty")
    if stage not in process.stage_by_name:
        raise unknown_stage(process, stage)
    check_texts(id=id, by=by, owner=owner, team=team)
    if team is None and process.teams_of_stages[stage]:
        team = process.teams_of_stages[stage][0]
    accepted = accept_facts(process, facts)
    known = frozen({name: value for name, value in accepted.items() if value is not None})
    return Opened(id, 1, at, by, process.name, process.version, stage, known, owner, team)


def open_examined(process: Process, entries: Mapping[str, Guard], event: Opened) -> Step:
    """The answer to an opening: the stage must be one to begin in, and its entry criteria met."""
    if event.stage in process.starts:
        return begun(process, entries[event.stage], event)
    starts = ", ".join(process.starts)
    found = (blocker("open.stage", event.stage, stage=event.stage, starts=starts),)
    return Step(False, None, (), found, (), "open", process)


def begun(process: Process, entry: Guard, event: Opened, more: Iterable[Event] = ()) -> Step:
    """The answer to a beginning, with the events that follow at once: is its stage's entry met?"""
    check_team(process, event.team)
    events: tuple[Event, ...] = (event, *more)
    opportunity = begin(event)
    for each in events[1:]:
        opportunity = evolve(opportunity, each)
    blocking, warnings = split_by_level(entry.examine(opportunity, event.at))
    if blocking:
        return Step(False, None, (), blocking, warnings, "open", process)
    return Step(True, opportunity, events, (), warnings, "open", process)


def adopted(process: Process, event: Opened, reason: str | None, note: str) -> Step:
    """The answer to an adoption, which is always accepted; a reason is kept where it is lost."""
    check_reason(process, event.stage, reason)
    check_texts(note=note)
    lost = process.stage_by_name[event.stage].outcome is Outcome.LOST
    kept = replace(event, reason=reason if lost else None, note=note)
    return Step(True, begin(kept), (kept,), (), (), "adopt", process)

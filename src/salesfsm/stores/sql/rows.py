"""Between rows and values: what of an opportunity stands in which column, and back again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

import msgspec
from msgspec.structs import replace
from sqlalchemy import RowMapping

from salesfsm.engine.codec import (
    event_from_json,
    event_to_json,
    opportunity_from_json,
    opportunity_to_json,
)
from salesfsm.engine.events import AnyEvent, Opened
from salesfsm.engine.evolve import begin
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import EventError, SalesFsmError
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.kinds import Outcome
from salesfsm.rules.values import FactValue
from salesfsm.stores.port import Append, Current

Row = RowMapping
"""What the driver gives, by column. It may be anything: rows are written by others too."""


PINNED, STOOD = ("id", "process", "version", "stage"), ("opened_at", "entered_at", "active_at")
"""Columns that say where an opportunity stands, and since when."""

Time = Callable[[datetime | None], object]
"""Makes of a time what the driver takes."""


def current_row(current: Current, time: Time) -> dict[str, object]:
    """How an opportunity stands, by column."""
    opportunity = current.opportunity
    return {
        "id": opportunity.id,
        "sequence": opportunity.sequence,
        "process": opportunity.process,
        "version": opportunity.version,
        "stage": opportunity.stage,
        "outcome": current.outcome.value,
        "owner": opportunity.owner,
        "team": opportunity.team,
        "opened_at": time(opportunity.opened_at),
        "entered_at": time(opportunity.entered_at),
        "active_at": time(opportunity.active_at),
        "state": opportunity_to_json(opportunity),
        **reckoning(current, time),
    }


def reckoning(current: Current, time: Time) -> dict[str, object]:
    """When it stalls and comes due, by column."""
    return {
        "stalled_at": time(current.stalled_at),
        "due_at": time(current.due_at),
        "rung": msgspec.json.encode(current.rung).decode() if current.rung else "[]",
    }


def event_row(event: AnyEvent, time: Time) -> dict[str, object]:
    """An event, by column."""
    return {
        "opportunity_id": event.opportunity_id,
        "sequence": event.sequence,
        "type": event.__struct_config__.tag,
        "at": time(event.at),
        "by": event.by,
        "body": event_to_json(event),
    }


def answer_row(append: Append) -> dict[str, object]:
    """What the command of an append with a key did, by column."""
    if append.key is None:
        raise ValueError("an append without a key answers none")
    opportunity = append.current.opportunity
    return {
        "digest": digest(append.key.name),
        "command": append.key.command,
        "opportunity_id": opportunity.id,
        "first": append.expected + 1,
        "last": opportunity.sequence,
    }


def digest(key: str) -> str:
    """What is kept of an idempotency key: callers put names of people into them."""
    return sha256(key.encode()).hexdigest()


def read_event(body: object, opportunity_id: str, sequence: int) -> AnyEvent:
    """The event of a row; raises ``EventError`` where it is not that one."""
    event = event_from_json(_text(body, "body"))
    if (event.opportunity_id, event.sequence) != (opportunity_id, sequence):
        raise EventError(
            f"its row of event {sequence} holds event {event.sequence} of {event.opportunity_id}"
        )
    return event  # type: ignore[return-value]  # event_from_json reads a member of AnyEvent


def read_state(row: Row) -> Opportunity:
    """The opportunity of a row; raises ``EventError`` where its state is not that of the row."""
    opportunity = opportunity_from_json(_text(row["state"], "state"))
    if (opportunity.id, opportunity.sequence) != (row["id"], row["sequence"]):
        raise EventError(
            f"its row at event {row['sequence']} holds {opportunity.id} at {opportunity.sequence}"
        )
    return opportunity


def read_bare(row: Row, last: object) -> Opportunity:
    """Where an opportunity stands by its columns, and nothing of what is known of it.

    ``last`` is when something last happened to it. Raises ``EventError``.
    """
    id_, process, version, stage = (_text(row[name], name) for name in PINNED)
    owner, team = (each if isinstance(each, str) else None for each in (row["owner"], row["team"]))
    opened, entered, active = (_moment_in(row, name) for name in STOOD)
    try:
        at = max(entered, active, moment(last) or entered)
    except ValueError as error:
        raise EventError(f"the time of its last event: {error}") from None
    facts: FrozenDict[str, FactValue] = frozen({})
    event = Opened(id_, 1, opened, None, process, version, stage, facts, owner, team)
    return replace(
        begin(event), sequence=read_sequence(row), at=at, entered_at=entered, active_at=active
    )


def _moment_in(row: Row, column: str) -> datetime:
    try:
        found = moment(row[column])
    except ValueError as error:
        raise EventError(f"its column {column}: {error}") from None
    if found is None:
        raise EventError(f"its column {column} is empty")
    return found


def read_sequence(row: Row) -> int:
    """The number of the last event, by the row; raises ``EventError`` where it is none."""
    if not isinstance(row["sequence"], int):
        raise EventError(f"{row['sequence']!r} is no number of an event")
    return row["sequence"]


def read_current(row: Row, opportunity: Opportunity) -> Current:
    """How ``opportunity`` stands, by its row; raises ``EventError``."""
    try:
        return Current(
            opportunity,
            Outcome(row["outcome"]),
            moment(row["stalled_at"]),
            moment(row["due_at"]),
            msgspec.json.decode(_text(row["rung"], "rung"), type=tuple[str, ...]),
        )
    except (ValueError, msgspec.DecodeError) as error:
        raise EventError(f"a column cannot be read: {error}") from None


def moment(value: object) -> datetime | None:
    """A time of a column, in UTC; raises ``ValueError`` where it is none."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"{value!r} is no time")
    return value.astimezone(UTC)


def _text(value: object, column: str) -> str:
    if not isinstance(value, str):
        raise EventError(f"its column {column} holds a {type(value).__name__}, not a text")
    return value


UNREADABLE = (SalesFsmError, RecursionError)
"""What reading a row raises where it cannot be read."""

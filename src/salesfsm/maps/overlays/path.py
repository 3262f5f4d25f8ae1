"""The path that an opportunity took, read from its events: which stages, which ways, how long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from salesfsm.engine.events import Event, HandedOver, Migrated, Moved, Opened, Placed
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import MapError
from salesfsm.process.arcs import ArcKey


@dataclass(slots=True)
class Path:
    """Where an opportunity has been before it came to where it stands.

    ``spent`` is the time in each stage that it left, all visits together; ``taken`` holds the
    numbers, from 1, of the moves along each arc. A move that was placed has a number and no arc.
    ``handed`` holds the hand-overs, each with the stage where it stood then.
    """

    spent: dict[str, timedelta] = field(default_factory=dict)
    taken: dict[ArcKey, list[int]] = field(default_factory=dict)
    handed: set[tuple[str, str]] = field(default_factory=set)


def path_of(opportunity: Opportunity, events: Iterable[Event]) -> Path:
    """The path up to the opportunity as it is given; what happened to it later is left out.

    So is what it did in another version of its process, before it was migrated.

    Raises :class:`~salesfsm.errors.MapError` for events of another opportunity.
    """
    path, number, since, stage = Path(), 0, opportunity.opened_at, ""
    for event in sorted(events, key=lambda event: event.sequence):
        if event.opportunity_id != opportunity.id:
            raise MapError(
                f"an event of {event.opportunity_id!r} is no part of the path of "
                f"{opportunity.id!r}: give the events of that one alone"
            )
        if event.sequence > opportunity.sequence:
            break
        match event:
            case Opened():
                since, stage = event.at, event.stage
            case Moved() | Placed():
                number += 1
                _leave(path, event.source, since, event.at)
                since, stage = event.at, event.target
                if isinstance(event, Moved):
                    key = event.trigger, event.source, event.target
                    path.taken.setdefault(key, []).append(number)
            case Migrated():
                path, number = Path(), 0  # what it took before are ways of another version
                since, stage = event.at, event.target
            case HandedOver():
                path.handed.add((event.handover, stage))
    return path


def _leave(path: Path, stage: str, since: datetime, at: datetime) -> None:
    path.spent[stage] = path.spent.get(stage, timedelta(0)) + (at - since)

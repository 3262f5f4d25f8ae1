"""From the events of a store to the opportunity they lead to: what a state is held against."""

from __future__ import annotations

from collections.abc import Iterable

from salesfsm.engine.events import AnyEvent, Opened
from salesfsm.engine.evolve import begin, evolve
from salesfsm.engine.opportunity import Opportunity
from salesfsm.errors import EventError


def folded(opportunity_id: str, sequence: int, events: Iterable[AnyEvent]) -> Opportunity:
    """The opportunity that ``events`` lead to; raises ``EventError`` where it is another one."""
    opportunity: Opportunity | None = None
    for event in events:
        if opportunity is not None:
            opportunity = evolve(opportunity, event)
        elif isinstance(event, Opened):
            opportunity = begin(event)
        else:
            raise EventError("its first event does not open it")
    if opportunity is None or opportunity.sequence != sequence:
        found = opportunity.sequence if opportunity else 0
        raise EventError(f"it is at event {sequence}, and its events end at {found}")
    if opportunity.id != opportunity_id:
        raise EventError(f"its events are of {opportunity.id}")
    return opportunity

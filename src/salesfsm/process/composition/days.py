"""Whether definitions count days, so that the calendar of their process decides what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesfsm.process.definitions import Stage
from salesfsm.process.journey import Milestone
from salesfsm.process.process import Process
from salesfsm.rules.values import Duration


def counts_days(process: Process) -> bool:
    """Whether anything in a process, which may be in the making, counts days."""
    waits = (each.after for each in process.transitions if each.after is not None)
    return _days_in(waits) or days_of(process.stages, process.buyer.milestones)


def days_of(stages: Iterable[Stage], milestones: Iterable[Milestone]) -> bool:
    """Whether some of these count days, and not only hours."""
    valid = (each.valid_for for each in milestones if each.valid_for is not None)
    return _days_in(valid) or any(_days_in(_lengths(stage)) for stage in stages)


def _lengths(stage: Stage) -> Iterator[Duration]:
    if stage.expected is not None:
        yield stage.expected
    match stage.cadence:
        case Duration() as one:
            yield one
        case tuple() as many:
            yield from many


def _days_in(lengths: Iterable[Duration]) -> bool:
    return any(each.days or each.business_days for each in lengths)

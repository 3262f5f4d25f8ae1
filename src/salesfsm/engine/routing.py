"""The shortest legal way from where an opportunity stands to a stage."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import count

from msgspec.structs import replace

from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.plans import PlanTable
from salesfsm.engine.results import Move, Route
from salesfsm.engine.ways import possible, ways
from salesfsm.process.process import Process

Cost = tuple[int, int, int]
"""Detours, moves, blockers: what a way costs, in this order of weight.

A detour is a closed stage passed through, or one on a path of which neither end of the way is.
"""


def shortest_route(
    process: Process, plans: PlanTable, opportunity: Opportunity, to: str, at: datetime
) -> Route:
    """Dijkstra's search over the stages, with the blockers of each move as they would be there."""
    tie = count()
    waiting: list[tuple[Cost, int, str, tuple[Move, ...]]] = [((0, 0, 0), 0, opportunity.stage, ())]
    settled: set[str] = set()
    paths = {process.stage_by_name[end].path for end in (opportunity.stage, to)}
    while waiting:
        (detours, length, blocked), _, stage, path = heapq.heappop(waiting)
        if stage == to:
            return Route(to, True, path)
        if stage in settled:
            continue
        settled.add(stage)
        here = process.stage_by_name[stage]
        passing = bool(path) and not (here.is_open and here.path in paths)
        for move in _moves(process, plans, _standing_in(opportunity, stage, at), at):
            cost = (detours + passing, length + 1, blocked + len(move.blockers))
            heapq.heappush(waiting, (cost, next(tie), move.target, (*path, move)))
    return Route(to, False)


def _standing_in(opportunity: Opportunity, stage: str, at: datetime) -> Opportunity:
    """The opportunity as it would be on entering ``stage`` now, with all that is known today."""
    if stage == opportunity.stage:
        return opportunity
    return replace(opportunity, stage=stage, entered_at=at, rest=None)


def _moves(
    process: Process, plans: PlanTable, opportunity: Opportunity, at: datetime
) -> Iterator[Move]:
    for row in plans[opportunity.stage].values():
        yield from ways(process, possible(row, at), opportunity, at)

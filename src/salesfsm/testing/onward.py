"""The ways on that walks and paths go: transitions, and hand-overs.

After a hand-over the opportunity that it begins goes on. What a way lacks is for
:mod:`~salesfsm.testing.supplying`.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from salesfsm.engine.engine import Engine
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Move
from salesfsm.engine.step import Step
from salesfsm.process.arcs import Arc, MoveKind, sources_among
from salesfsm.process.process import Process
from salesfsm.process.requirements import contract_requirements, entry_requirements
from salesfsm.testing.engines import SELLER

WayKey = tuple[MoveKind, str, str, str]
"""What tells a way from the others: its kind, its trigger or the hand-over, source and target."""


def ways_of(process: Process) -> tuple[Arc, ...]:
    """Every way of the transitions, then every hand-over as one of that kind by its name.

    A hand-over asks what its contract needs, and what the stage asks in which it begins one.
    """
    handovers = (
        Arc(
            each.name,
            source,
            each.target,
            MoveKind.HANDOVER,
            (
                *contract_requirements(process, each.needs),
                *entry_requirements(process, process.stage_by_name[each.target]),
            ),
            each.label,
        )
        for each in process.handovers
        for source in sources_among(process, each.source)
    )
    return (*process.arcs, *handovers)


def key_of(way: Arc | Move) -> WayKey:
    """The key of a way, as the process has it or as the engine shows it."""
    return way.kind, way.trigger, way.source, way.target


def ways_on(
    engine: Engine,
    deal: Opportunity,
    at: datetime,
    by: str | None = None,
    role: str | None = None,
) -> tuple[Move, ...]:
    """Every way on from where it stands; for anybody, or for ``by`` in the role ``role``."""
    moves = engine.moves(deal, at=at, by=by, role=role)
    handovers = engine.handovers(deal, at=at, by=by)
    return (*moves, *(handovers if by else map(_for_anybody, handovers)))


def _for_anybody(handover: Move) -> Move:
    """The hand-over without the blockers about who acts: ``moves`` leaves them out by itself."""
    left = tuple(each for each in handover.blockers if not each.code.startswith("actor."))
    return replace(handover, blockers=left, allowed=not left)


def taken(
    engine: Engine,
    deal: Opportunity,
    way: Move,
    at: datetime,
    *,
    by: str,
    role: str | None = None,
    reason: str | None = None,
) -> tuple[Step, ...]:
    """The engine's answer to taking the way: a step, or those of giver and receiver.

    The receiver is called after its giver and the hand-over, and whose it is :func:`owner_in` says.
    """
    if way.kind is not MoveKind.HANDOVER:
        return (engine.fire(deal, way.trigger, at=at, by=by, role=role, reason=reason),)
    name = f"{deal.id}.{way.trigger}"
    owner = owner_in(engine.process, way.target)
    handed = engine.hand_over(deal, way.trigger, id=name, at=at, by=by, owner=owner)
    return handed.giving, handed.receiving


def owner_in(process: Process, stage: str) -> str | None:
    """Whose an opportunity is that begins in ``stage``: the seller's, where the team allows it.

    The first team of the stage has it; one that names its members takes no other for an owner.
    """
    teams = process.teams_of_stages[stage]
    members = process.team_by_name[teams[0]].members if teams else ()
    return SELLER if not members or SELLER in members else None

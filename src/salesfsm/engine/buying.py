"""Deciding what the buyer does beside proving milestones: revisit, hold, resume, abandon."""

from __future__ import annotations

from datetime import datetime

from salesfsm.engine.commands import Decision
from salesfsm.engine.events import BuyerMove, BuyerMoved, EvidenceWithdrawn
from salesfsm.engine.evolve import STANDINGS
from salesfsm.engine.opportunity import Opportunity, check_texts
from salesfsm.errors import CommandError, UnknownNameError
from salesfsm.process.mirror import phase_order
from salesfsm.process.process import Process


def buyer_stands(
    deal: Opportunity, move: BuyerMove, reason: str, at: datetime, by: str | None
) -> Decision:
    """The buyer pauses, goes on, or gives the matter up; the same again is nothing."""
    check_texts(reason=reason)
    if deal.buyer == STANDINGS[move]:
        return ()
    return (BuyerMoved(deal.id, deal.sequence + 1, at, by, move, None, reason),)


def buyer_revisits(
    process: Process, deal: Opportunity, phase: str, reason: str, at: datetime, by: str | None
) -> Decision:
    """The buyer goes back to ``phase``: what was proven beyond it is withdrawn with it.

    Raises ``CommandError`` where nothing beyond it is proven, so that there is nothing to go back
    from.
    """
    check_texts(phase=phase, reason=reason)
    order = phase_order(process)
    if phase not in order:
        raise UnknownNameError("phase of the buyer", phase, order, within=process.name)
    beyond = [
        (each.name, piece.number)
        for each in process.buyer.milestones
        if each.moves and order[each.moves[1]] > order[phase]
        for piece in deal.evidence.get(each.name, ())
    ]
    if not beyond:
        raise CommandError(
            f"the buyer of {deal.id} is not beyond {phase!r}: there is no evidence for any "
            "milestone that leads further, so there is nothing to go back from"
        )
    first = deal.sequence + 1
    why = reason or f"the buyer revisits {phase}"
    withdrawn = (
        EvidenceWithdrawn(deal.id, first + 1 + i, at, by, milestone, number, why)
        for i, (milestone, number) in enumerate(beyond)
    )
    return (BuyerMoved(deal.id, first, at, by, BuyerMove.REVISIT, phase, reason), *withdrawn)

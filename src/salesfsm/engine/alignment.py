"""How seller and buyer stand to each other in one opportunity: the distance, and what is owed."""

from __future__ import annotations

from datetime import datetime

import msgspec

from salesfsm.engine.opportunity import Opportunity
from salesfsm.process.fields import Text
from salesfsm.process.mirror import first_place, phase_order, seller_phase
from salesfsm.process.process import Process
from salesfsm.rules.verdict import MET, STALE, UNMET, Verdict


class JobReading(msgspec.Struct, frozen=True):
    """How far the buyer is in a job that runs beside the phases.

    ``verdict`` is met where all of its milestones are proven, stale where only expired evidence
    stands between, unmet else, and None where nothing could prove it.
    """

    job: str
    verdict: Verdict | None


class Alignment(msgspec.Struct, frozen=True):
    """Where the two sides of one opportunity stand.

    ``seller`` is the phase that the stage corresponds to (None in a closed stage, and where nothing
    is mirrored), ``buyer`` the furthest phase that is proven, ``doubtful`` the phase further on
    that only expired evidence speaks for. ``distance`` counts phases: above 0 the seller is ahead,
    below 0 behind; None where there is no phase of the seller. ``aligned`` says whether it lies
    within the lead and lag that the process allows, and the buyer is active; None where nothing
    can be compared.

    Outstanding are, from the buyer's phase on and up to the seller's: the ``milestones`` that are
    not proven, and the ``commitments`` and ``decisions`` of these phases. Where both stand in the
    same phase, those that lead on from it; where the seller is behind, none.
    """

    stage: str
    seller: str | None
    buyer: str | None
    standing: str
    doubtful: str | None
    distance: int | None
    aligned: bool | None
    milestones: tuple[str, ...] = ()
    commitments: tuple[Text, ...] = ()
    decisions: tuple[Text, ...] = ()
    jobs: tuple[JobReading, ...] = ()


def alignment_of(process: Process, deal: Opportunity, at: datetime) -> Alignment:
    """The reading for ``deal`` at ``at`` (aware, UTC)."""
    order, phases = phase_order(process), process.buyer.phases
    start = first_place(process)
    leading = [(each, order[each.moves[1]]) for each in process.buyer.milestones if each.moves]
    verdicts = {each.name: _proof(deal, each.name, at) for each in process.buyer.milestones}
    here = max([start, *(to for each, to in leading if verdicts[each.name] is MET)])
    claimed = max([start, *(to for each, to in leading if verdicts[each.name] is not UNMET)])
    seller = seller_phase(process, deal.stage)
    place = order[seller] if seller is not None else None
    # The last phase that the buyer has to leave, for the two to meet or to go on together.
    last = here - 1 if place is None or place < here else max(here, place - 1)
    between = phases[here : last + 1]
    distance = None if place is None else place - here
    return Alignment(
        deal.stage,
        seller,
        phases[here].name if phases else None,
        deal.buyer,
        phases[claimed].name if claimed > here else None,
        distance,
        _is_aligned(process, deal, distance),
        tuple(
            each.name
            for each, to in leading
            if here < to <= last + 1 and verdicts[each.name] is not MET
        ),
        tuple(text for phase in between for text in phase.commitments),
        tuple(text for phase in between for text in phase.decisions),
        tuple(
            JobReading(job.name, _least([verdicts[name] for name in job.milestones]))
            for job in process.buyer.jobs
        ),
    )


def _is_aligned(process: Process, deal: Opportunity, distance: int | None) -> bool | None:
    if deal.buyer != "active":
        return False
    if distance is None:
        return None
    mirror = process.mirror_in(process.stage_by_name[deal.stage])
    lead, lag = mirror.lead, mirror.lag
    return distance <= lead and (lag is None or -distance <= lag)


def _proof(deal: Opportunity, milestone: str, at: datetime) -> Verdict:
    pieces = deal.evidence.get(milestone)
    if not pieces:
        return UNMET
    return MET if pieces[0].until > at else STALE


def _least(verdicts: list[Verdict]) -> Verdict | None:
    for verdict in (UNMET, STALE, MET):
        if verdict in verdicts:
            return verdict
    return None

"""Deciding a hand-over: a new opportunity of the next plane begins out of one of this plane."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from salesfsm.engine.acting import Actor, hindrances
from salesfsm.engine.beginning import begun
from salesfsm.engine.events import EvidenceRecorded, HandedOver, Opened
from salesfsm.engine.evolve import evolve
from salesfsm.engine.opportunity import Opportunity, Origin
from salesfsm.engine.plans import Guard
from salesfsm.engine.results import Blocker, Move, blocker
from salesfsm.engine.step import Step
from salesfsm.engine.ways import held
from salesfsm.frozen import frozen
from salesfsm.process.arcs import MoveKind, sources_among
from salesfsm.process.handover import Handover
from salesfsm.process.process import Process


class Handed(msgspec.Struct, frozen=True):
    """The answer to a hand-over: a step of the giving opportunity, and one of the receiving.

    Where it is refused, ``giving`` tells why and ``receiving`` has no opportunity.
    """

    giving: Step
    receiving: Step

    @property
    def accepted(self) -> bool:
        """Whether the receiving opportunity has begun."""
        return self.giving.accepted

    def unwrap(self) -> tuple[Opportunity, Opportunity]:
        """The giving and the receiving opportunity; raises ``TransitionBlocked`` if refused."""
        return self.giving.unwrap(), self.receiving.unwrap()

    def explain(self, language: str = "en") -> str:
        """Why it was accepted or refused, as text."""
        told = [self.giving.explain(language)]
        if self.accepted:
            told.append(self.receiving.explain(language))
        return "\n".join(told)

    def __bool__(self) -> bool:
        return self.accepted


def hand_over(
    process: Process,
    handover: Handover,
    needs: Guard,
    entry: Guard,
    giver: Opportunity,
    opened: Opened,
) -> Handed:
    """The answer, for ``opened``: the event that begins the receiving opportunity, bare of facts.

    It inherits what the contract names: facts, and evidence that is in force, with its dates.
    """
    at, command = opened.at, handover.name
    lacking = (
        *_out_of_place(process, handover, giver),
        *held(giver),
        *hindrances(process, giver, Actor(opened.by)),
        *needs.examine(giver, at),
    )
    origin = Origin(giver.id, giver.sequence + 1, handover.name)
    names = (*handover.needs.facts, *handover.carries.facts)
    facts = {name: giver.facts[name] for name in names if name in giver.facts}
    first = replace(opened, facts=frozen(facts), origin=origin)
    receiving = begun(process, entry, first, _inherited(handover, giver, first))
    warned = receiving.warnings
    if lacking or not receiving.accepted:
        every = (*lacking, *receiving.blockers)
        refused = Step(False, giver, (), every, warned, command, process)
        return Handed(refused, Step(False, None, (), every, warned, command, process))
    event = HandedOver(
        giver.id,
        giver.sequence + 1,
        at,
        opened.by,
        handover.name,
        first.opportunity_id,
        first.stage,
    )
    giving = Step(True, evolve(giver, event), (event,), (), (), command, process)
    return Handed(giving, receiving)


def as_move(handed: Handed, handover: Handover, giver: Opportunity) -> Move:
    """What a hand-over would do, as a way on from where the giver stands."""
    step = handed.giving
    return Move(
        handover.name,
        giver.stage,
        handover.target,
        MoveKind.HANDOVER,
        step.accepted,
        step.blockers,
        handed.receiving.warnings,
        label=handover.label,
    )


def _out_of_place(process: Process, handover: Handover, giver: Opportunity) -> tuple[Blocker, ...]:
    sources = sources_among(process, handover.source)
    if giver.stage in sources:
        return ()
    return (
        blocker(
            "handover.source",
            handover=handover.name,
            stage=giver.stage,
            sources=", ".join(sources),
        ),
    )


def _inherited(handover: Handover, giver: Opportunity, first: Opened) -> Iterator[EvidenceRecorded]:
    """The giver's evidence for what the contract names, as far as it is in force."""
    milestones = dict.fromkeys((*handover.needs.milestones, *handover.carries.milestones))
    held = [piece for name in milestones for piece in giver.evidence.get(name, ())]
    kept = (piece for piece in sorted(held, key=lambda each: each.number) if piece.until > first.at)
    for number, piece in enumerate(kept, start=first.sequence + 1):
        yield EvidenceRecorded(
            first.opportunity_id, number, first.at, first.by, replace(piece, number=number)
        )

"""The vocabulary that a process gives to its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from salesfsm.process.definitions import Fact
from salesfsm.process.kinds import Outcome
from salesfsm.rules.types import Kind, Type
from salesfsm.rules.vocabulary import Vocabulary

if TYPE_CHECKING:
    from salesfsm.process.process import Process


def fact_type(fact: Fact, currency: str | None) -> Type:
    """The type of a declared fact in a process with this ``currency``."""
    if fact.type is Kind.MONEY:
        return Type(Kind.MONEY, currency=fact.currency or currency or "")
    return Type(fact.type, fact.options)


def vocabulary_of(process: Process) -> Vocabulary:
    """The names that rules of ``process`` may use, with their types."""
    phases = tuple(phase.name for phase in process.buyer.phases)
    reasons = (
        reason.name
        for stage in process.stages
        if stage.outcome is Outcome.LOST
        for reason in stage.reasons
    )
    return Vocabulary(
        facts={name: fact_type(fact, process.currency) for name, fact in process.facts.items()},
        stages=tuple(stage.name for stage in process.stages),
        reasons=tuple(dict.fromkeys(reasons)),
        milestones=tuple(milestone.name for milestone in process.buyer.milestones),
        tasks=tuple(task.name for stage in process.stages for task in stage.tasks),
        activities=process.activities,
        phases=phases,
        first_phase=process.buyer.start or (phases[0] if phases else ""),
        crossings={
            milestone.name: milestone.moves[1]
            for milestone in process.buyer.milestones
            if milestone.moves
        },
        predicates=tuple(process.predicates),
    )

"""What a hand-over from outside the process begins, as the engine begins it: with evidence."""

from __future__ import annotations

from msgspec.structs import replace

from salesfsm.engine.beginning import begun, opened
from salesfsm.engine.events import EvidenceRecorded
from salesfsm.engine.opportunity import Origin
from salesfsm.engine.plans import Guard, Predicates
from salesfsm.engine.step import Step
from salesfsm.process.requirements import entry_requirements
from salesfsm.verification.witness import NAME, Reading

_GIVER = Origin("giver", 1, "received")
"""The process does not know who gives: that is beyond what it defines."""


def received(reading: Reading, predicates: Predicates) -> Step:
    """The answer to the beginning with all that ``reading`` knows, evidence in force included."""
    process, at = reading.process, reading.now
    stage = process.stage_by_name[reading.text(reading.knowledge.stage)]
    owner, team = reading.reserved("owner"), reading.reserved("team")
    bare = opened(process, NAME, stage.name, at, None, reading.facts, owner, team)
    first = replace(bare, origin=_GIVER)
    brought = [
        EvidenceRecorded(NAME, number, at, None, replace(reading.piece(milestone), number=number))
        for number, milestone in enumerate(reading.evidence, start=first.sequence + 1)
    ]
    entry = Guard(entry_requirements(process, stage), stage.name, predicates)
    return begun(process, entry, first, brought)

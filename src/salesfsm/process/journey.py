"""The buyer's side of a process: phases, milestones between them, and how stages mirror them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from salesfsm.errors import shorten
from salesfsm.process.base import Definition, NamedDefinition
from salesfsm.process.fields import AT_LEAST_ONE, Count, Line, Name, Text, refusal
from salesfsm.process.kinds import Level, Maker
from salesfsm.process.lengths import Wait


class Phase(NamedDefinition):
    """A phase of the buyer's journey, with what the buyer commits to and decides in it."""

    commitments: tuple[Text, ...] = ()
    decisions: tuple[Text, ...] = ()


def _crossing(value: object) -> object:
    if isinstance(value, str):
        source, arrow, target = value.partition("->")
        if not arrow or not source.strip() or not target.strip():
            raise refusal(f"{shorten(value)!r} is not a crossing", "write PHASE -> PHASE")
        return source.strip(), target.strip()
    return value


Crossing = Annotated[
    tuple[Name, Name],
    BeforeValidator(_crossing),
    PlainSerializer(" -> ".join, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "From one phase to another: PHASE -> PHASE.",
            "pattern": r"^\s*[A-Za-z][A-Za-z0-9_.]*\s*->\s*[A-Za-z][A-Za-z0-9_.]*\s*$",
        }
    ),
]


class Milestone(NamedDefinition):
    """A verifiable act that proves where the buyer stands."""

    moves: Crossing | None = Field(
        default=None, description="The crossing that it proves: PHASE -> PHASE."
    )
    definition: Text | None = Field(default=None, description="The observable act.")
    accepts: tuple[Name, ...] = Field(
        default=(), description="The kinds of evidence taken; any if empty."
    )
    made_by: Annotated[tuple[Maker, ...], AT_LEAST_ONE] = Field(
        default=(Maker.BUYER,),
        description="Whose evidence proves it.",
        json_schema_extra={"minItems": 1},
    )
    valid_for: Wait | None = Field(default=None, description="How long evidence stays in force.")
    owner: Line | None = Field(default=None, description="Who can obtain the evidence.")
    hint: Text | None = Field(default=None, description="How to obtain it.")


class Job(NamedDefinition):
    """A job of the buyer's that runs beside all phases, such as validation or consensus."""

    definition: Text | None = Field(default=None, description="What the buyer does in it.")
    milestones: tuple[Name, ...] = Field(
        default=(), description="The milestones that prove it done."
    )


class Buyer(Definition):
    """The buyer's journey: its phases in order, the milestones between them, the jobs beside."""

    phases: tuple[Phase, ...] = ()
    start: Name | None = Field(
        default=None, description="Where the buyer begins; the first phase if left out."
    )
    milestones: tuple[Milestone, ...] = ()
    jobs: tuple[Job, ...] = Field(default=(), description="What the buyer does beside all phases.")


class Mirroring(Definition):
    """How a stage that mirrors a phase is guarded: the buyer must be proven to be there."""

    level: Level = Field(default=Level.BLOCK, description="What entering ahead of the buyer does.")
    lead: Count = Field(
        default=0, description="How many phases the seller may be ahead of the buyer."
    )
    lag: Count | None = Field(
        default=None,
        description="How many phases the seller may be behind; any number if left out.",
    )

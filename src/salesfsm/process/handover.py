"""Handing over: what one plane must bring to the next, and where the next one begins."""

from __future__ import annotations

from pydantic import Field

from salesfsm.process.base import Definition, NamedDefinition
from salesfsm.process.definitions import Sources
from salesfsm.process.fields import Name


class Contract(Definition):
    """Facts and milestones by name: what an opportunity brings along when it is handed over."""

    facts: tuple[Name, ...] = Field(default=(), description="The names of facts.")
    milestones: tuple[Name, ...] = Field(default=(), description="The names of milestones.")

    def with_all(self, other: Contract) -> Contract:
        """This contract and what ``other`` names besides."""
        return Contract(
            facts=tuple(dict.fromkeys((*self.facts, *other.facts))),
            milestones=tuple(dict.fromkeys((*self.milestones, *other.milestones))),
        )


class Handover(NamedDefinition):
    """From an opportunity that stands in ``source`` a new one, linked to it, begins in ``target``.

    What the contract needs must be known and proven before, and is inherited, evidence with its
    dates; what it carries is inherited where it is there.
    """

    source: Sources = Field(description="Where the giving opportunity stands: stages, or a group.")
    target: Name = Field(description="The open stage in which the receiving opportunity begins.")
    needs: Contract = Field(default=Contract(), description="What must be known and proven before.")
    carries: Contract = Field(
        default=Contract(), description="What is taken along where it is there."
    )

"""Who works on opportunities: teams, and the rules by which they are assigned."""

from __future__ import annotations

from pydantic import Field, StrictBool

from salesfsm.process.base import Definition, NamedDefinition
from salesfsm.process.fields import Line, Name, RuleNode
from salesfsm.process.kinds import Plane


class Team(NamedDefinition):
    """A team: the planes that it works on, and its members as commands name them (``by``)."""

    planes: tuple[Plane, ...] = Field(
        default=(), description="The planes whose stages are its own."
    )
    members: tuple[Line, ...] = Field(
        default=(), description="Its members, in the order of their turns."
    )


class Assignment(Definition):
    """A rule of assignment: who gets the opportunities that meet it. The first that is met decides.

    With ``turns`` the members of the team take turns (round robin).
    """

    name: Name = Field(description="What the history calls the rule.")
    when: RuleNode | None = Field(
        default=None, description="Which opportunities it is for; all if left out."
    )
    team: Name | None = Field(default=None, description="The team that gets them.")
    owner: Line | None = Field(default=None, description="The one who gets them.")
    turns: StrictBool = Field(default=False, description="The members of the team take turns.")

"""What must never be: promises of the designer that ``salesfsm verify`` holds a process to."""

from __future__ import annotations

from pydantic import Field

from salesfsm.process.base import Definition
from salesfsm.process.fields import RuleNode, Text


class Invariant(Definition):
    """A condition that no opening and no move may lead into. It guards nothing by itself."""

    never: RuleNode = Field(description="The condition that must not be met, as a rule.")
    says: Text | None = Field(default=None, description="What is promised, in words.")

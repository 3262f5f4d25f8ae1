"""The answer to a command: accepted with events, or refused with what is in the way."""

from __future__ import annotations

import msgspec

from salesfsm.engine.events import Event, Moved, Placed
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.results import Blocker
from salesfsm.engine.text import Writer
from salesfsm.errors import SalesFsmError
from salesfsm.process.process import Process


class Step(msgspec.Struct, frozen=True):
    """The answer to a command: accepted with events, or refused with blockers.

    ``opportunity`` is the new one where it is accepted and the old one where it is refused (None
    where an opening is refused). ``warnings`` are criteria that do not block, or were overridden.
    """

    accepted: bool
    opportunity: Opportunity | None
    events: tuple[Event, ...]
    blockers: tuple[Blocker, ...]
    warnings: tuple[Blocker, ...]
    command: str
    process: Process

    def unwrap(self) -> Opportunity:
        """The new opportunity; raises :class:`TransitionBlocked` where the step is refused."""
        if not self.accepted or self.opportunity is None:
            raise TransitionBlocked(self)
        return self.opportunity

    def explain(self, language: str = "en") -> str:
        """Why it was accepted or refused, as text in ``language`` (English for unknown ones)."""
        writer = Writer(self.process, language)
        lines = [self._outcome(writer)]
        lines += writer.blockers((*self.blockers, *self.warnings))
        return "\n".join(lines)

    def _outcome(self, writer: Writer) -> str:
        who = self.opportunity.id if self.opportunity else writer.message("step.new")
        named = {"who": who, "command": self.command}
        entered = next((e.target for e in self.events if isinstance(e, Moved | Placed)), None)
        if self.accepted and entered:
            return writer.message("step.accepted_in", stage=writer.stage(entered), **named)
        if self.accepted:
            return writer.message("step.accepted", **named)
        ways = len({each.target for each in self.blockers if each.target})
        if ways > 1:
            return writer.message("step.no_way", count=ways, **named)
        return writer.counted("step.refused", len(self.blockers), **named)

    def __bool__(self) -> bool:
        return self.accepted

    def __repr__(self) -> str:
        codes = ", ".join(blocker.code for blocker in self.blockers)
        state = "accepted" if self.accepted else f"refused: {codes}"
        return f"<Step {self.command} {state}>"


class TransitionBlocked(SalesFsmError):  # noqa: N818  # a refusal is no error of the program
    """A refused step that was unwrapped; ``step`` tells everything, the message explains it."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__(step.explain())

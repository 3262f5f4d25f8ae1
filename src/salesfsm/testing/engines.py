"""What every helper of the kit takes: an engine or a process, and a time that is always the same.

Nothing here reads the clock of the machine, so a test tells the same tomorrow.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from salesfsm.engine.engine import Engine
from salesfsm.errors import CommandError
from salesfsm.process.process import Process
from salesfsm.rules.values import aware

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When tests take place unless they say otherwise: a Monday morning."""

SELLER = "anna"
"""Who acts in what the kit makes up."""

Decider = Engine | Process
"""An engine, or a process whose engine needs nothing else."""


def engine_of(decider: Decider, at: datetime = MOMENT) -> Engine:
    """The engine itself, or one of the process whose clock stands still at ``at`` (aware).

    Raises :class:`~salesfsm.errors.CommandError` for a process that names Python predicates.
    """
    if isinstance(decider, Engine):
        return decider
    if decider.predicates:
        raise CommandError(
            f"{decider.key} asks Python ({', '.join(decider.predicates)}), which no file and no "
            "command line has: in Python, give Engine(process, predicates={...}) in the place of "
            "the process"
        )
    return Engine(decider, clock=FixedClock(at))


class FixedClock:
    """A clock that stands still until it is told to move; give it as ``Engine(clock=...)``.

    It raises :class:`~salesfsm.errors.TimeError` for a naive time.
    """

    def __init__(self, at: datetime = MOMENT) -> None:
        self._at = aware(at)

    def __call__(self) -> datetime:
        """The time at which it stands."""
        return self._at

    def set(self, at: datetime) -> None:
        """Let it stand at ``at`` (aware)."""
        self._at = aware(at)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass; a negative length takes it back, as real clocks do at times."""
        self._at += timedelta(days=days, hours=hours, minutes=minutes)

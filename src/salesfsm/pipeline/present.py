"""The clock of a pipeline: never earlier than what the opportunity at hand has seen already.

Clocks jump. One that was set back would make the engine refuse every command until it has caught
up; here time stands still meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from salesfsm.engine.making import Clock
from salesfsm.rules.values import EARLIEST, aware


class Present:
    """Gives the present time; inside of :meth:`not_before`, none that is earlier."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._floor: ContextVar[datetime] = ContextVar("floor", default=EARLIEST)

    def __call__(self) -> datetime:
        """The present time in UTC, or the floor of the block if that is later."""
        return max(aware(self._clock(), "the time of the clock"), self._floor.get())

    @contextmanager
    def not_before(self, at: datetime) -> Iterator[None]:
        """Let no time be earlier than ``at``, in this thread, until the end of the block."""
        token = self._floor.set(at)
        try:
            yield
        finally:
            self._floor.reset(token)

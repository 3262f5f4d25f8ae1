"""Notes what engines answer while tests run, in a form small enough to keep and to send.

Only ``fire`` is listened to: whoever asks in another way has decided nothing. What an answer means
for ways and criteria is worked out once, at the end (``measuring``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import wraps

import msgspec

from salesfsm.engine.engine import Engine
from salesfsm.engine.events import Moved
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.process.process import Process


class Observation(msgspec.Struct, frozen=True, array_like=True):
    """What firing ``trigger`` in ``source`` came to: ``taken`` is the stage entered, if any.

    ``lacking`` are the criteria that were not met, each by its target and code. ``day`` is when.
    An ``overridden`` move was taken in spite of them.
    """

    trigger: str
    source: str
    taken: str
    overridden: bool
    lacking: tuple[tuple[str, str], ...]
    day: date


class Observed:
    """What was observed of one process: each observation once, with the tests that made it."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.tests: dict[Observation, set[str]] = {}
        ways = Counter((arc.source, arc.trigger) for arc in process.arcs)
        self._forks = {way for way, count in ways.items() if count > 1}

    def note(
        self, engine: Engine, opportunity: Opportunity, step: Step, at: object, test: str
    ) -> None:
        """Note what firing came to at the time ``at``, where one was given."""
        told = (*step.blockers, *step.warnings)
        moved = step.events[0] if step.events else None
        taken, day = "", opportunity.at.date()
        if isinstance(moved, Moved):
            taken, day = moved.target, moved.at.date()
            if (moved.source, moved.trigger) in self._forks:  # why were those before it refused?
                ways = engine.moves(opportunity, at=moved.at)
                told += tuple(
                    each for way in ways if way.trigger == moved.trigger for each in way.blockers
                )
        elif isinstance(at, datetime):
            day = at.date()
        lacking = tuple((each.target, each.code) for each in told if each.target)
        if not taken and not lacking:
            return  # no way was looked at: it leads nowhere from here, or is on hold
        overridden = isinstance(moved, Moved) and moved.override is not None
        found = Observation(step.command, opportunity.stage, taken, overridden, lacking, day)
        self.tests.setdefault(found, set()).add(test)


class Observer:
    """Listens to every engine; ``test`` is the one that runs now.

    With ``wanted`` processes it notes these alone.
    """

    def __init__(self, wanted: Iterable[Process] = ()) -> None:
        self.observed: list[Observed] = []
        self.test = ""
        self._every = True
        self._known: dict[int, tuple[Process, Observed]] = {}
        for process in wanted:
            self.of(process)
        self._every = not self.observed

    @contextmanager
    def listening(self) -> Iterator[Observer]:
        """Listen, until the block is left."""
        fire = Engine.fire
        setattr(Engine, "fire", self._beside(fire))  # noqa: B010  # a type checker is right to mind
        try:
            yield self
        finally:
            setattr(Engine, "fire", fire)  # noqa: B010

    def _beside(self, fire: Callable[..., Step]) -> Callable[..., Step]:
        """``Engine.fire`` with the observer at its side."""

        @wraps(fire)
        def observed(
            engine: Engine, opportunity: Opportunity, trigger: str, **given: object
        ) -> Step:
            step = fire(engine, opportunity, trigger, **given)
            if (found := self.of(engine.process)) is not None:
                found.note(engine, opportunity, step, given.get("at"), self.test)
            return step

        return observed

    def of(self, process: Process) -> Observed | None:
        """What is noted of a process; None for one that nobody wants to know of."""
        known = self._known.get(id(process))
        if known is not None:
            return known[1]
        found = next((each for each in self.observed if _same(each.process, process)), None)
        if found is None:
            if not self._every:
                return None
            found = Observed(process)
            self.observed.append(found)
        self._known[id(process)] = process, found  # kept, so that no other gets its id
        return found


def _same(one: Process, other: Process) -> bool:
    """Whether two processes are equal, told quickly of most that are not."""
    return (one.name, one.version) == (other.name, other.version) and one == other

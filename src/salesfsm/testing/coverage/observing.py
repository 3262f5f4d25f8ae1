"""Notes what engines answer while tests run, in a form small enough to keep and to send.

Only ``fire`` and ``elapse`` are listened to: whoever asks in another way has decided nothing. What
the answers mean for ways and criteria is worked out once, at the end (``measuring``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import wraps

from salesfsm.engine.acting import Actor
from salesfsm.engine.engine import Engine
from salesfsm.engine.events import DueKind
from salesfsm.engine.opportunity import Opportunity, Override
from salesfsm.engine.plans import Plan
from salesfsm.engine.step import Step
from salesfsm.engine.timing import Due
from salesfsm.process.process import Process
from salesfsm.rules.values import Duration, aware
from salesfsm.testing.coverage.answers import Firing, Observation


class Observed:
    """What was observed of one process: each observation once, with the tests that made it."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.tests: dict[Observation, set[str]] = {}

    def note(self, firing: Firing, test: str) -> None:
        """Note what firing came to in a test."""
        if (found := firing.observed()) is not None:
            self.tests.setdefault(found, set()).add(test)


class Observer:
    """Listens to every engine; ``test`` is the one that runs now.

    With ``wanted`` processes it notes these alone. It stands between the callers and the class
    ``Engine``: observers that listen at the same time must stop in the reverse order, and a
    subclass whose ``fire`` does not call that of its base is not heard.
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
        heard: dict[str, Callable[..., Step]] = {"fire": Engine.fire, "elapse": Engine.elapse}
        setattr(Engine, "fire", self._beside_fire(Engine.fire))  # noqa: B010  # type checkers mind
        setattr(Engine, "elapse", self._beside_elapse(Engine.elapse))  # noqa: B010
        try:
            yield self
        finally:
            for name, method in heard.items():
                setattr(Engine, name, method)

    def _beside_fire(self, fire: Callable[..., Step]) -> Callable[..., Step]:
        """``Engine.fire`` with the observer at its side."""

        @wraps(fire)
        def observed(
            engine: Engine,
            opportunity: Opportunity,
            trigger: str,
            *,
            at: datetime | None = None,
            by: str | None = None,
            role: str | None = None,
            reason: str | None = None,
            override: Override | None = None,
        ) -> Step:
            now = engine.clock() if at is None else at  # asked once, for both of us
            step = fire(
                engine,
                opportunity,
                trigger,
                at=now,
                by=by,
                role=role,
                reason=reason,
                override=override,
            )
            if (found := self.of(engine.process)) is not None:
                plans = tuple(_plans(engine, opportunity, trigger))
                actor = Actor(by, role)
                firing = Firing(trigger, plans, opportunity, aware(now), actor, reason, step)
                found.note(firing, self.test)
            return step

        return observed

    def _beside_elapse(self, elapse: Callable[..., Step]) -> Callable[..., Step]:
        """``Engine.elapse`` with the observer at its side, for timers that fire a trigger."""

        @wraps(elapse)
        def observed(
            engine: Engine,
            opportunity: Opportunity,
            due: Due,
            *,
            at: datetime | None = None,
            by: str | None = None,
        ) -> Step:
            now = engine.clock() if at is None else at
            step = elapse(engine, opportunity, due, at=now, by=by)
            found = self.of(engine.process) if due.kind is DueKind.TRANSITION else None
            if found is not None:
                moment = aware(now)
                plans = tuple(
                    (index, plan)
                    for index, plan in _plans(engine, opportunity, due.name)
                    if plan.arc.after is not None
                    and _has_come(engine.process, opportunity, plan.arc.after, moment)
                )
                firing = Firing(due.name, plans, opportunity, moment, Actor(by), None, step)
                found.note(firing, self.test)
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


def _plans(engine: Engine, opportunity: Opportunity, trigger: str) -> Iterator[tuple[int, Plan]]:
    """The plans of a trigger where an opportunity stands, each with its index."""
    # Its own, because they hold the predicates that the engine was given.
    yield from enumerate(engine._plans[opportunity.stage].get(trigger, ()))


def _has_come(process: Process, opportunity: Opportunity, after: Duration, at: datetime) -> bool:
    """Whether so long has passed since the opportunity came to its stage."""
    return process.calendar.after(opportunity.running_since, after) <= at


def _same(one: Process, other: Process) -> bool:
    """Whether two processes are equal, told quickly of most that are not."""
    return (one.name, one.version) == (other.name, other.version) and one == other

"""Deeds that are done to an opportunity one after another, and those of them that matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import SalesFsmError

Shows = Callable[[Opportunity], bool]
"""Whether the opportunity shows what it is to show."""


class RefusedError(Exception):
    """The engine does not do what it is told, or what it does does not show what it is to."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done to the opportunity as it is by then.

    Without ``leads`` it leads nowhere: it is something that people do or learn meanwhile.
    """

    do: Callable[[Opportunity], Step]
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """An opportunity, and the events that made it: where it was handed over, of the receiver."""

    deal: Opportunity
    events: tuple[Event, ...]

    def after(self, deed: Deed) -> Life:
        """The life after the deed; raises :class:`RefusedError` where the engine refuses it."""
        next_ = begun(deed.do(self.deal))
        handed_over = next_.deal.id != self.deal.id
        return next_ if handed_over else Life(next_.deal, (*self.events, *next_.events))


def begun(step: Step) -> Life:
    """The life that begins with a step; raises :class:`RefusedError` where that is refused."""
    if not step.accepted or step.opportunity is None:
        raise RefusedError
    return Life(step.opportunity, step.events)


@dataclass(frozen=True, slots=True)
class Course:
    """Deeds that are done one after another; ``lives`` are the one before each, and the last."""

    lives: list[Life]
    deeds: list[Deed] = field(default_factory=list)

    @property
    def life(self) -> Life:
        """The life as it is by now."""
        return self.lives[-1]

    def goes_on(self, deed: Deed) -> None:
        """Do one deed more; raises :class:`RefusedError` where the engine refuses it."""
        self.lives.append(self.life.after(deed))
        self.deeds.append(deed)

    def without_idle(self, size: int, shows: Shows) -> Course:
        """What is left where ``size`` deeds at a time go, if it still shows without them.

        What leads on stays.
        """
        left = self
        idle = [index for index, deed in enumerate(self.deeds) if not deed.leads]
        for stop in range(len(idle), 0, -size):  # what was undone later can go only after that
            shorter = left._without(idle[max(0, stop - size) : stop])
            if shorter is not None and shows(shorter.life.deal):
                left = shorter
        return left

    def _without(self, indexes: Sequence[int]) -> Course | None:
        """The course without some deeds; None where the engine refuses it."""
        first, gone = indexes[0], set(indexes)
        shorter = Course(self.lives[: first + 1], self.deeds[:first])
        try:
            for index, deed in enumerate(self.deeds[first:], start=first):
                if index not in gone:
                    shorter.goes_on(deed)
        except (RefusedError, SalesFsmError):
            return None
        return shorter


def shortest(course: Course, shows: Shows) -> Life:
    """The life without all that can be left out, while it still shows; many deeds at once first.

    No deed is in it that could be left out alone, but what leads on. Raises :class:`RefusedError`
    where not even the whole course shows.
    """
    if not shows(course.life.deal):
        raise RefusedError
    size = len(course.deeds)
    while size:
        shorter = course.without_idle(size, shows)
        if size > 1 or shorter is course:
            size //= 2
        course = shorter
    return course.life

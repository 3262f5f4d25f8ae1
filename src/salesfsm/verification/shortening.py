"""Deeds that are done to an opportunity one after another, and those of them that matter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.engine.step import Step
from salesfsm.errors import SalesFsmError


class RefusedError(Exception):
    """The engine does not do what it is told."""


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


def shortest(beginning: Life, deeds: Sequence[Deed], shows: Callable[[Opportunity], bool]) -> Life:
    """The life without all that can be left out, one deed after the other, while it still shows.

    What leads on stays. Raises :class:`RefusedError` where not even all of the deeds can be done.
    """
    life = _lived(beginning, deeds)
    left, more = list(deeds), True
    while more:
        more = False
        for index in reversed(range(len(left))):  # what was undone later can go only after that
            shorter = _without(index, beginning, left, shows)
            if shorter is not None:
                life, more = shorter, True
                del left[index]
    return life


def _without(
    index: int, beginning: Life, deeds: Sequence[Deed], shows: Callable[[Opportunity], bool]
) -> Life | None:
    if deeds[index].leads:
        return None
    try:
        life = _lived(beginning, [*deeds[:index], *deeds[index + 1 :]])
    except (RefusedError, SalesFsmError):
        return None
    return life if shows(life.deal) else None


def _lived(beginning: Life, deeds: Sequence[Deed]) -> Life:
    life = beginning
    for deed in deeds:
        life = life.after(deed)
    return life

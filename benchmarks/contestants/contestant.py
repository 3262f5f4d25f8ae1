"""What every contestant can do, so that all are timed and checked alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import timedelta
from typing import ClassVar

from benchmarks import sale


class Contestant(ABC):
    """A number of deals, and one way to move them; machines and definitions are built once."""

    name: ClassVar[str]

    def __init__(self, deals: int) -> None:
        self.deals = deals

    @abstractmethod
    def reset(self) -> None:
        """Put every deal into qualification, with an empty history. Never timed."""

    @abstractmethod
    def move(self) -> None:
        """Fire ``qualify`` on every deal. This is what is timed."""

    @abstractmethod
    def outcome(self) -> Iterable[tuple[str, int]]:
        """Of every deal, the stage that it stands in and the number of events in its history."""

    @abstractmethod
    def poorer(self) -> None:
        """Take one fact from each deal in turn (the first has no budget, and so on)."""

    def validate(self) -> None:
        """Raise RuntimeError unless deals move with the guard met, and only then."""
        self.reset()
        self.move()
        if set(self.outcome()) != {("presenting", 1)}:
            raise RuntimeError(f"{self.name} did not move every deal and write its history")
        self.reset()
        self.poorer()
        self.move()
        if set(self.outcome()) != {("qualification", 0)}:
            raise RuntimeError(f"{self.name} moved a deal although a criterion was not met")


def worsened(number: int) -> dict[str, object]:
    """One fact of the sale, changed so that its criterion is not met; another one each time."""
    late = (sale.NOW + sale.WITHIN + timedelta(days=1)).date()
    poor: list[dict[str, object]] = [
        {"budget": sale.MINIMUM - 1},
        {"authority": "user"},
        {"need": None},
        {"decide_by": late},
    ]
    return poor[number % len(poor)]

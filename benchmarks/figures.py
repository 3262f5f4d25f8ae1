"""What a benchmark answers: a figure, how far it spread, its limit, and whether it is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Unit = Literal["×", "× faster", "s", "ms", "bytes", "events/s"]


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of what the rounds gave, between the lowest and the highest."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of the values of all rounds."""
        return cls(median(values), min(values), max(values))

    @classmethod
    def of_ratios(cls, values: Sequence[float], references: Sequence[float]) -> Spread:
        """The spread of value ÷ reference, each taken within its own round.

        A machine that slows down for a while slows both, and their ratio stays.
        """
        return cls.of([value / other for value, other in zip(values, references, strict=True)])


@dataclass(frozen=True, slots=True)
class Limit:
    """What a median has to stay at or below, or at or above."""

    side: Literal["at most", "at least"]
    value: float

    def held_by(self, spread: Spread) -> bool:
        """Whether the median is on the right side."""
        if self.side == "at most":
            return spread.median <= self.value
        return spread.median >= self.value


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    ``measured`` and ``reference`` tell the two sides in words. ``spread`` is in ``unit``: ``×`` is
    ours over the reference, ``× faster`` the reference over ours. A figure without a ``limit`` is
    for comparison. Where it could not be measured there is no spread, and ``missing`` says why.
    """

    work: str
    measured: str = ""
    reference: str = ""
    spread: Spread | None = None
    unit: Unit = "×"
    limit: Limit | None = None
    missing: str = ""

    @property
    def held(self) -> bool | None:
        """Whether the limit is held; None where there is none, or nothing was measured."""
        if self.limit is None or self.spread is None:
            return None
        return self.limit.held_by(self.spread)


def in_units(seconds: float) -> str:
    """A time as people read it: ``1.62 µs``, ``84 ms``."""
    for size, unit in ((1e-6, "µs"), (1e-3, "ms")):
        if seconds < size * 1000:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"

"""Coverage for people: lines for a terminal. The page with the map is in ``pages``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from salesfsm.testing.coverage.measuring import Both, Coverage


def percent_of(coverage: Coverage) -> int:
    """The share in per cent, rounded down: 100 is without any gap."""
    return int(coverage.share * 100)


@dataclass(frozen=True, slots=True)
class Sum:
    """How many verdicts of one sort there can be, and what has it in no test: what it ``lack``s."""

    title: str
    lack: str
    points: int
    unseen: tuple[str, ...]


def sums_of(coverage: Coverage) -> tuple[Sum, ...]:
    """The four sums of a coverage: ways taken and refused, criteria met and not met."""
    ways, criteria = tuple(coverage.ways.values()), coverage.criteria
    return (
        _met("transitions taken", "never taken", ways),
        _unmet("transitions refused", "never refused", ways),
        _met("criteria met", "never met", criteria),
        _unmet("criteria not met", "never unmet", criteria),
    )


def _met(title: str, lack: str, every: tuple[Both, ...]) -> Sum:
    asked = [each for each in every if each.can_be_met]
    return Sum(title, lack, len(asked), tuple(each.name for each in asked if not each.met_in))


def _unmet(title: str, lack: str, every: tuple[Both, ...]) -> Sum:
    asked = [each for each in every if each.can_be_unmet]
    return Sum(title, lack, len(asked), tuple(each.name for each in asked if not each.unmet_in))


def lines_of(coverage: Coverage) -> Iterator[str]:
    """The coverage of a process in lines: the sums, then every verdict that no test saw."""
    yield (
        f"{coverage.process.key}: {percent_of(coverage)}% "
        f"({coverage.hit} of {coverage.points} verdicts)"
    )
    for each in sums_of(coverage):
        yield f"  {each.title:<20}{each.points - len(each.unseen)}/{each.points}"
        yield from (f"    {each.lack}: {name}" for name in each.unseen)

"""Coverage for people: lines for a terminal. The page with the map is in ``pages``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesfsm.testing.coverage.measuring import Both, Coverage


def percent_of(coverage: Coverage) -> int:
    """The share in per cent, rounded down: 100 is without any gap."""
    return int(coverage.share * 100)


def lines_of(coverage: Coverage) -> Iterator[str]:
    """The coverage of a process in lines: the sums, then every verdict that no test saw."""
    yield (
        f"{coverage.process.key}: {percent_of(coverage)}% "
        f"({coverage.hit} of {coverage.points} verdicts)"
    )
    ways = tuple(coverage.ways.values())
    for title, missing, every in (
        ("transitions taken", "never taken", (ways, True)),
        ("transitions refused", "never refused", (ways, False)),
        ("criteria met", "never met", (coverage.criteria, True)),
        ("criteria not met", "never unmet", (coverage.criteria, False)),
    ):
        asked = list(_asked(*every))
        unseen = [each.name for each, tests in asked if not tests]
        yield f"  {title:<20}{len(asked) - len(unseen)}/{len(asked)}"
        yield from (f"    {missing}: {name}" for name in unseen)


def _asked(every: Iterable[Both], verdict: bool) -> Iterator[tuple[Both, set[str]]]:
    """What can have the verdict, with the tests in which it had it."""
    for each in every:
        if each.can_be_met if verdict else each.can_be_unmet:
            yield each, each.met_in if verdict else each.unmet_in

"""The ways of a process with what blocks them, and who takes which of them first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from salesfsm.process.arcs import Arc
from salesfsm.process.calendar import surely_over_by
from salesfsm.process.kinds import Level
from salesfsm.process.requirements import Requirement
from salesfsm.rules import core
from salesfsm.rules.values import LATEST


@dataclass(frozen=True, slots=True)
class GuardedWay:
    """An arc with what blocks it until it is met."""

    arc: Arc
    needs: tuple[Requirement, ...]

    @property
    def path(self) -> tuple[str | int, ...]:
        """The path to its transition in the definition."""
        return "transitions", self.arc.transition

    @property
    def conditions(self) -> tuple[core.Condition, ...]:
        """What must be met."""
        return tuple(each.condition for each in self.needs)

    @property
    def reasons(self) -> tuple[tuple[core.Condition, ...], ...]:
        """What each reason asks, where all that may be given ask something; else nothing."""
        asking = [blocking(asked) for _, asked in self.arc.reasons_asking]
        if len(asking) < len(self.arc.reasons) or not all(asking):
            return ()
        return tuple(tuple(each.condition for each in asked) for asked in asking)

    @property
    def asks_nothing(self) -> bool:
        """Whether it is open to everything that stands in its source."""
        return not self.needs and not self.reasons


@dataclass(frozen=True, slots=True)
class Taking:
    """A way as somebody takes it in a ``role`` (None: in none), or as its timer takes it.

    ``rivals`` are the ways of its trigger that come first for them: where one of those is met, that
    one is chosen, even if it then lacks a reason.
    """

    way: GuardedWay
    rivals: tuple[GuardedWay, ...]
    role: str | None = None
    timed: bool = False


def blocking(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Those that refuse at some time; what only warns or advises keeps nobody."""
    return tuple(
        each
        for each in requirements
        if each.level is Level.BLOCK and (each.since is None or each.since < LATEST.date())
    )


def branches_of(ways: Iterable[GuardedWay]) -> list[list[GuardedWay]]:
    """The ways by source and trigger, in the order that decides ties."""
    groups: dict[tuple[str, str], list[GuardedWay]] = {}
    for way in ways:
        groups.setdefault((way.arc.source, way.arc.trigger), []).append(way)
    return list(groups.values())


def takings_of(ways: Iterable[GuardedWay]) -> list[Taking]:
    """Every way once for each choice of those that come before it."""
    found: dict[tuple[GuardedWay, tuple[GuardedWay, ...]], Taking] = {}
    for group in branches_of(ways):
        for taking in _takings(group):
            found.setdefault((taking.way, taking.rivals), taking)
    return list(found.values())


def _takings(group: Sequence[GuardedWay]) -> Iterator[Taking]:
    for index, way in enumerate(group):
        earlier = group[:index]
        for role in way.arc.roles or (None,):
            yield Taking(way, tuple(each for each in earlier if each.arc.open_to(role)), role)
        length = way.arc.after
        if length is not None and way.arc.open_to(None) and not way.arc.reasons:
            due = (
                each
                for each in earlier
                if each.arc.open_to(None)
                and each.arc.after is not None
                and surely_over_by(each.arc.after, length)
            )
            yield Taking(way, tuple(due), timed=True)

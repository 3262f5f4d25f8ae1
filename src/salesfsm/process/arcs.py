"""The single ways from stage to stage that the transitions stand for, with kind and criteria."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from salesfsm.process.definitions import ANY, CLOSED, OPEN, Stage, Transition
from salesfsm.process.fields import Text
from salesfsm.process.kinds import Outcome
from salesfsm.process.requirements import (
    Requirement,
    leaving_requirements,
    mirror_requirements,
    requirements,
)
from salesfsm.rules.values import Duration

if TYPE_CHECKING:
    from salesfsm.process.process import Process


class MoveKind(StrEnum):
    """What a move does, which follows from the order and the outcomes of its two stages.

    A hand-over is none of these: it moves nothing, and another opportunity begins.
    """

    ADVANCE = "advance"
    REGRESS = "regress"
    REPEAT = "repeat"
    WIN = "win"
    LOSE = "lose"
    REOPEN = "reopen"
    ASIDE = "aside"
    HANDOVER = "handover"


ArcKey = tuple[str, str, str]
"""Trigger, source and target of an arc."""


@dataclass(frozen=True, slots=True)
class Arc:
    """One way from one stage to another: what a transition means for one of its sources."""

    trigger: str
    source: str
    target: str
    kind: MoveKind
    requirements: tuple[Requirement, ...]
    label: Text | None = None
    after: Duration | None = None
    reasons: tuple[str, ...] = ()
    reasons_asking: tuple[tuple[str, tuple[Requirement, ...]], ...] = ()
    """The reasons that ask something themselves, and what."""
    roles: tuple[str, ...] = ()
    stops: bool = False
    """Whether work on the opportunity stops here: it leaves its own line, or is closed in it."""
    transition: int = field(default=0, compare=False)
    """The index of the transition in the process."""

    @property
    def key(self) -> ArcKey:
        """Trigger, source and target: what counts of moves are kept by."""
        return self.trigger, self.source, self.target

    @property
    def named(self) -> dict[str, str]:
        """Trigger, source and target by these names, as the texts of findings ask for them."""
        return {"trigger": self.trigger, "source": self.source, "target": self.target}

    def open_to(self, role: str | None) -> bool:
        """Whether somebody in ``role`` (None: in none) may take it, as far as roles go."""
        return not self.roles or role in self.roles

    def open_to_all_of(self, other: Arc) -> bool:
        """Whether everybody who may take ``other`` may take it too, as far as roles go."""
        return all(map(self.open_to, other.roles or (None,)))


def reached(starts: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    """The stages that pairs of stages lead to from ``starts``, these included."""
    following: dict[str, set[str]] = {}
    for source, target in pairs:
        following.setdefault(source, set()).add(target)
    found, waiting = set(starts), list(starts)
    while waiting:
        new = following.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def move_kind(process: Process, source: Stage, target: Stage) -> MoveKind:
    """The kind of a move from ``source`` to ``target``.

    The outcome of the target comes first, then whether the source was closed, then the paths, then
    the order of the stages.
    """
    if target.outcome is Outcome.WON:
        return MoveKind.WIN
    if target.outcome is Outcome.LOST:
        return MoveKind.LOSE
    if not source.is_open:
        return MoveKind.REOPEN
    if source.path != target.path:
        return MoveKind.ASIDE
    if source.name == target.name:
        return MoveKind.REPEAT
    order = list(process.stage_by_name)
    ahead = order.index(source.name) < order.index(target.name)
    return MoveKind.ADVANCE if ahead else MoveKind.REGRESS


def work_stops(source: Stage, kind: MoveKind, homes: Container[str | None]) -> bool:
    """Whether a move of this kind out of ``source`` stops the work on its own line."""
    leaves = kind in (MoveKind.WIN, MoveKind.LOSE, MoveKind.ASIDE)
    return leaves and source.is_open and source.path in homes


def sources_of(process: Process, transition: Transition) -> tuple[str, ...]:
    """The stages that a transition leaves from. A group leaves out the target itself."""
    return sources_among(process, transition.source, leaving_out=transition.target)


def sources_among(
    process: Process, sources: Iterable[str], *, leaving_out: str | None = None
) -> tuple[str, ...]:
    """The stages that ``sources`` stand for, of which a group leaves out one."""
    found: dict[str, None] = {}
    for source in sources:
        if source not in (OPEN, CLOSED, ANY):
            found[source] = None
            continue
        for stage in process.stages:
            wanted = source == ANY or stage.is_open == (source == OPEN)
            if wanted and stage.name != leaving_out:
                found[stage.name] = None
    return tuple(found)


def arcs_of(process: Process) -> tuple[Arc, ...]:
    """Every arc of ``process``; what several arcs share is resolved once."""
    entry = {s.name: requirements(process, s.entry, "entry") for s in process.stages}
    mirror = {s.name: mirror_requirements(process, s) for s in process.stages}
    leaving = {s.name: leaving_requirements(process, s) for s in process.stages}
    asking = {s.name: _reasons_asking(process, s) for s in process.stages}
    found = []
    for index, transition in enumerate(process.transitions):
        target = process.stage_by_name[transition.target]
        own = requirements(process, transition.when, "when")
        for name in sources_of(process, transition):
            source = process.stage_by_name[name]
            kind = move_kind(process, source, target)
            guards = leaving[name] if kind in (MoveKind.ADVANCE, MoveKind.WIN) else ()
            # Whoever has run ahead of the buyer must always be let back, or give up.
            free = kind in (MoveKind.REGRESS, MoveKind.REPEAT, MoveKind.LOSE)
            beside = () if free else mirror[target.name]
            found.append(
                Arc(
                    transition.trigger,
                    name,
                    target.name,
                    kind,
                    (*guards, *own, *beside, *entry[target.name]),
                    transition.label,
                    transition.after,
                    tuple(reason.name for reason in target.reasons),
                    asking[target.name],
                    transition.roles,
                    work_stops(source, kind, process.homes),
                    index,
                )
            )
    return tuple(found)


def _reasons_asking(
    process: Process, stage: Stage
) -> tuple[tuple[str, tuple[Requirement, ...]], ...]:
    asked = ((reason.name, requirements(process, reason.when, "when")) for reason in stage.reasons)
    return tuple((name, every) for name, every in asked if every)

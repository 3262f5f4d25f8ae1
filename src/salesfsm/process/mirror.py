"""Seller and buyer side by side: what a mirrored phase asks, and how well the two sides match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from salesfsm.rules import core, syntax
from salesfsm.rules.resolve import resolve
from salesfsm.rules.vocabulary import BUYER_ACTIVE

if TYPE_CHECKING:
    from salesfsm.process.definitions import Stage
    from salesfsm.process.process import Process


BUYER_IS_ACTIVE, MIRROR, MIRROR_LAG = "buyer.active", "mirror", "mirror_lag"
"""The codes of what a mirrored phase asks; after the last two, the name of a phase follows."""


def phase_order(process: Process) -> dict[str, int]:
    """The place of each phase of the buyer's journey, from 0."""
    return {phase.name: index for index, phase in enumerate(process.buyer.phases)}


def first_place(process: Process) -> int:
    """The place of the phase in which the buyer begins."""
    return phase_order(process).get(process.buyer.start or "", 0)


def mirror_conditions(process: Process, stage: Stage) -> Iterator[tuple[str, core.Condition]]:
    """What entering ``stage`` asks of the buyer, with the codes: nothing if it mirrors no phase.

    The buyer must be active, and proven to be at the phase less the ``lead`` that is allowed; where
    no milestone leads to that very phase, at the last one before it that can be proven. With a
    ``lag``, the buyer must not be further than that beyond.
    """
    if stage.mirrors is None:
        return
    order, mirror = phase_order(process), process.mirror_in(stage)
    place = order[stage.mirrors]
    yield BUYER_IS_ACTIVE, _resolved(process, _IS_ACTIVE)
    led_to = {order[each.moves[1]] for each in process.buyer.milestones if each.moves}
    provable = [at for at in led_to if first_place(process) < at <= place - mirror.lead]
    if provable:
        phase = process.buyer.phases[max(provable)].name
        yield f"{MIRROR}.{phase}", _resolved(process, _at(phase))
    if mirror.lag is not None and any(at > place + mirror.lag for at in led_to):
        furthest = place + mirror.lag
        beyond = process.buyer.phases[furthest + 1].name
        code = f"{MIRROR_LAG}.{process.buyer.phases[furthest].name}"
        yield code, core.Not(_resolved(process, _at(beyond)))


_IS_ACTIVE = syntax.Comparison(syntax.Name("buyer"), (("==", syntax.Literal(BUYER_ACTIVE)),))


def _at(phase: str) -> syntax.Node:
    return syntax.Call("buyer_at", (syntax.Name(phase),))


def _resolved(process: Process, rule: syntax.Node) -> core.Condition:
    return resolve(rule, process.vocabulary)


def seller_phase(process: Process, stage: str) -> str | None:
    """The phase that an opportunity in ``stage`` corresponds to on the seller's side.

    The one that the stage mirrors, else that of the nearest stage before it on the same path; None
    where there is none, and in a closed stage.
    """
    found = None
    here = process.stage_by_name[stage]
    for each in process.stages:
        if each.path == here.path and each.is_open:
            found = each.mirrors or found
        if each.name == stage:
            break
    return found if here.is_open else None


@dataclass(frozen=True, slots=True)
class MirrorDeviation:
    """One way in which the two sides do not mirror each other.

    ``kind`` is ``phase`` (no stage mirrors it), ``order`` (a stage mirrors an earlier phase than
    the stage before it), ``crossing`` (no milestone proves it) or ``commitment`` (a phase names
    neither commitments nor decisions); ``name`` is the phase, stage or crossing.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class MirrorReport:
    """How closely the seller's stages mirror the buyer's phases.

    ``score`` is the share, from 0 to 1, of the ``asked`` questions without a deviation: is each
    phase mirrored, is their order kept from stage to stage, does a milestone prove each crossing,
    does each phase name what the buyer commits to or decides? A process without phases has no
    score: None.
    """

    asked: int
    deviations: tuple[MirrorDeviation, ...]

    @property
    def score(self) -> Fraction | None:
        """The share of questions without a deviation."""
        return Fraction(self.asked - len(self.deviations), self.asked) if self.asked else None


def mirror_report(process: Process) -> MirrorReport:
    """Compare the two sides of ``process``, stages and phases in their orders.

    Phases before the one in which the buyer's journey starts are nobody's to mirror.
    """
    order = phase_order(process)
    phases = process.buyer.phases[first_place(process) :]
    mirroring = [stage for stage in process.stages if stage.mirrors is not None]
    mirrored = {stage.mirrors for stage in mirroring}
    paths = dict.fromkeys(stage.path for stage in mirroring)
    lines = ([stage for stage in mirroring if stage.path == path] for path in paths)
    steps = [step for line in lines for step in pairwise(line)]
    proven = {milestone.moves for milestone in process.buyer.milestones if milestone.moves}
    crossings = [(one.name, other.name) for one, other in pairwise(phases)]
    deviations = [
        *(MirrorDeviation("phase", each.name) for each in phases if each.name not in mirrored),
        *(
            MirrorDeviation("order", other.name)
            for one, other in steps
            if order[other.mirrors or ""] < order[one.mirrors or ""]
        ),
        *(
            MirrorDeviation("crossing", " -> ".join(crossing))
            for crossing in crossings
            if crossing not in proven
        ),
        *(
            MirrorDeviation("commitment", phase.name)
            for phase in phases
            if not phase.commitments and not phase.decisions
        ),
    ]
    asked = 2 * len(phases) + len(steps) + len(crossings) if phases else 0
    return MirrorReport(asked, tuple(deviations))

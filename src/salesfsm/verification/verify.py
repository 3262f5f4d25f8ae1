"""Verification of a process as a whole: every question asked, every answer gathered in a report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from salesfsm.errors import CommandError, ValueTypeError, shorten
from salesfsm.frozen import frozen
from salesfsm.process.process import Process
from salesfsm.rules.values import aware
from salesfsm.verification.branches import branches_of, gaps, overlaps
from salesfsm.verification.guards import implied, never_met
from salesfsm.verification.invariants import invariants
from salesfsm.verification.reaching import no_way_to_won, unreachable
from salesfsm.verification.report import Kind, Report
from salesfsm.verification.settled import stuck
from salesfsm.verification.ways import Model

TIMEOUT = 2.0
"""Seconds that one question may take."""

DEPTH = 8
"""Moves of the longest history that invariants are held against."""


def verify(
    process: Process, *, at: datetime, timeout: float = TIMEOUT, depth: int = DEPTH
) -> Report:
    """What can be proven of ``process``, each bad answer with an opportunity that shows it.

    ``at`` (aware) is the time near which such opportunities are looked for; the proofs are about
    all times from which on every dated criterion holds. ``timeout`` is in seconds, for each
    question; ``depth`` counts the moves of the histories that invariants are held against.
    """
    if not isinstance(process, Process):
        raise ValueTypeError(f"verify takes a Process, not {shorten(repr(process))}")
    if not timeout > 0 or depth < 1:
        raise CommandError("a timeout is more than 0 seconds, and a depth at least 1 move")
    model = Model(process, aware(at), timeout)
    findings, shut = never_met(model)
    broken, bounded = invariants(model, shut, depth)
    findings += [
        *overlaps(model, shut),
        *gaps(model, shut),
        *stuck(model),
        *implied(model, shut),
        *unreachable(model, shut),
        *no_way_to_won(model, shut),
        *broken,
    ]
    return Report(
        process.key,
        tuple(findings),
        frozen(_asked(model)),
        tuple(process.predicates),
        bounded,
        depth,
    )


def _asked(model: Model) -> dict[Kind, int]:
    groups = branches_of(model)
    stages = sum(stage.is_open for stage in model.process.stages)
    return {
        Kind.NEVER_MET: len(model.ways),
        Kind.OVERLAP: _pairs(map(len, groups)),
        Kind.GAP: len(groups),
        Kind.STUCK: stages,
        Kind.UNREACHABLE: len(model.process.stages),
        Kind.NO_WAY_TO_WON: stages,
        Kind.BROKEN: len(model.process.invariants),
    }


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)

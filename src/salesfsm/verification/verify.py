"""The whole of verification: all questions about a process, in a report."""

from __future__ import annotations

from datetime import datetime
from math import isfinite
from threading import Lock

from salesfsm.errors import CommandError, ValueTypeError, shorten
from salesfsm.frozen import frozen
from salesfsm.process.process import Process
from salesfsm.rules.values import aware
from salesfsm.verification.branches import gaps, overlaps
from salesfsm.verification.guards import implied, never_given, never_met
from salesfsm.verification.invariants import invariants
from salesfsm.verification.model import Model
from salesfsm.verification.reaching import (
    never_opened,
    no_way_to_won,
    reachable_ways,
    unreachable,
)
from salesfsm.verification.report import Kind, Report
from salesfsm.verification.stuck import stuck
from salesfsm.verification.ways import takings_of

TIMEOUT = 2.0
"""Seconds that one question may take."""

DEPTH = 8
"""Steps of the longest history that invariants are held against."""

_ONE_AT_A_TIME = Lock()
"""All threads share the solver's memory, which is for one of them at a time."""


def verify(
    process: Process, *, at: datetime, timeout: float = TIMEOUT, depth: int = DEPTH
) -> Report:
    """What can be proven of ``process``, each bad answer with an opportunity that shows it.

    ``at`` (aware) is the time near which such opportunities are looked for; the proofs are about
    all times from which on every dated criterion holds. ``timeout`` is in seconds, for each
    question; ``depth`` counts the moves and hand-overs of the histories that invariants are held
    against. Threads that verify wait for each other.
    """
    if not isinstance(process, Process):
        raise ValueTypeError(f"verify takes a Process, not {shorten(repr(process))}")
    if not (timeout > 0 and isfinite(timeout)) or depth < 1:
        raise CommandError(
            "a timeout is more than 0 seconds, and no endless time; a depth at least 1 move"
        )
    now = aware(at)
    with _ONE_AT_A_TIME:
        return _verified(Model(process, now, timeout), depth)


def _verified(model: Model, depth: int) -> Report:
    process = model.process
    contradictions, shut = never_met(model)
    ways = [way for way in model.ways if way not in shut]
    unopened, starts = never_opened(model, ways)
    takings = takings_of(ways)
    lived = takings_of(reachable_ways(process, starts, ways))
    broken, bounded = invariants(model, starts, lived, depth)
    findings = (
        *unopened,
        *contradictions,
        *never_given(model, shut),
        *overlaps(model, takings),
        *gaps(model, takings),
        *stuck(model, takings),
        *implied(model, shut),
        *unreachable(model, starts, ways),
        *no_way_to_won(model, ways),
        *broken,
    )
    asked = frozen({kind: model.asked[kind] for kind in Kind})
    return Report(process.key, findings, asked, tuple(process.predicates), bounded, depth)

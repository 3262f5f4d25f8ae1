"""Reading the evidence that a model holds, as the engine records it when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec.structs import replace

from salesfsm.engine import commands
from salesfsm.engine.events import EvidenceRecorded
from salesfsm.engine.opportunity import Evidence, Opportunity
from salesfsm.errors import CommandError, ValueTypeError, shorten
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.process import Process
from salesfsm.rules.values import aware


def proofs(
    process: Process, deal: Opportunity, given: object, now: datetime
) -> FrozenDict[str, tuple[Evidence, ...]]:
    """By milestone, what proves it, the one in force longest first.

    What has a number was recorded by an engine and is taken as it is. Evidence of a kind or maker
    that the milestone does not accept proves nothing.
    """
    found: dict[str, list[Evidence]] = {}
    for index, piece in enumerate(pieces(given), 1):
        kept = piece if piece.number else _recorded(process, deal, piece, index, now)
        if kept is not None:
            found.setdefault(piece.milestone, []).append(kept)
    return frozen(
        {
            name: tuple(sorted(held, key=lambda each: (each.until, each.number), reverse=True))
            for name, held in found.items()
        }
    )


def pieces(given: object) -> tuple[Evidence, ...]:
    """The evidence in a list, or in lists by milestone."""
    if isinstance(given, Mapping):
        given = [piece for held in given.values() for piece in held]
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise ValueTypeError(f"evidence is a list of Evidence, not {shorten(repr(given))}")
    found = tuple(given)
    for piece in found:
        if not isinstance(piece, Evidence):
            raise ValueTypeError(
                f"evidence is a list of Evidence, and it holds {shorten(repr(piece))}: make "
                "Evidence(milestone, ...) of it in bind(evidence=...)"
            )
    return found


def _recorded(
    process: Process, deal: Opportunity, piece: Evidence, index: int, now: datetime
) -> Evidence | None:
    """The piece as it would have been recorded when it was made; None where it would be refused."""
    milestone = process.milestone_by_name.get(piece.milestone)
    if piece.made_at is None and milestone is not None and milestone.valid_for is not None:
        raise CommandError(
            f"evidence for {piece.milestone!r} of {deal.id} has no made_at, and it is valid only "
            "for a time: give Evidence(..., made_at=...)"
        )
    made_at = now if piece.made_at is None else aware(piece.made_at, "made_at")
    decision = commands.record(process, deal, piece, min(made_at, now), None)
    for event in decision:
        if isinstance(event, EvidenceRecorded):
            return replace(event.evidence, number=index)
    return None

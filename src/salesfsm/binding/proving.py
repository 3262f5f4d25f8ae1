"""The evidence that a model holds: read as the engine records it, and written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter

from msgspec.structs import replace

from salesfsm.binding.knowing import Reading
from salesfsm.engine import commands
from salesfsm.engine.events import Event, EvidenceRecorded, EvidenceWithdrawn
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
    every = pieces(given)
    for number, piece in zip(_numbers(every), every, strict=True):
        kept = piece if piece.number else _recorded(process, deal, piece, number, now)
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
    lists = given.values() if isinstance(given, Mapping) else (given,)
    return tuple(_checked(piece) for held in lists for piece in _list(held))


def _checked(piece: object) -> Evidence:
    if isinstance(piece, Evidence):
        return piece
    raise ValueTypeError(
        f"evidence is a list of Evidence, and it holds {shorten(repr(piece))}: make "
        "Evidence(milestone, ...) of it in bind(evidence=...)"
    )


def _list(given: object) -> Iterable[object]:
    if not isinstance(given, Iterable) or isinstance(given, str):
        raise ValueTypeError(f"evidence is a list of Evidence, not {shorten(repr(given))}")
    return given


def _numbers(every: tuple[Evidence, ...]) -> list[int]:
    """A number for each: below zero where none was recorded, for no event has one like it."""
    return [piece.number or index - len(every) for index, piece in enumerate(every)]


class EvidencePlace:
    """Where models hold their evidence, as far as it can be written: an attribute by its path."""

    def __init__(self, where: Reading | None) -> None:
        *path, self._name = ("" if callable(where) else where or "evidence").split(".")
        self._holder = attrgetter(".".join(path)) if path else None

    def of(self, model: object) -> object | None:
        """The object whose attribute is written; None where there is none."""
        try:
            holder = self._holder(model) if self._holder else model
        except AttributeError:
            return None
        return holder if self._name and hasattr(holder, self._name) else None

    def write(self, model: object, events: Iterable[Event], *, numbered: bool) -> None:
        """Give the model new evidence in the shape that it has, a list or lists by milestone.

        It is a new list, for an ORM does not see what happens inside of one. What is recorded
        keeps its number where the model is ``numbered``: one without a ``sequence`` would take
        every event for the first.
        """
        holder = self.of(model)
        if holder is None:
            return
        held = getattr(holder, self._name) or ()
        every = pieces(held)
        kept = list(zip(_numbers(every), every, strict=True))
        for event in events:
            if isinstance(event, EvidenceRecorded):
                piece = event.evidence
                kept.append((piece.number, piece if numbered else replace(piece, number=0)))
            elif isinstance(event, EvidenceWithdrawn):
                kept = [(number, piece) for number, piece in kept if number != event.number]
        setattr(holder, self._name, _shaped(held, [piece for _, piece in kept]))


def _shaped(held: object, every: list[Evidence]) -> object:
    if not isinstance(held, Mapping):
        return every
    by_milestone: dict[str, list[Evidence]] = {}
    for piece in every:
        by_milestone.setdefault(piece.milestone, []).append(piece)
    return by_milestone


def _recorded(
    process: Process, deal: Opportunity, piece: Evidence, number: int, now: datetime
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
            return replace(event.evidence, number=number)
    return None

"""What a rule is asked about: the shape that an opportunity must have for the rule language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from salesfsm.rules.values import FactValue


class Proof(Protocol):
    """A piece of evidence, as far as rules see it."""

    @property
    def until(self) -> datetime:
        """The moment (UTC) from which on it proves nothing any more."""


class Subject(Protocol):
    """An opportunity, as far as rules see it."""

    @property
    def stage(self) -> str:
        """The name of the stage it stands in."""

    @property
    def entered_at(self) -> datetime:
        """When it entered that stage."""

    @property
    def active_at(self) -> datetime:
        """When somebody last acted on it: an activity, what the buyer does, or its opening.

        The buyer gives evidence, or revisits a phase, holds, resumes or abandons.
        """

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """What is known; a fact that is not known is not there."""

    @property
    def evidence(self) -> Mapping[str, Sequence[Proof]]:
        """By milestone, the evidence that is not withdrawn, the one in force longest first."""

    @property
    def tasks(self) -> Collection[str]:
        """The completed tasks."""

    @property
    def attempts(self) -> Mapping[str, int]:
        """By kind, the seller's activities since the buyer last answered."""

    @property
    def lost_reason(self) -> str | None:
        """Why it was last lost."""

    @property
    def stopped_in(self) -> str | None:
        """The open stage of its own line that it was last closed in, or left aside from."""

    @property
    def buyer(self) -> str:
        """How the buyer stands to it: one of ``vocabulary.BUYER_STATES``."""

    @property
    def owner(self) -> str | None:
        """Who owns it."""

    @property
    def team(self) -> str | None:
        """The team that works on it."""


PredicateFunction = Callable[[Subject, datetime], bool | None]
"""A developer's own condition: pure, True, False, or None for unknown; times are UTC."""


def whole_days(start: datetime, end: datetime) -> int:
    """Full days of 24 hours from ``start`` to ``end``."""
    return (end - start).days

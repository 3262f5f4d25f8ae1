"""The four verdicts on a criterion, and how they combine: Kleene's logic with a second unknown."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What a rule says of an opportunity at a time.

    ``unknown``: a fact that it needs is not known. ``stale``: it was met by evidence that has
    expired. Both stand between met and unmet, as Kleene's third value does; where both are
    present the combination is unknown, because fresh evidence alone would not decide it.
    """

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    STALE = "stale"


MET, UNMET, UNKNOWN, STALE = Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN, Verdict.STALE


def negation(verdict: Verdict) -> Verdict:
    """The verdict on ``not x``."""
    if verdict is MET:
        return UNMET
    return MET if verdict is UNMET else verdict


def at_least(needed: int, verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on "at least ``needed`` of these"; "all" and "any" are its two ends."""
    every = list(verdicts)
    met = every.count(MET)
    if met >= needed:
        return MET
    if len(every) - every.count(UNMET) < needed:
        return UNMET
    return UNKNOWN if UNKNOWN in every else STALE

"""Verification: what can be proven of a process before it is used, with the solver Z3."""

from __future__ import annotations

from salesfsm.errors import MissingExtraError

try:
    import z3  # noqa: F401  # only whether it is there
except ModuleNotFoundError as error:
    if error.name != "z3":
        raise
    raise MissingExtraError("verification", "verify") from None

from salesfsm.verification.report import Doubt, Finding, Kind, Report, Severity, Witness
from salesfsm.verification.verify import DEPTH, TIMEOUT, verify

__all__ = [
    "DEPTH",
    "TIMEOUT",
    "Doubt",
    "Finding",
    "Kind",
    "Report",
    "Severity",
    "Witness",
    "verify",
]

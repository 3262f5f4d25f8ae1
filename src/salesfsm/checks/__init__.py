"""Checks: what makes a sound definition a poor process. Each check is a file and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesfsm.checks import (
    dead_end,
    missing_translation,
    never_taken,
    no_definition,
    no_reasons,
    no_way_to_won,
    unreachable,
    unused_label,
)
from salesfsm.checks.finding import Check, Finding, Severity
from salesfsm.errors import UnknownNameError
from salesfsm.process.process import Process

CHECKS: Mapping[str, Check] = {
    each.code: each
    for each in (
        unreachable.CHECK,
        no_way_to_won.CHECK,
        dead_end.CHECK,
        no_definition.CHECK,
        no_reasons.CHECK,
        never_taken.CHECK,
        missing_translation.CHECK,
        unused_label.CHECK,
    )
}
"""Every check by its code, in the order in which they run."""


def check(process: Process, *, ignore: Iterable[str] = ()) -> list[Finding]:
    """What the checks find in ``process``, in the order of the codes; ``ignore`` names codes.

    Raises :class:`~salesfsm.errors.UnknownNameError` for a code that no check has.
    """
    left_out = set(ignore)
    for code in left_out - set(CHECKS):
        raise UnknownNameError("check", code, CHECKS)
    return [
        finding
        for code, each in CHECKS.items()
        if code not in left_out
        for finding in each.find(process)
    ]


__all__ = ["CHECKS", "Check", "Finding", "Severity", "check"]

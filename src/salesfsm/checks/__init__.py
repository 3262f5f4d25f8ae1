"""Checks: what makes a sound definition a poor process. Each check is a file and a line here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from salesfsm.checks import (
    alike,
    crooked_mirror,
    dead_end,
    dead_timer,
    endless_loop,
    free_win,
    mirror_gap,
    missing_translation,
    near_names,
    never_required,
    never_taken,
    no_beginning,
    no_contract,
    no_definition,
    no_reasons,
    no_tasks,
    no_way_to_lost,
    no_way_to_won,
    no_winback,
    odd_probability,
    open_override,
    partial_timer,
    same_label,
    sellers_act,
    stage_count,
    unprovable,
    unreachable,
    unused_exit,
    unused_fact,
    unused_ignore,
    unused_label,
    unused_milestone,
    unused_task,
)
from salesfsm.checks.finding import Check, Finding, Severity
from salesfsm.errors import UnknownNameError
from salesfsm.process.process import Process

_OF_THE_PROCESS: Mapping[str, Check] = {
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
        no_way_to_lost.CHECK,
        no_winback.CHECK,
        endless_loop.CHECK,
        sellers_act.CHECK,
        no_tasks.CHECK,
        stage_count.CHECK,
        alike.CHECK,
        odd_probability.CHECK,
        free_win.CHECK,
        unused_fact.CHECK,
        unused_milestone.CHECK,
        unused_task.CHECK,
        never_required.CHECK,
        unprovable.CHECK,
        crooked_mirror.CHECK,
        mirror_gap.CHECK,
        dead_timer.CHECK,
        no_contract.CHECK,
        open_override.CHECK,
        near_names.CHECK,
        same_label.CHECK,
        no_beginning.CHECK,
        unused_exit.CHECK,
        partial_timer.CHECK,
    )
}

_OF_IGNORING = {unused_ignore.CODE: unused_ignore.check_over(_OF_THE_PROCESS)}

CHECKS: Mapping[str, Check] = dict(sorted({**_OF_THE_PROCESS, **_OF_IGNORING}.items()))
"""Every check by its code, in the order in which they run."""


def check(
    process: Process,
    *,
    ignore: Iterable[str] = (),
    only: Iterable[str] = (),
    notes: bool = False,
) -> list[Finding]:
    """What the checks find in ``process``, in the order of the codes.

    Left out are the codes of ``ignore``, and those that the process itself ignores; with ``only``,
    all others than these. Notes, which are a matter of taste, are told with ``notes``, or where
    ``only`` names their code. Raises :class:`~salesfsm.errors.UnknownNameError` for a code that no
    check has.
    """
    wanted, left_out = known_codes(only), known_codes(ignore)
    return [
        finding
        for code, each in CHECKS.items()
        if code in (wanted or CHECKS) and code not in left_out and code not in process.ignore
        if notes or code in wanted or each.severity is not Severity.NOTE
        for finding in each.find(process)
    ]


def known_codes(codes: Iterable[str]) -> frozenset[str]:
    """The codes; raises :class:`~salesfsm.errors.UnknownNameError` for one that no check has."""
    for code in sorted(set(codes) - set(CHECKS)):
        raise UnknownNameError("check", code, CHECKS)
    return frozenset(codes)


__all__ = ["CHECKS", "Check", "Finding", "Severity", "check", "known_codes"]

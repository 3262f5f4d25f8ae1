"""SF130: a check that the process ignores and that would find nothing, or is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.process.process import Process

UNKNOWN = "unknown"
"""The case of a code that no check has."""

CODE = "SF130"


def check_over(checks: Mapping[str, Check]) -> Check:
    """The check of what is ignored among ``checks``."""

    def find(process: Process) -> Iterator[Found]:
        for code in process.ignore:
            if code == CODE:
                continue
            if code not in checks:
                yield found("ignore", code, case=UNKNOWN, code=code)
            elif not any(True for _ in checks[code].find_in(process)):
                yield found("ignore", code, code=code)

    return Check(CODE, Severity.WARNING, find, cases=(PLAIN, UNKNOWN))

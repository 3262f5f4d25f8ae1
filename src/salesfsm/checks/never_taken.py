"""SF106: a transition that is never taken: it is shut for good, or an earlier one opens first."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.checks.reach import ways
from salesfsm.process.process import Process

NEVER_MET = "never_met"
"""The case of a transition that one of its own criteria shuts."""


def _find(process: Process) -> Iterator[Found]:
    for way in ways(process):
        arc = way.arc
        place = ("transitions", arc.transition)
        if way.is_never_met:
            yield found(*place, case=NEVER_MET, **arc.named)
        elif way.earlier is not None:
            yield found(*place, earlier=way.earlier.target, **arc.named)


CHECK = Check("SF106", Severity.ERROR, _find, cases=(PLAIN, NEVER_MET))

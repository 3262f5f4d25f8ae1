"""SF106: a transition that is never taken: it is shut for good, or an earlier one opens first."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.arcs import Arc, taken_by_all_of
from salesfsm.process.process import Process
from salesfsm.process.requirements import Needed, needed_by, never_met

NEVER_MET = "never_met"
"""The case of a transition that one of its own criteria shuts."""


def _find(process: Process) -> Iterator[Found]:
    branches: dict[tuple[str, str], list[tuple[Arc, frozenset[Needed]]]] = {}
    for arc in process.arcs:
        earlier = branches.setdefault((arc.source, arc.trigger), [])
        needed = needed_by(arc.requirements)
        named = {"trigger": arc.trigger, "source": arc.source, "target": arc.target}
        if never_met(needed):
            yield found("transitions", arc.transition, case=NEVER_MET, **named)
            continue
        taken = next(
            (
                other
                for other, before in earlier
                if before <= needed and taken_by_all_of(other, arc)
            ),
            None,
        )
        if taken is not None:
            yield found("transitions", arc.transition, earlier=taken.target, **named)
        earlier.append((arc, needed))


CHECK = Check("SF106", Severity.ERROR, _find, cases=("", NEVER_MET))

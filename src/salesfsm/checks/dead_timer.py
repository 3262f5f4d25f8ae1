"""SF125: a timer that can never move anything, whoever lets it ring.

Nobody can give it a reason or a role; or an earlier timer always leads away before.
"""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import JudgedWay, ways
from salesfsm.checks.timers import Hindrance, hindrance, moving_all, rings_before
from salesfsm.process.process import Process

EARLIER = "earlier"
"""The case of a timer before which another one rings that asks nothing."""


def _find(process: Process) -> Iterator[Found]:
    timers: dict[int, list[JudgedWay]] = {}
    for way in ways(process):
        if way.arc.after is not None:
            timers.setdefault(way.arc.transition, []).append(way)
    live = moving_all(process)
    for transition, every in timers.items():
        place, first = ("transitions", transition, "after"), every[0].arc
        # Target and roles are those of the transition: what is final is so from every source.
        case = hindrance(process, first)
        if case is not None and case.is_final:
            yield found(*place, case=case, **first.named)
            continue
        # A group such as `open` may take in stages that have an earlier timer of their own.
        before = [_rings_first(way, live.get(way.arc.source, [])) for way in every]
        if before[0] is not None and None not in before:
            yield found(*place, case=EARLIER, earlier=before[0].arc.trigger, **first.named)


def _rings_first(way: JudgedWay, timers: list[JudgedWay]) -> JudgedWay | None:
    """The timer of the same stage that asks nothing and always rings before that of a way."""
    unasked = (each for each in timers if not each.needed)
    return next((each for each in unasked if rings_before(each, way)), None)


CHECK = Check("SF125", Severity.ERROR, _find, cases=(Hindrance.REASON, Hindrance.ROLE, EARLIER))

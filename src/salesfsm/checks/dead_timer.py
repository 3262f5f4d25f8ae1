"""SF125: a timer that can never move anything.

It gives no reason, has no role, and is nobody; or an earlier timer always leads away before.
"""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.checks.reach import JudgedWay, ways
from salesfsm.checks.timers import ROLE, TEAM, hindrance, ringing, rings_before
from salesfsm.process.process import Process

EARLIER = "earlier"
"""The case of a timer before which another one rings that asks nothing."""


def _find(process: Process) -> Iterator[Found]:
    timers: dict[int, list[JudgedWay]] = {}
    for way in ways(process):
        if way.arc.after is not None:
            timers.setdefault(way.arc.transition, []).append(way)
    live = ringing(process)
    for transition, every in timers.items():
        place = ("transitions", transition, "after")
        hindered = [
            (way, case) for way in every if (case := hindrance(process, way.arc)) is not None
        ]
        if hindered:
            way, case = hindered[0]
            yield found(*place, case=case, **_named(way))
            continue
        # A group such as `open` may take in stages that have an earlier timer of their own.
        before = [_rings_first(way, live.get(way.arc.source, [])) for way in every]
        if before[0] is not None and None not in before:
            yield found(*place, case=EARLIER, earlier=before[0].arc.trigger, **_named(every[0]))


def _rings_first(way: JudgedWay, timers: list[JudgedWay]) -> JudgedWay | None:
    """The timer of the same stage that asks nothing and always rings before that of a way."""
    unasked = (each for each in timers if not each.needed)
    return next((each for each in unasked if rings_before(each, way)), None)


def _named(way: JudgedWay) -> dict[str, str]:
    arc = way.arc
    return {"trigger": arc.trigger, "source": arc.source, "target": arc.target}


CHECK = Check("SF125", Severity.ERROR, _find, cases=(PLAIN, ROLE, TEAM, EARLIER))

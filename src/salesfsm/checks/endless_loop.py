"""SF111: stages that lead round in a circle for ever: no way out of it, or nobody who stops it.

A way back is no fault: people decide whether to take it. Two circles are: one that nothing leaves,
and one in which every move comes due by itself and asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.checks.reach import pairs
from salesfsm.checks.timers import moving_some, rings_before
from salesfsm.process.arcs import reached
from salesfsm.process.process import Process

BY_ITSELF = "by_itself"
"""The case of a loop of timers without a criterion."""

Pair = tuple[str, str]


def _find(process: Process) -> Iterator[Found]:
    index = {stage.name: at for at, stage in enumerate(process.stages)}
    open_ones = {stage.name for stage in process.stages if stage.is_open}
    for loop in _closed_loops(index, pairs(process)):
        if len(loop) > 1 and open_ones.issuperset(loop):  # one alone is a dead end, SF103
            yield found("stages", index[loop[0]], stages=", ".join(loop))
    for loop in _closed_loops(index, list(_moved_by_timers(process))):
        yield found("stages", index[loop[0]], case=BY_ITSELF, stages=", ".join(loop))


def _moved_by_timers(process: Process) -> Iterator[Pair]:
    """Where timers lead to, from the stages in which one rings in any case, until it rings."""
    for source, timers in moving_some(process).items():
        unasked = [each for each in timers if not each.needed]
        for each in timers:
            if unasked and not any(rings_before(other, each) for other in unasked):
                yield source, each.arc.target


def _closed_loops(names: Iterable[str], pairs: list[Pair]) -> Iterator[tuple[str, ...]]:
    """The groups of stages of which each leads to each, and to no other, in their order."""
    sources = {source for source, _ in pairs}
    ahead = {name: reached([name], pairs) for name in names}
    seen: set[str] = set()
    for name, reachable in ahead.items():
        loop = tuple(each for each in ahead if each in reachable and name in ahead[each])
        if name in sources - seen and reachable.issubset(loop):
            seen.update(loop)
            yield loop


CHECK = Check("SF111", Severity.ERROR, _find, cases=(PLAIN, BY_ITSELF))

"""SF111: stages that lead round in a circle for ever: no way out of it, or nobody who stops it.

A way back is no fault: people decide whether to take it. Two circles are: one that nothing leaves,
and one in which every move comes due by itself and asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.reach import may_open
from salesfsm.process.arcs import Arc, reached
from salesfsm.process.process import Process
from salesfsm.process.requirements import needed_by

BY_ITSELF = "by_itself"
"""The case of a loop of timers without a criterion."""


def _find(process: Process) -> Iterator[Found]:
    arcs = [arc for arc in process.arcs if may_open(arc)]
    index = {stage.name: at for at, stage in enumerate(process.stages)}
    open_ones = {stage.name for stage in process.stages if stage.is_open}
    for loop in _loops(process, arcs):
        left = any(arc.source in loop and arc.target not in loop for arc in arcs)
        if not left and open_ones.issuperset(loop):
            yield found("stages", index[loop[0]], stages=", ".join(loop))
    for loop in _loops(process, [arc for arc in arcs if _rings_unasked(arc)]):
        yield found("stages", index[loop[0]], case=BY_ITSELF, stages=", ".join(loop))


def _rings_unasked(arc: Arc) -> bool:
    return arc.after is not None and not needed_by(arc.requirements) and not arc.reasons


def _loops(process: Process, arcs: list[Arc]) -> Iterator[tuple[str, ...]]:
    """The groups of two or more stages of which each leads to each other, in their order."""
    pairs = [(arc.source, arc.target) for arc in arcs]
    names = list(process.stage_by_name)
    ahead = {name: reached([name], pairs) for name in names}
    seen: set[str] = set()
    for name in names:
        loop = tuple(each for each in names if each in ahead[name] and name in ahead[each])
        if len(loop) > 1 and name not in seen:
            seen.update(loop)
            yield loop


CHECK = Check("SF111", Severity.ERROR, _find, cases=("", BY_ITSELF))

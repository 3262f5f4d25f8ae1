"""SF131: no opportunity can begin: entering asks at once what only time, or work, can bring."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.checks.settling import is_settled, settled
from salesfsm.process.definitions import Stage
from salesfsm.process.kinds import Level
from salesfsm.process.process import Process
from salesfsm.process.requirements import entry_requirements
from salesfsm.rules import core
from salesfsm.rules.explanation import asked


def _find(process: Process) -> Iterator[Found]:
    lacking = {name: _lacking(process, process.stage_by_name[name]) for name in process.starts}
    if not all(lacking.values()):
        return
    for index, stage in enumerate(process.stages):
        if stage.name in lacking:
            codes = ", ".join(lacking[stage.name])
            yield found("stages", index, stage=stage.name, asked=codes)


def _lacking(process: Process, stage: Stage) -> list[str]:
    """The codes of what beginning in ``stage`` asks and no new opportunity has."""
    # What a hand-over brings along is there from the beginning.
    brought = {("milestone", name) for name in process.receives.milestones}
    return [
        each.code
        for each in entry_requirements(process, stage)
        if each.level is Level.BLOCK
        if brought.isdisjoint(asked(each.condition))
        if any(
            part == core.Always(False) or is_settled(part, new=True)
            for part in core.conjuncts(settled(each.condition, stage.name, new=True))
        )
    ]


CHECK = Check("SF131", Severity.ERROR, _find)

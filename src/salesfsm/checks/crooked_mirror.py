"""SF123: stages that mirror the buyer's phases in another order than the buyer's own."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.mirror import mirror_report
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    stages = {stage.name: index for index, stage in enumerate(process.stages)}
    for each in mirror_report(process).deviations:
        if each.kind == "order":
            phase = process.stage_by_name[each.name].mirrors or ""
            yield found("stages", stages[each.name], "mirrors", stage=each.name, phase=phase)


CHECK = Check("SF123", Severity.WARNING, _find)

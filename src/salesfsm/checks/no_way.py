"""What the checks of ways to won and to lost share: open stages that no way leads on from."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Found, found
from salesfsm.checks.reach import leading_to
from salesfsm.process.kinds import Outcome
from salesfsm.process.process import Process


def no_way_to(outcome: Outcome, none: str, process: Process) -> Iterator[Found]:
    """The open stages from which no stage of ``outcome`` is reached.

    ``none`` is the case of a process without any such stage.
    """
    ends = [stage.name for stage in process.stages if stage.outcome is outcome]
    if not ends:
        yield found("stages", case=none)
        return
    leading = leading_to(process, ends)
    for index, stage in enumerate(process.stages):
        if stage.is_open and stage.name not in leading:
            yield found("stages", index, stage=stage.name)

"""SF116: a probability that falls along the way, or is a certainty while the stage is open."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.process.fields import percent
from salesfsm.process.kinds import Plane
from salesfsm.process.process import Process

CERTAIN = "certain"
"""The case of an open stage that is as good as won."""


def _find(process: Process) -> Iterator[Found]:
    highest: dict[tuple[str | None, Plane], tuple[Decimal, str]] = {}
    for index, stage in enumerate(process.stages):
        if not stage.is_open or stage.probability is None:
            continue
        path, share = ("stages", index, "probability"), percent(stage.probability)
        line = stage.path, stage.plane or process.plane
        before, at = highest.get(line, (Decimal(0), ""))
        if stage.probability == 1:
            yield found(*path, case=CERTAIN, stage=stage.name)
        elif stage.probability >= before:
            highest[line] = stage.probability, stage.name
        else:
            yield found(*path, stage=stage.name, share=share, before=at, higher=percent(before))


CHECK = Check("SF116", Severity.WARNING, _find, cases=(PLAIN, CERTAIN))

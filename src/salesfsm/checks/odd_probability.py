"""SF116: a probability that falls along the way, or is a certainty while the stage is open."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.definitions import Stage
from salesfsm.process.fields import percent
from salesfsm.process.process import Process

CERTAIN = "certain"
"""The case of an open stage that is as good as won."""


def _find(process: Process) -> Iterator[Found]:
    highest: dict[str | None, Stage] = {}
    for index, stage in enumerate(process.stages):
        if not stage.is_open or stage.probability is None:
            continue
        path, share = ("stages", index, "probability"), percent(stage.probability)
        before = highest.get(stage.path)
        if stage.probability == 1:
            yield found(*path, case=CERTAIN, stage=stage.name)
        elif before is not None and before.probability and stage.probability < before.probability:
            told = {"before": before.name, "higher": percent(before.probability)}
            yield found(*path, stage=stage.name, share=share, **told)
        if before is None or stage.probability > (before.probability or 0):
            highest[stage.path] = stage


CHECK = Check("SF116", Severity.WARNING, _find, cases=("", CERTAIN))

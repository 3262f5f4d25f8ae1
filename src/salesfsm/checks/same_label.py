"""SF129: two stages that people cannot tell apart, for they are called the same.

Composing keeps the names apart with a prefix, and the labels stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.definitions import Stage
from salesfsm.process.fields import spoken
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    called: dict[tuple[str, str, str], str] = {}
    for index, stage in enumerate(process.stages):
        plane = stage.plane or process.plane
        clashes: dict[str, str] = {}
        for language, label in _labels(stage):
            first = called.setdefault((plane, language, label.casefold()), stage.name)
            if first != stage.name:
                clashes.setdefault(first, label)
        for other, label in clashes.items():
            yield found("stages", index, stage=stage.name, other=other, label=label)


def _labels(stage: Stage) -> Iterator[tuple[str, str]]:
    """What a stage is called, by language; what has one name for all has it in no language."""
    if isinstance(stage.label, Mapping):
        yield from stage.label.items()
    else:
        yield "", stage.label or spoken(stage.name.rpartition(".")[2])


CHECK = Check("SF129", Severity.WARNING, _find)

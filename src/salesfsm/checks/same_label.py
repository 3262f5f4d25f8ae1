"""SF129: two stages that people cannot tell apart, for they are called the same.

Composing keeps the names apart with a prefix, and the labels stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from salesfsm.checks.finding import Check, Found, Severity, found
from salesfsm.process.fields import in_language, spoken
from salesfsm.process.process import Process


def _find(process: Process) -> Iterator[Found]:
    labels = [each.label for each in process.stages if isinstance(each.label, Mapping)]
    languages = {language: None for label in labels for language in label} or {"en": None}
    called: dict[tuple[str, str, str], str] = {}
    for index, stage in enumerate(process.stages):
        plane = stage.plane or process.plane
        clashes: dict[str, str] = {}
        for language in languages:
            label = in_language(stage.label, language, spoken(stage.name.rpartition(".")[2]))
            first = called.setdefault((plane, language, label.casefold()), stage.name)
            if first != stage.name:
                clashes.setdefault(first, label)
        for other, label in clashes.items():
            yield found("stages", index, stage=stage.name, other=other, label=label)


CHECK = Check("SF129", Severity.WARNING, _find)

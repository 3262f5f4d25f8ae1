"""SF108: a label for a word that the process uses nowhere, such as a slip of the pen."""

from __future__ import annotations

from collections.abc import Iterator

from salesfsm.checks.finding import PLAIN, Check, Found, Severity, found
from salesfsm.errors import nearest
from salesfsm.process.labels import words_of
from salesfsm.process.process import Process

NEAR = "near"
"""The case of a label that is most likely meant for another word."""


def _find(process: Process) -> Iterator[Found]:
    words = words_of(process)
    for word in process.labels:
        if word in words:
            continue
        near = nearest(word, (each for each in words if each not in process.labels))
        case, told = (NEAR, {"near": near}) if near else ("", {})
        yield found("labels", word, case=case, word=word, **told)


CHECK = Check("SF108", Severity.WARNING, _find, cases=(PLAIN, NEAR))

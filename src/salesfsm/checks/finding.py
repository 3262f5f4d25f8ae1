"""What a check is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from salesfsm.process.process import Process


class Severity(StrEnum):
    """How much a finding matters: an error traps opportunities, a warning leaves room for doubt."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found, with the path to it in the definition and how to mend it."""

    code: str
    severity: Severity
    message: str
    path: tuple[str | int, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its stable code, how much its findings matter, and what it says in a sentence."""

    code: str
    severity: Severity
    sentence: str
    find_in: Callable[[Process], Iterable[tuple[str, tuple[str | int, ...], str]]]
    """Gives message, path and hint of each finding."""

    def find(self, process: Process) -> list[Finding]:
        """The findings of this check in ``process``."""
        return [
            Finding(self.code, self.severity, message, path, hint)
            for message, path, hint in self.find_in(process)
        ]

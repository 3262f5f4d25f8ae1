"""What a check is, and what it finds; their texts are in the catalogues of messages, by code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from salesfsm.frozen import FrozenDict, frozen
from salesfsm.messages import message
from salesfsm.process.process import Process

Path = tuple[str | int, ...]
PLAIN = ""
"""The case of what a check is mainly for."""


class Severity(StrEnum):
    """How much it matters: an error cannot work, a warning is poor practice, a note is taste."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check finds: the path in the definition, and the ``values`` that its text names.

    ``case`` is which of its texts, where the check has several.
    """

    path: Path
    values: FrozenDict[str, str]
    case: str = PLAIN


def found(*path: str | int, case: str = PLAIN, **values: str) -> Found:
    """Something found at ``path``, with the values of its text by name."""
    return Found(path, frozen(values), case)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found, with the path to it in the definition.

    ``message`` says what it is and ``hint`` how to mend it, in English; ``message_in`` and
    ``hint_in`` say it in a language, and name ``values``: stages, triggers.
    """

    code: str
    severity: Severity
    path: Path
    values: FrozenDict[str, str]
    case: str = PLAIN

    @property
    def message(self) -> str:
        """What was found, in English."""
        return self.message_in("en")

    @property
    def hint(self) -> str:
        """How to mend it, in English."""
        return self.hint_in("en")

    def message_in(self, language: str) -> str:
        """What was found, in ``language`` (English for unknown ones)."""
        return message(f"check.{_text(self.code, self.case)}.message", language, **self.values)

    def hint_in(self, language: str) -> str:
        """How to mend it, in ``language`` (English for unknown ones)."""
        return message(f"check.{_text(self.code, self.case)}.hint", language, **self.values)


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its stable code, how much its findings matter, and how it finds them.

    ``cases`` are those of what it finds.
    """

    code: str
    severity: Severity
    find_in: Callable[[Process], Iterable[Found]]
    cases: tuple[str, ...] = (PLAIN,)

    @property
    def sentence(self) -> str:
        """What it asks of a process, in English."""
        return self.sentence_in("en")

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands for each of its cases in the codes of messages."""
        return tuple(_text(self.code, case) for case in self.cases)

    def sentence_in(self, language: str) -> str:
        """What it asks of a process, in ``language`` (English for unknown ones)."""
        return message(f"check.{self.code}.sentence", language)

    def find(self, process: Process) -> list[Finding]:
        """The findings of this check in ``process``."""
        return [
            Finding(self.code, self.severity, each.path, each.values, each.case)
            for each in self.find_in(process)
        ]


def _text(code: str, case: str) -> str:
    return f"{code}.{case}" if case else code

"""What verification finds: each thing with an opportunity that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salesfsm.engine.events import Event
from salesfsm.engine.opportunity import Opportunity
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.messages import message

Path = tuple[str | int, ...]


class Kind(StrEnum):
    """The questions that are asked of a process, by what a bad answer to each is called."""

    NEVER_OPENED = "never_opened"
    NEVER_MET = "never_met"
    NEVER_GIVEN = "never_given"
    OVERLAP = "overlap"
    SHADOWED = "shadowed"
    GAP = "gap"
    STUCK = "stuck"
    IMPLIED = "implied"
    UNREACHABLE = "unreachable"
    NO_WAY_TO_WON = "no_way_to_won"
    BROKEN = "broken"


class Doubt(StrEnum):
    """Why a question was not decided."""

    TIME = "time"
    REPLAY = "replay"
    HISTORY = "history"


class Severity(StrEnum):
    """How much a finding matters: a note tells what the order of the definitions settles."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Witness:
    """An opportunity that shows a finding at the time ``at`` (UTC).

    ``answers`` is what the Python predicates of the process say of it, as far as that matters.
    ``events`` is the history that led to it, where the finding is about one. ``by`` and ``role``
    are somebody who can take the ways that it is about.
    """

    opportunity: Opportunity
    at: datetime
    answers: Mapping[str, bool]
    events: tuple[Event, ...] = ()
    by: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is proven to be wrong, or a question that was not decided.

    ``path`` leads to it in the definition, and ``values`` are the names that its text has places
    for. Where there is a ``doubt`` nothing is proven: the solver ran out of time, it found a
    history that the engine does not repeat, or there is no history at all.
    """

    kind: Kind
    severity: Severity
    path: Path
    values: FrozenDict[str, str]
    witness: Witness | None = None
    doubt: Doubt | None = None

    @property
    def decided(self) -> bool:
        """Whether it is proven."""
        return self.doubt is None

    def message_in(self, language: str) -> str:
        """What was found, in ``language`` (English for unknown ones)."""
        if not self.decided:
            asked = message(f"verify.{self.kind}.question", language, **self.values)
            return message("verify.undecided.message", language, question=asked)
        return message(f"verify.{self.kind}.message", language, **self.values)

    def hint_in(self, language: str) -> str:
        """How to mend it, in ``language``."""
        if not self.decided:
            return message(f"verify.doubt.{self.doubt}", language)
        return message(f"verify.{self.kind}.hint", language, **self.values)


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found, with how many questions of each kind were asked.

    ``opaque`` names the Python predicates: the solver takes them to answer anything. Of invariants,
    those in ``bounded`` (by number, from 1, as messages tell them) hold in all histories of up to
    ``depth`` moves; the others that are not found broken always hold.
    """

    process: str
    findings: tuple[Finding, ...]
    asked: FrozenDict[Kind, int]
    opaque: tuple[str, ...]
    bounded: tuple[int, ...]
    depth: int

    @property
    def clean(self) -> bool:
        """Whether everything is decided, and nothing but notes was found."""
        return all(each.decided and each.severity is Severity.NOTE for each in self.findings)


def found(
    kind: Kind,
    severity: Severity,
    path: Path,
    witness: Witness | None = None,
    **values: str,
) -> Finding:
    """Something that is proven."""
    return Finding(kind, severity, path, frozen(values), witness)


def undecided(kind: Kind, path: Path, **values: str) -> Finding:
    """A question to which the solver gave no answer in time."""
    return doubted(Doubt.TIME, kind, path, **values)


def doubted(doubt: Doubt, kind: Kind, path: Path, **values: str) -> Finding:
    """A question that was not decided."""
    return Finding(kind, Severity.WARNING, path, frozen(values), doubt=doubt)

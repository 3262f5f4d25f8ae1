"""Every error that salesfsm raises, and how an error is told: what, where, and how to mend it.

A *refused move* is not an error: it is a value (see ``salesfsm.engine``). Errors are for input
that cannot be understood. All of them derive from :class:`SalesFsmError`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Beside the control characters: the surrogates, which no file can hold, the byte order mark, and
# the two Unicode line separators, about which readers of YAML disagree.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""The characters that no definition and no text in one may hold."""

SHOWN_NAMES = 12
"""How many known names a message lists before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands.

    ``line`` and ``column`` count from 1; ``quote`` is the text of that line, or empty.
    """

    file: str
    line: int
    column: int
    quote: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, with the path to it, its place in the file, and how to mend it.

    ``path`` leads to the thing in the definition, such as ``("stages", 0, "exit", 1)``.
    ``hint`` is one sentence on how to mend it, or empty where the message says it all. ``at_key``
    says that the name at the end of ``path`` is wrong, not what stands under it.
    """

    message: str
    path: tuple[str | int, ...] = ()
    hint: str = ""
    place: Place | None = None
    at_key: bool = False

    @property
    def position(self) -> tuple[int, int]:
        """Line and column to sort by; what has no place comes first."""
        return (self.place.line, self.place.column) if self.place else (0, 0)

    def __str__(self) -> str:
        where = str(self.place) if self.place else dotted(self.path)
        lines = [f"{where}: {self.message}" if where else self.message]
        if self.place and self.place.quote:
            shown, caret = _window(self.place.quote, self.place.column)
            lines += [f"    {shown}", f"    {' ' * caret}^"]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class SalesFsmError(Exception):
    """The base of all errors that salesfsm raises on purpose."""


class DefinitionError(SalesFsmError):
    """A process (or another definition file) cannot be used; ``problems`` holds every reason."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class RuleError(SalesFsmError):
    """A rule cannot be used: it is not in the rule language, or its types do not fit.

    ``rule`` is the text of the rule, ``column`` (from 1) the place in it, ``reason`` what is
    wrong, ``hint`` how to mend it.
    """

    def __init__(self, reason: str, *, rule: str = "", column: int = 1, hint: str = "") -> None:
        self.reason, self.rule, self.column, self.hint = reason, rule, column, hint
        lines = [reason]
        if rule:
            shown, caret = _window(rule, column)
            lines += [f"    {shown}", f"    {' ' * caret}^"]
        if hint:
            lines.append(f"  hint: {hint}")
        super().__init__("\n".join(lines))


class RuleSyntaxError(RuleError):
    """The text is not a rule: it does not parse, or uses what the language does not have."""


class RuleTypeError(RuleError):
    """The rule parses, but a name is not known or its types do not fit together."""


class UnknownNameError(SalesFsmError, LookupError):
    """A trigger, fact, stage, milestone or other name that the process does not have.

    ``kind`` is the kind of thing ("fact"), ``name`` what was given, ``known`` the names there are.
    """

    def __init__(self, kind: str, name: object, known: Iterable[str], *, within: str = "") -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__(unknown_name(kind, name, self.known, within=within))


class ValueTypeError(SalesFsmError, TypeError):
    """A value does not fit what it is for, such as a text where a fact holds money."""


class TimeError(SalesFsmError, ValueError):
    """A time that cannot be used: naive, in the future where it must not be, or running back."""


class CommandError(SalesFsmError, ValueError):
    """A command whose arguments do not make sense together; the message says which and why."""


class ProcessMismatchError(SalesFsmError):
    """An opportunity or event of one process, or version, was given to the engine of another."""


class EventError(SalesFsmError, ValueError):
    """Events that are not a history: a gap, a wrong order, a foreign id, or unreadable JSON."""


class HistoryError(SalesFsmError):
    """A history file, or the mapping that reads it, cannot be used at all.

    Single rows that cannot be used are not errors: the replay reports them.
    """


class MapError(SalesFsmError):
    """A map cannot be drawn or written."""


class StoreError(SalesFsmError):
    """What a store of opportunities could not do; each heir says which and what to do about it."""


class UnknownOpportunityError(StoreError, LookupError):
    """No opportunity with this ``id`` is in the store."""

    def __init__(self, id: str) -> None:  # noqa: A002  # the word of every CRM
        self.id = id
        super().__init__(
            f"no opportunity {shorten(id)!r} is in the store: open it first, or look the id up"
        )


class DuplicateOpportunityError(StoreError):
    """An opportunity with this ``id`` is in the store already."""

    def __init__(self, id: str) -> None:  # noqa: A002  # the word of every CRM
        self.id = id
        super().__init__(
            f"opportunity {shorten(id)!r} is in the store already: take another id, or go on with "
            "the one that is there"
        )


class ConflictError(StoreError):
    """Somebody else changed opportunity ``id``: it is at ``found``, not at ``expected``."""

    def __init__(self, id: str, expected: int, found: int) -> None:  # noqa: A002
        self.id, self.expected, self.found = id, expected, found
        super().__init__(
            f"opportunity {shorten(id)!r} is at event {found}, not at {expected}: it was changed "
            "meanwhile; load it again and decide anew"
        )


class KeyReusedError(StoreError):
    """An idempotency ``key`` was used before, for another command."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(
            f"the idempotency key {shorten(key)!r} was used for another command: "
            "a new command takes a new key"
        )


class RetiredVersionError(StoreError):
    """A command for an opportunity whose version of the process takes no commands any more."""

    def __init__(self, process: str, version: str) -> None:
        self.process, self.version = process, version
        super().__init__(
            f"{process} {version} is retired and takes no commands: "
            "migrate its opportunities to a version that is in use"
        )


class DefinitionChangedError(StoreError):
    """A process was stored before under the same name and version, with another content."""

    def __init__(self, process: str, version: str) -> None:
        self.process, self.version = process, version
        super().__init__(
            f"{process} {version} is in the store with another content: opportunities are pinned "
            "to it, so a changed process takes a new version"
        )


class CorruptedError(StoreError):
    """Rows that cannot be read. ``reasons`` says why, by the id of the opportunity."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        shown = "; ".join(
            f"{shorten(each)!r}: {why}" for each, why in list(self.reasons.items())[:5]
        )
        more = len(self.reasons) - 5
        super().__init__(
            f"{len(self.reasons)} opportunities in the store cannot be read: {shown}"
            + (f"; and {more} more" if more > 0 else "")
            + "; the others can: restore these from a backup"
        )


class StoreUnavailableError(StoreError):
    """The store cannot be reached or cannot write now.

    A command that was under way may have been carried out or not: repeat it with the same
    idempotency key, and it happens once. What takes no key (erase, migrate, revert, tick) does,
    repeated, what is left.
    """


class StoreVersionError(StoreError):
    """The tables of a database have a ``revision`` that this version of salesfsm does not know."""

    def __init__(self, revision: str, known: str) -> None:
        self.revision, self.known = revision, known
        super().__init__(
            f"the database has tables of revision {shorten(revision)!r}, and this salesfsm knows "
            f"them up to {known!r}: use the version of salesfsm that wrote it, or a newer one"
        )


class MigrationError(SalesFsmError):
    """Rules of a migration that do not fit its processes, or a migration that cannot be done."""


class MissingExtraError(SalesFsmError, ImportError):
    """A capability whose optional packages are not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            f'{what} needs packages that are not installed: pip install "salesfsm[{extra}]"'
        )


def printable(text: str) -> str:
    """``text`` as it may go to a terminal: unwanted characters are shown as U+FFFD, one each."""
    return UNWANTED.sub("\ufffd", text)


def nearest(name: object, known: Iterable[str]) -> str | None:
    """The known name that ``name`` was most likely meant to be, or None."""
    names = {candidate.casefold(): candidate for candidate in known}
    wanted = f".{name}".casefold()
    for folded, candidate in names.items():  # the name without the prefix that composing gave it
        if folded.endswith(wanted):
            return candidate
    found = difflib.get_close_matches(str(name)[:200].casefold(), names, n=1, cutoff=0.6)
    return names[found[0]] if found else None


def unknown_name(kind: str, name: object, known: Iterable[str], *, within: str = "") -> str:
    """The sentence that says that a name is not known, and which one may be meant."""
    names = tuple(known)
    sentence = f"unknown {kind} {shorten(str(name))!r}"
    if within:
        sentence += f" in {within}"
    meant = nearest(name, names)
    if meant is not None:
        sentence += f"; did you mean {meant!r}?"
    return f"{sentence} {listed(names, kind)}" if names else f"{sentence}; there is none"


def listed(names: Iterable[str], kind: str = "name") -> str:
    """``(known: a, b, c)``, cut after :data:`SHOWN_NAMES` names."""
    every = tuple(names)
    more = len(every) - SHOWN_NAMES
    shown = ", ".join(every[:SHOWN_NAMES]) + (f" and {more} more" if more > 0 else "")
    return f"(known: {shown})" if shown else f"(no {kind} is known)"


def shorten(text: str, width: int = 80) -> str:
    """``text`` on one line and cut to ``width`` characters, for messages that quote input."""
    line = " ".join(printable(text).split())
    return line if len(line) <= width else line[: width - 1] + "…"


def dotted(path: tuple[str | int, ...]) -> str:
    """A path for people: ``("stages", 0, "exit")`` is ``stages[0].exit``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _window(line: str, column: int, width: int = 96) -> tuple[str, int]:
    """The part of a long line around ``column``, and where the caret stands in it."""
    visible = line.replace("\t", " ").rstrip("\r\n")
    start = max(0, column - 1 - width // 2) if len(visible) > width else 0
    return visible[start : start + width], column - 1 - start

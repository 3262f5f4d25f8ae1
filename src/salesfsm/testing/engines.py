"""What every helper of the kit takes: an engine or a process, and a time that is always the same.

What is given in the place of one is refused here, with what to give instead.

Nothing here reads the clock of the machine, so a test tells the same tomorrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from salesfsm.engine.engine import Engine
from salesfsm.errors import CommandError, ValueTypeError, shorten
from salesfsm.process.process import Process
from salesfsm.rules.values import aware

MOMENT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When tests take place unless they say otherwise: a Monday morning."""

SELLER = "anna"
"""Who acts in what the kit makes up."""

Decider = Engine | Process
"""An engine, or a process whose engine needs nothing else."""

Item = TypeVar("Item")


def engine_of(decider: Decider, at: datetime = MOMENT) -> Engine:
    """The engine itself, or one of the process whose clock stands still at ``at`` (aware).

    Raises :class:`~salesfsm.errors.CommandError` for a process that names Python predicates, and
    :class:`~salesfsm.errors.ValueTypeError` for anything else, such as the path of a file.
    """
    process = process_of(decider)
    if isinstance(decider, Engine):
        return decider
    if process.predicates:
        raise CommandError(
            f"{process.key} asks Python ({', '.join(process.predicates)}), which no file and no "
            "command line has: in Python, give Engine(process, predicates={...}) in the place of "
            "the process"
        )
    return Engine(process, clock=FixedClock(at))


def process_of(decider: Decider) -> Process:
    """The process itself, or that of an engine.

    Raises :class:`~salesfsm.errors.ValueTypeError` for anything else, such as the path of a file.
    """
    if isinstance(decider, Engine):
        return decider.process
    check_type(decider, Process, "a process or an engine is needed, such as salesfsm.load(file)")
    return decider


def check_type(given: object, wanted: type, needed: str) -> None:
    """Raise :class:`~salesfsm.errors.ValueTypeError` unless it is one that is ``wanted``.

    ``needed`` says what to give, and how to come by it.
    """
    if not isinstance(given, wanted):
        raise ValueTypeError(f"{needed}, not {shorten(repr(given))}")


def items_of(given: Iterable[Item], wanted: type[Item], needed: str) -> tuple[Item, ...]:
    """What is given as a list, each item of the type that is ``wanted``; a text is no list.

    Raises :class:`~salesfsm.errors.ValueTypeError`, as :func:`check_type` does.
    """
    if isinstance(given, str):
        raise ValueTypeError(f"{needed}, not the text {shorten(given)!r} alone")
    check_type(given, Iterable, needed)
    every = tuple(given)
    for each in every:
        check_type(each, wanted, needed)
    return every


class FixedClock:
    """A clock that stands still until it is told to move; give it as ``Engine(clock=...)``.

    It raises :class:`~salesfsm.errors.TimeError` for a naive time.
    """

    def __init__(self, at: datetime = MOMENT) -> None:
        self._at = aware(at)

    def __call__(self) -> datetime:
        """The time at which it stands."""
        return self._at

    def set(self, at: datetime) -> None:
        """Let it stand at ``at`` (aware)."""
        self._at = aware(at)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass; a negative length takes it back, as real clocks do at times."""
        self._at += timedelta(days=days, hours=hours, minutes=minutes)

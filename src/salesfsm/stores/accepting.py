"""What every store refuses, and with which error: gaps, lost races, texts that cannot be held."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import get_args

from salesfsm.errors import (
    CommandError,
    ConflictError,
    DuplicateOpportunityError,
    EventError,
    KeyReusedError,
    StoreError,
    UnknownNameError,
    UnknownOpportunityError,
    ValueTypeError,
    shorten,
)
from salesfsm.stores.port import Append, Order, Query, Version

# NUL ends a text in PostgreSQL, and lone surrogates have no UTF-8.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

LONGEST = 1000
"""Bytes of an id or a name: the indexes of PostgreSQL hold two of these, and not much more."""

UNTOLD = "erased with an opportunity: the next attempt tells it again"
"""What stands for the last error of a subscriber after an erasure, for errors quote events."""


def check_appends(appends: Sequence[Append]) -> None:
    """Raise ``EventError`` where numbers have gaps, ``CommandError`` where a text cannot be kept.

    ``KeyReusedError`` where two of the appends have one idempotency key: one of them would be lost.
    """
    keys: set[str] = set()
    for append in appends:
        opportunity = append.current.opportunity
        check_names(id=opportunity.id, owner=opportunity.owner, team=opportunity.team)
        for number, event in enumerate(append.events, append.expected + 1):
            if (event.opportunity_id, event.sequence) != (opportunity.id, number):
                raise EventError(
                    f"event {event.sequence} of {shorten(event.opportunity_id)} is not event "
                    f"{number} of {shorten(opportunity.id)}: append what one step of the engine "
                    "gave, whole and in its order"
                )
            check_texts(by=event.by)
        if opportunity.sequence != append.expected + len(append.events):
            raise EventError(
                f"{shorten(opportunity.id)} at event {opportunity.sequence} is not how it stands "
                f"after event {append.expected + len(append.events)}"
            )
        if append.key is not None:
            check_texts(key=append.key.name)
            if append.key.name in keys:
                raise KeyReusedError(append.key.name)
            keys.add(append.key.name)


def check_query(query: Query) -> None:
    """Raise :class:`CommandError` for a query that makes no sense."""
    check_texts(process=query.process, version=query.version, owner=query.owner, team=query.team)
    check_texts(after=query.after)
    for stage in query.stages:
        check_texts(stage=stage)
    if query.order not in get_args(Order):
        raise CommandError(f"order is one of {', '.join(get_args(Order))}, not {query.order!r}")
    check_number(limit=query.limit)


def check_number(**given: int | None) -> None:
    """Raise :class:`CommandError` for the first that is no number of things, or beyond all."""
    for name, number in given.items():
        if number is not None and not (isinstance(number, int) and 0 <= number <= sys.maxsize):
            shown = shorten(repr(number), 40)
            raise CommandError(f"{name} is a whole number from 0 to {sys.maxsize}, not {shown}")


def check_texts(**given: str | None) -> None:
    """Raise :class:`CommandError` for the first text that not every database can keep.

    ``ValueTypeError`` where one is no text.
    """
    for name, text in given.items():
        if text is not None and not is_storable(text):
            raise CommandError(
                f"{name} {shorten(repr(text))} holds a NUL or half a character, which no database "
                "keeps: leave it out"
            )


def check_names(**given: str | None) -> None:
    """As :func:`check_texts`, and no longer than what the index of every database holds."""
    check_texts(**given)
    for name, text in given.items():
        if text is not None and len(text) * 4 > LONGEST < len(text.encode()):
            raise CommandError(
                f"{name} {shorten(text, 40)!r} is longer than {LONGEST} bytes, and no index holds "
                "it: keep what is longer as a fact"
            )


def is_storable(text: str) -> bool:
    """Whether every database can keep the text; raises ``ValueTypeError`` where it is none."""
    if not isinstance(text, str):
        raise ValueTypeError(f"an id, a key or a name is a text, not {shorten(repr(text), 40)}")
    return UNSTORABLE.search(text) is None


def refusal(name: str, expected: int, found: int) -> StoreError:
    """Why events cannot follow event ``expected`` of an opportunity that is at event ``found``."""
    if found == 0:
        return UnknownOpportunityError(name)
    if expected == 0:
        return DuplicateOpportunityError(name)
    return ConflictError(name, expected, found)


def latest_lease(now: datetime, until: datetime) -> datetime:
    """The latest end that a lease of somebody else can have, with allowance for clocks that differ.

    One that ends later was taken by a clock that has jumped, and would be held for ever.
    """
    return until + (until - now)


def unknown_cursor(cursor: str) -> CommandError:
    """The error for a cursor that the outbox of this kind of store never gave."""
    return CommandError(
        f"{shorten(repr(cursor))} is no cursor of this store: "
        "take one that its outbox gave, or none"
    )


def unknown_definition(process: str, version: str, known: Iterable[Version]) -> UnknownNameError:
    """The error for a process that is not in the store."""
    names = [" ".join(each) for each in known]
    return UnknownNameError("process", f"{process} {version}", names, within="the store")

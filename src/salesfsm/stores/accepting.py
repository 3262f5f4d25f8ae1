"""What every store refuses, and with which error: gaps, lost races, texts that cannot be held."""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    shorten,
)
from salesfsm.stores.port import Append, Definition, Order, Query

# NUL ends a text in PostgreSQL, and lone surrogates have no UTF-8.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check_appends(appends: Sequence[Append]) -> None:
    """Raise ``EventError`` where numbers have gaps, ``CommandError`` where a text cannot be kept.

    ``KeyReusedError`` where two of the appends have one idempotency key: one of them would be lost.
    """
    keys: set[str] = set()
    for append in appends:
        opportunity = append.current.opportunity
        check_texts(id=opportunity.id, owner=opportunity.owner, team=opportunity.team)
        for number, event in enumerate(append.events, append.expected + 1):
            if (event.opportunity_id, event.sequence) != (opportunity.id, number):
                raise EventError(
                    f"event {event.sequence} of {shorten(event.opportunity_id)} is not event "
                    f"{number} of {shorten(opportunity.id)}: append what one step of the engine "
                    "gave, whole and in its order"
                )
            if event.by is not None and not is_storable(event.by):
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
    if query.limit is not None and query.limit < 0:
        raise CommandError(f"limit is a number from 0, not {query.limit}")


def check_texts(**given: str | None) -> None:
    """Raise :class:`CommandError` for the first text that not every database can keep."""
    for name, text in given.items():
        if text is not None and not is_storable(text):
            raise CommandError(
                f"{name} {shorten(repr(text))} holds a NUL or half a character, which no database "
                "keeps: leave it out"
            )


def is_storable(text: str) -> bool:
    """Whether every database can keep the text."""
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


def unknown_definition(process: str, version: str, known: Sequence[Definition]) -> UnknownNameError:
    """The error for a process that is not in the store."""
    names = [f"{each.process} {each.version}" for each in known]
    return UnknownNameError("process", f"{process} {version}", names, within="the store")

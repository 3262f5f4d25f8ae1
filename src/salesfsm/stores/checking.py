"""Looking through a whole store for what cannot be read, or does not fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile

from salesfsm.errors import CorruptedError, SalesFsmError
from salesfsm.stores.folding import folded
from salesfsm.stores.port import Corrupted, Current, Query, Store


def unreadable(store: Store, progress: Callable[[int], None] | None = None) -> Iterator[Corrupted]:
    """Every opportunity that cannot be read, or stands elsewhere than its events lead.

    ``progress`` is told how many were looked at. The store may be in use meanwhile.
    """
    for count, each in enumerate(store.find(Query()), 1):
        found = each if isinstance(each, Corrupted) else _history(store, each)
        if found is not None:
            yield found
        if progress is not None:
            progress(count)


def _history(store: Store, current: Current) -> Corrupted | None:
    name, sequence = current.opportunity.id, current.opportunity.sequence
    try:
        # What was appended after it was listed is of no concern.
        events = takewhile(lambda event: event.sequence <= sequence, store.events(name))
        if folded(name, sequence, events) == current.opportunity:
            return None
    except CorruptedError as error:
        return Corrupted(name, error.reasons.get(name, str(error)))
    except SalesFsmError as error:
        return Corrupted(name, str(error))
    return Corrupted(name, "it stands elsewhere than its events lead")

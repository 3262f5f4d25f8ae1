"""What goes wrong with one opportunity of many is kept, and the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from salesfsm.errors import SalesFsmError, StoreUnavailableError


@contextmanager
def failing(failed: dict[str, SalesFsmError], id: str) -> Iterator[None]:  # noqa: A002
    """Keep an error of this opportunity in ``failed``; a store that is gone ends it all."""
    try:
        yield
    except StoreUnavailableError:
        raise
    except SalesFsmError as error:
        failed[id] = error

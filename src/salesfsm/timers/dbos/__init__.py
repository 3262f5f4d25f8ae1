"""Timers for many machines, kept and brought to workers by DBOS. Needs the extra ``durable``.

A :class:`DurableStore` enqueues when a timer comes due, in the transaction that makes it so; the
workers that are :class:`Ringing` take it from the queue at that time. What is due, and whether it
has rung, is known to the store alone: the queue only wakes, so it cannot make anything happen
twice, and what it might lose, a tick finds.
"""

from __future__ import annotations

from salesfsm.errors import MissingExtraError

try:
    import dbos  # noqa: F401
except ModuleNotFoundError as error:
    if error.name != "dbos":
        raise
    raise MissingExtraError("timers for many machines", "durable") from None

from salesfsm.timers.dbos.ringing import Ringing
from salesfsm.timers.dbos.store import DurableStore

__all__ = ["DurableStore", "Ringing"]

"""Where opportunities are kept: the port, and its adapters in memory and in SQL databases."""

from __future__ import annotations

from salesfsm.stores.memory import MemoryStore
from salesfsm.stores.opening import open_store
from salesfsm.stores.port import Store

__all__ = ["MemoryStore", "Store", "open_store"]

"""Overlays: what is laid over a finished map, of whatever format, to tell more than the process.

Each is a function from diagram to diagram. It finds what it is about by the ids of nodes, edges and
items, changes none of these ids, and takes nothing away.
"""

from __future__ import annotations

from salesfsm.maps.overlays.comparing import with_difference
from salesfsm.maps.overlays.history import with_history
from salesfsm.maps.overlays.standing import with_opportunity

__all__ = ["with_difference", "with_history", "with_opportunity"]

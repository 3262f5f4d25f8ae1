"""Rules as SQL through Ibis: which of the opportunities in a table may move. Extra ``analytics``.

Nothing here is imported before it is asked for (``engine.asking``).
"""

from __future__ import annotations

from salesfsm.errors import MissingExtraError

try:
    import ibis  # noqa: F401
    import pyarrow  # noqa: F401
except ModuleNotFoundError as error:
    if error.name not in ("ibis", "pyarrow"):
        raise
    raise MissingExtraError("a query over a table of opportunities", "analytics") from None

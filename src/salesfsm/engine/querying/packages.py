"""Whether the packages of the extra ``analytics`` are there; every module that needs them asks."""

from __future__ import annotations

from salesfsm.errors import MissingExtraError

try:
    import ibis  # noqa: F401
    import pyarrow  # noqa: F401
except ModuleNotFoundError as error:
    if error.name not in ("ibis", "pyarrow"):
        raise
    raise MissingExtraError("a query over a table of opportunities", "analytics") from None

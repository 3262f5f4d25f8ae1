"""What an engine can be asked of many opportunities at once; the packages come when it is asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from salesfsm.engine.making import Compiled
from salesfsm.errors import CommandError, ValueTypeError
from salesfsm.rules.values import aware

if TYPE_CHECKING:
    import ibis

Opaque = Literal["refuse", "unknown"]
"""What becomes of a rule that SQL cannot answer: an error, or a verdict of unknown."""


class Queryable(Compiled):
    """Questions about a whole table of opportunities, answered by the database that holds it."""

    def movable(
        self,
        table: ibis.Table,
        *,
        triggers: Iterable[str] | None = None,
        at: datetime | None = None,
        opaque: Opaque = "refuse",
    ) -> ibis.Table:
        """Which opportunities of ``table`` may move now, where to, and what blocks the others.

        The answer is a table of Ibis, computed when it is fetched: a row for each opportunity and
        each of ``triggers`` (all by default) that leads on from its stage, with ``id``, ``stage``,
        ``trigger``, ``movable``, ``target`` (null where it may not move) and ``blockers``, the
        codes of what blocks it between blanks. They are those of :meth:`Engine.moves` without
        anybody who acts. Rows of stages that the process does not have are left out.

        ``opportunity_schema`` names the columns of ``table``. Raises ``CommandError`` for those
        that are missing, and where a rule asks what SQL cannot answer (``opaque="unknown"`` takes
        that as unknown, so that nothing moves by it); ``UnknownNameError`` for a trigger;
        ``MissingExtraError`` without the extra ``analytics``.
        """
        from salesfsm.engine.querying.columns import dialect_of  # noqa: PLC0415

        if isinstance(triggers, str):  # which is an iterable of its letters, too
            raise ValueTypeError(f"triggers takes a list of names, such as [{triggers!r}]")
        return self._movable(table, triggers, at, dialect_of(table), opaque)

    def sql(
        self,
        trigger: str,
        dialect: str = "duckdb",
        *,
        table: str = "opportunities",
        at: datetime | None = None,
        opaque: Opaque = "refuse",
    ) -> str:
        """The text of the query that :meth:`movable` asks for one trigger, of the named table.

        ``dialect`` is ``duckdb``, ``postgres``, ``sqlite`` or ``pyspark``, as Ibis names them. The
        time stands in the text, in UTC: that is to be the time zone of the session of Spark.
        """
        from salesfsm.engine.querying.columns import sql_of, unbound_table  # noqa: PLC0415

        asked = unbound_table(self._process, table, dialect)
        return sql_of(self._movable(asked, [trigger], at, dialect, opaque), dialect)

    def _movable(
        self,
        table: ibis.Table,
        triggers: Iterable[str] | None,
        at: datetime | None,
        dialect: str,
        opaque: Opaque,
    ) -> ibis.Table:
        from salesfsm.engine.querying.movable import movable  # noqa: PLC0415

        if opaque not in ("refuse", "unknown"):
            raise CommandError(f'opaque is "refuse" or "unknown", not {opaque!r}')
        asked = tuple(self._process.triggers if triggers is None else dict.fromkeys(triggers))
        now = aware(self._clock() if at is None else at)
        unknown = opaque == "unknown"
        return movable(self._process, table, asked, now, dialect, opaque_unknown=unknown)

"""The tables as the code reads and writes them; the scripts in ``migrations`` make them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

REVISION = "0001"
"""The revision of the schema that this code reads and writes: that of the last script."""

VERSION_TABLE = "salesfsm_version"


class Moment(TypeDecorator[datetime]):
    """A time: ``timestamptz`` in PostgreSQL, text in ISO 8601 and UTC that sorts in SQLite.

    What is read comes as the driver gives it, for a column may be corrupted: ``rows`` makes times
    of it.
    """

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column type of the database."""
        return sa.Text() if dialect.name == "sqlite" else sa.DateTime(timezone=True)

    def process_bind_param(self, value: datetime | str | None, dialect: Dialect) -> object:
        """The time as the driver takes it; one that was read is given back as it came."""
        if isinstance(value, str) or dialect.name != "sqlite":
            return value
        return utc_text(value)


def utc_text(at: datetime | None) -> str | None:
    """A time as text in ISO 8601 and UTC, always as long, so that it sorts."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


class Json(UserDefinedType[str]):
    """JSON as text: written as the engine gives it, read as it was written."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """``json`` is checked and can be queried in PostgreSQL; in SQLite it is a text."""
        return "JSON"


# The order of ids is that of their characters' numbers, whatever the language of the database.
Name = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Position = sa.BigInteger().with_variant(sa.Integer, "sqlite")

metadata = sa.MetaData()

opportunities = sa.Table(
    "opportunities",
    metadata,
    sa.Column("id", Name, primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("process", Name, nullable=False),
    sa.Column("version", Name, nullable=False),
    sa.Column("stage", Name, nullable=False),
    sa.Column("outcome", Name, nullable=False),
    sa.Column("owner", Name),
    sa.Column("team", Name),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("entered_at", Moment, nullable=False),
    sa.Column("active_at", Moment, nullable=False),
    sa.Column("stalled_at", Moment),
    sa.Column("due_at", Moment),
    sa.Column("rung", Json, nullable=False),
    sa.Column("state", Json, nullable=False),
)

sa.Index("opportunities_stage", opportunities.c.stage, opportunities.c.id)
for _name in ("owner", "stalled_at", "due_at"):
    _given = opportunities.c[_name].is_not(None)
    sa.Index(
        f"opportunities_{_name}",
        opportunities.c[_name],
        opportunities.c.id,
        sqlite_where=_given,
        postgresql_where=_given,
    )

events = sa.Table(
    "events",
    metadata,
    sa.Column("position", Position, primary_key=True, autoincrement=True),
    sa.Column("opportunity_id", Name, sa.ForeignKey("opportunities.id"), nullable=False),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("type", Name, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", Name),
    sa.Column("body", Json, nullable=False),
    sa.UniqueConstraint("opportunity_id", "sequence", name="events_sequence"),
    sqlite_autoincrement=True,
)
"""In PostgreSQL there is a column ``transaction_id`` too, which the database fills in."""

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("digest", Name, primary_key=True),
    sa.Column("command", Name, nullable=False),
    sa.Column("opportunity_id", Name, sa.ForeignKey("opportunities.id"), nullable=False),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("name", Name, primary_key=True),
    sa.Column("cursor", Name, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_error", sa.Text, nullable=False),
    sa.Column("retry_at", Moment),
    sa.Column("holder", Name),
    sa.Column("held_until", Moment),
)

definitions = sa.Table(
    "definitions",
    metadata,
    sa.Column("position", Position, primary_key=True, autoincrement=True),
    sa.Column("process", Name, nullable=False),
    sa.Column("version", Name, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("retired", sa.Boolean, nullable=False),
    sa.UniqueConstraint("process", "version", name="definitions_version"),
    sqlite_autoincrement=True,
)

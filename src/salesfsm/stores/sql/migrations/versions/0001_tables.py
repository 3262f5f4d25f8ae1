"""The tables as they began. A later change of them is another script."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    name = sa.Text() if on_sqlite else sa.Text(collation="C")
    time = sa.Text() if on_sqlite else sa.DateTime(timezone=True)
    position = sa.Integer() if on_sqlite else sa.BigInteger()
    json = _Json()
    op.create_table(
        "opportunities",
        sa.Column("id", name, primary_key=True),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("process", name, nullable=False),
        sa.Column("version", name, nullable=False),
        sa.Column("stage", name, nullable=False),
        sa.Column("outcome", name, nullable=False),
        sa.Column("owner", name),
        sa.Column("team", name),
        sa.Column("opened_at", time, nullable=False),
        sa.Column("entered_at", time, nullable=False),
        sa.Column("active_at", time, nullable=False),
        sa.Column("stalled_at", time),
        sa.Column("due_at", time),
        sa.Column("rung", json, nullable=False),
        sa.Column("state", json, nullable=False),
    )
    op.create_index("opportunities_stage", "opportunities", ["stage", "id"])
    for column in ("owner", "stalled_at", "due_at"):
        given = sa.column(column).is_not(None)
        op.create_index(
            f"opportunities_{column}",
            "opportunities",
            [column, "id"],
            sqlite_where=given,
            postgresql_where=given,
        )
    op.create_table(
        "events",
        sa.Column("position", position, primary_key=True, autoincrement=True),
        sa.Column("opportunity_id", name, sa.ForeignKey("opportunities.id"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("type", name, nullable=False),
        sa.Column("at", time, nullable=False),
        sa.Column("by", name),
        sa.Column("body", json, nullable=False),
        sa.UniqueConstraint("opportunity_id", "sequence", name="events_sequence"),
        sqlite_autoincrement=True,
    )
    if not on_sqlite:
        op.execute(
            "ALTER TABLE events "
            "ADD COLUMN transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id()"
        )
        op.create_index("events_commit", "events", ["transaction_id", "position"])
    op.create_table(
        "idempotency_keys",
        sa.Column("digest", name, primary_key=True),
        sa.Column("command", name, nullable=False),
        sa.Column("opportunity_id", name, sa.ForeignKey("opportunities.id"), nullable=False),
        sa.Column("first", sa.Integer, nullable=False),
        sa.Column("last", sa.Integer, nullable=False),
    )
    op.create_table(
        "subscriptions",
        sa.Column("name", name, primary_key=True),
        sa.Column("cursor", name, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text, nullable=False),
        sa.Column("retry_at", time),
        sa.Column("holder", name),
        sa.Column("held_until", time),
    )
    op.create_table(
        "definitions",
        sa.Column("position", position, primary_key=True, autoincrement=True),
        sa.Column("process", name, nullable=False),
        sa.Column("version", name, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.UniqueConstraint("process", "version", name="definitions_version"),
        sqlite_autoincrement=True,
    )


class _Json(sa.types.UserDefinedType[str]):
    """JSON that is not parsed on its way; of this script alone, which stays as it is."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "JSON"

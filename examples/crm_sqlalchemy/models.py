"""A deal as a row: the machine reads it, moves it, and writes its history beside it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import DateTime, Dialect, ForeignKey, Numeric, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, object_session, relationship

import salesfsm as sf


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in UTC, also in databases that keep none, such as SQLite."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


def evidence_of(deal: Deal) -> list[sf.Evidence]:
    return [
        sf.Evidence(row.milestone, row.kind, row.made_by, row.ref, made_at=row.made_at)
        for row in deal.proofs
    ]


def keep(deal: Deal, step: sf.Step) -> None:
    """Add the events to the session of the deal: they are stored with its new stage, or neither."""
    session = object_session(deal)
    if session is None:
        raise RuntimeError("add the deal to a session before it moves: its history goes there")
    for event in step.events:
        text = sf.event_to_json(event)
        session.add(History(deal_id=deal.id, number=event.sequence, event=text))


machine = sf.bind(
    sf.load(Path(__file__).with_name("b2b.yaml")),
    evidence=evidence_of,
    tasks=lambda deal: (deal.tasks_done or "").split(),
    on_step=keep,
)


class Base(DeclarativeBase):
    """The base of all tables."""


@machine.attach
class Deal(Base):
    __tablename__ = "deal"

    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column()
    stage: Mapped[str] = mapped_column(default=machine.initial)
    budget: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    need: Mapped[str | None]
    tasks_done: Mapped[str] = mapped_column(default="")
    lost_reason: Mapped[str | None]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime, default=lambda: datetime.now(UTC))
    sequence: Mapped[int] = mapped_column(default=0)
    proofs: Mapped[list[Proof]] = relationship(cascade="all, delete-orphan")
    history: Mapped[list[History]] = relationship(order_by="History.number")

    # Of two who move a deal at once, the second gets StaleDataError instead of a second move.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # as SQLAlchemy wants it


class Proof(Base):
    __tablename__ = "proof"

    id: Mapped[int] = mapped_column(primary_key=True)
    deal_id: Mapped[str] = mapped_column(ForeignKey("deal.id"))
    milestone: Mapped[str]
    kind: Mapped[str]
    made_by: Mapped[str] = mapped_column(default="buyer")
    ref: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class History(Base):
    __tablename__ = "history"

    deal_id: Mapped[str] = mapped_column(ForeignKey("deal.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str]

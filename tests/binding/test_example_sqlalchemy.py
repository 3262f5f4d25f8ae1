"""The example with SQLAlchemy, against a real SQLite database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from crm_sqlalchemy import models
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

import salesfsm as sf

NOW = datetime.now(UTC)


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[sessionmaker[Session]]:
    """Sessions on a database file with one deal that is ready to be qualified."""
    engine = create_engine(f"sqlite:///{tmp_path / 'crm.db'}")
    models.Base.metadata.create_all(engine)
    made = sessionmaker(engine)
    proof = models.Proof(milestone="reason_to_act", kind="email", made_at=NOW)
    with made.begin() as session:
        session.add(models.Deal(id="ACME-1", budget=Decimal(50_000), need="speed", proofs=[proof]))
    yield made
    engine.dispose()


def test_a_row_is_refused_explained_moved_and_told(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        deal = session.scalars(select(models.Deal)).one()
        assert not deal.qualify(by="anna")
        assert "discovery_call is done" in models.machine.explain(deal, "qualify")
        deal.tasks_done = "discovery_call"
        assert deal.qualify(by="anna")
    with sessions() as session:
        deal = session.get_one(models.Deal, "ACME-1")
        assert (deal.stage, deal.sequence) == ("closing", 1)
        assert deal.entered_at > NOW
        (moved,) = (sf.event_from_json(row.event) for row in deal.history)
        assert (moved.by, moved.trigger, moved.target) == ("anna", "qualify", "closing")


def test_what_is_rolled_back_leaves_neither_stage_nor_history(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as session:
        deal = session.get_one(models.Deal, "ACME-1")
        assert deal.lose(reason="price")
        session.flush()
        session.rollback()
        assert (deal.stage, deal.history) == ("qualification", [])


def test_of_two_who_move_a_row_at_once_one_is_told(sessions: sessionmaker[Session]) -> None:
    with sessions() as one, sessions() as other:
        first, second = (each.get_one(models.Deal, "ACME-1") for each in (one, other))
        assert first.lose(reason="price")
        assert second.lose(reason="silent")
        one.commit()
        with pytest.raises(StaleDataError):
            other.commit()
    with sessions() as session:
        deal = session.get_one(models.Deal, "ACME-1")
        assert (deal.lost_reason, len(deal.history)) == ("price", 1)


def test_a_row_without_a_session_does_not_move() -> None:
    deal = models.Deal(id="ACME-2")
    with pytest.raises(RuntimeError, match="add the deal to a session"):
        deal.lose(reason="price")
    assert deal.stage is None

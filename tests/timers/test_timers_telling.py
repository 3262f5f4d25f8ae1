"""What the worker tells of failures that come, go, and come back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import salesfsm as sf
from salesfsm.cli.worker import Teller
from salesfsm.frozen import frozen
from salesfsm.pipeline.ticking import Tick

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_failure_is_told_once_while_it_lasts_and_again_when_it_is_back(
    capsys: pytest.CaptureFixture[str],
) -> None:
    failed = Tick(NOW, frozen({}), (), (), frozen({"A": sf.CommandError("spoiled")}))
    fine = Tick(NOW, frozen({}), (), (), frozen({}))
    teller = Teller(as_json=False)
    told = []
    for tick in (failed, failed, fine, failed):
        teller.tell(tick)
        told.append("A: spoiled" in capsys.readouterr().out)
    assert told == [True, False, False, True]

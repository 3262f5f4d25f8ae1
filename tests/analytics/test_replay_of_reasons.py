"""A reason is replayed with the close that it belongs to, or it is told why not."""

from __future__ import annotations

from datetime import UTC, datetime

import salesfsm as sf
from salesfsm.analytics.replay import replay_history
from salesfsm.formats.history import Change, History

PROCESS = sf.loads("""
salesfsm: 1
process: forks
facts: {paid: bool}
stages:
  - talking
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price, other]}
transitions:
  - {trigger: close, source: talking, target: won, when: paid}
  - {trigger: close, source: talking, target: lost, when: not paid}
""")


def replayed(*changes: Change) -> object:
    rows = tuple(change.row for change in changes)
    return replay_history(PROCESS, History("rows.csv", changes, (), len(rows), {}, {}))


def change(row: int, **given: object) -> Change:
    return Change("A", datetime(2026, 1, row, tzinfo=UTC), row, **given)  # type: ignore[arg-type]


def test_a_reason_that_another_branch_does_not_take_is_a_deviation_and_no_end() -> None:
    replay = replayed(
        change(2, opened=True, facts={"paid": "true"}), change(3, stage="lost", reason="price")
    )
    (deviation,) = replay.deviations
    assert deviation.explain() == "close leads to won here, not to lost"
    assert replay.opportunities["A"].stage == "lost"
    assert replay.opportunities["A"].lost_reason == "price"


def test_a_reason_that_the_stage_does_not_take_is_told_and_the_move_is_made() -> None:
    replay = replayed(
        change(2, opened=True, facts={"paid": "true"}), change(3, stage="won", reason="price")
    )
    (row,) = replay.unusable
    assert (row.row, "won does not take it" in row.reason) == (3, True)
    assert replay.opportunities["A"].stage == "won"
    assert replay.deviations == ()


def test_a_reason_without_a_change_of_the_stage_is_told_with_its_row() -> None:
    replay = replayed(
        change(2, opened=True, facts={"paid": "false"}),
        change(3, stage="lost", reason="price"),
        change(4, reason="other"),
    )
    (row,) = replay.unusable
    assert (row.row, "'other' was left out" in row.reason) == (4, True)

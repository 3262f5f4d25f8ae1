"""The layout snapshot, trap by trap, on small exports."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from salesfsm.errors import DefinitionError
from salesfsm.formats.history import History

Read = Callable[[str, str], History]

MAPPING = """
salesfsm_history: 1
layout: snapshot
timezone: UTC
opportunity: id
owner: owner
stage:
  column: stage
  closed: [won, lost]
  values: {Open: open, Talks: talks, Won: won, Lost: lost}
opened: {column: opened}
opened_in: open
closed: {column: closed}
reason: {column: why, values: {Price: price}}
facts: {product: {column: product, values: {B-1: B 1}}}
facts_when_closed: {amount: {column: amount}}
"""


def export(*rows: str) -> str:
    return "\n".join(("id,owner,stage,opened,closed,why,product,amount", *rows)) + "\n"


def test_a_closed_deal_is_opened_in_the_declared_stage_and_then_closed(read: Read) -> None:
    history = read(export("7,anna,Lost,2024-01-01,2024-02-01,Price,B-1,0"), MAPPING)
    opened, closed = history.changes
    assert (opened.opened, opened.stage, opened.owner, opened.reason) == (
        True,
        "open",
        "anna",
        None,
    )
    assert opened.facts == {"product": "B 1"}
    assert (closed.opened, closed.stage, closed.reason, closed.owner) == (
        *(False, "lost", "price", None),
    )
    assert closed.facts == {"amount": "0"}
    assert (opened.row, closed.row, history.rows_used) == (2, 2, 1)


def test_an_open_deal_stands_in_its_stage_since_its_opening(read: Read) -> None:
    history = read(export("7,anna,Talks,2024-01-01,2025-01-01,,,"), MAPPING)
    (change,) = history.changes
    assert (change.opened, change.stage, change.facts) == (True, "talks", {})


def test_a_deal_opened_and_closed_on_one_day_is_opened_first(read: Read) -> None:
    history = read(export("7,,Won,2024-01-01,2024-01-01,,,5"), MAPPING)
    assert [change.stage for change in history.changes] == ["open", "won"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (
            "7,,Won,2024-01-02,2024-01-01,,,",
            "closed on 2024-01-01 00:00, before it was opened on 2024-01-02 00:00 (UTC)",
        ),
        ("7,,Won,2024-01-02,,,,", "no time in column 'closed'"),
        ("7,,Talks,,,,,", "no time in column 'opened'"),
        (
            "7,,Tolks,2024-01-02,,,,",
            "unknown stage 'Tolks'; did you mean 'Talks'? (known: Open, Talks, Won, Lost)",
        ),
    ],
)
def test_a_deal_that_cannot_be_used_leaves_nothing_behind(
    read: Read, row: str, reason: str
) -> None:
    history = read(export(row), MAPPING)
    assert history.changes == ()
    assert [unusable.reason for unusable in history.unusable] == [reason]


def test_an_id_that_stands_twice_is_used_once(read: Read) -> None:
    history = read(export("7,,Open,2024-01-01,,,,", "7,,Open,2024-01-01,,,,"), MAPPING)
    assert len(history.changes) == 1
    assert history.unusable[0].reason == "the opportunity '7' already stands on line 2"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("closed: {column: closed}\n", "", "`closed` must say since when"),
        ("opened_in: open\n", "", "`opened_in` must say in which stage"),
        ("opened_in: open\n", "opened_in: won\n", "opened_in must be an open stage"),
        ("closed: [won, lost]", "closed: [wonn]", "did you mean 'won'"),
    ],
)
def test_a_closing_that_is_not_declared_in_full_is_an_error(
    read: Read, old: str, new: str, message: str
) -> None:
    with pytest.raises(DefinitionError, match=message):
        read(export("7,,Open,2024-01-01,,,,"), MAPPING.replace(old, new))

"""How the rows of a change log that tell one opening, or one close, become one change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from salesfsm.formats.history import Change, History

Read = Callable[[str, str], History]

MAPPING = """
salesfsm_history: 1
layout: change_log
timezone: UTC
opportunity: id
at: {column: at}
by: by
field: field
value: value
opened_by: created
stage: {field: stage, values: {T: talking, O: offer, L: lost}}
reason: {field: why, values: {Price: price, Silent: silent}}
owner: {field: owner}
facts: {budget: {field: budget}, need: {field: need}}
"""
CLOSES = MAPPING.replace("{field: why,", "{field: why, closes: lost,")
STAGES = MAPPING.replace("{field: why,", "{field: why, stages: [lost],")
OPENING = "01T09:00,created,"
BY_NO_ROW = "the reason belongs to no close: the stage is not changed right before or after it"


def without_opening(mapping: str) -> str:
    return mapping.replace("opened_by: created\n", "")


def log(*rows: str) -> str:
    """A log of the deal 7 in January 2026; ``by`` is empty."""
    return "\n".join(("id,at,field,value,by", *(f"7,2026-01-{row}," for row in rows))) + "\n"


def moves(history: History) -> list[tuple[str, str | None, tuple[int, ...]]]:
    return [(c.stage, c.reason, c.rows) for c in history.changes if c.stage]


@pytest.mark.parametrize("mapping", [MAPPING, CLOSES, STAGES])
@pytest.mark.parametrize(
    ("before", "after"),
    [("05T10:00", "05T10:00"), ("05T10:00", "05T11:00")],
    ids=["at one moment", "an hour apart"],
)
@pytest.mark.parametrize("reason_first", [True, False])
def test_a_reason_beside_a_close_goes_with_it(
    read: Read, mapping: str, before: str, after: str, *, reason_first: bool
) -> None:
    first, second = ("why,Price", "stage,L") if reason_first else ("stage,L", "why,Price")
    history = read(log(OPENING, f"{before},{first}", f"{after},{second}"), mapping)
    _, close = history.changes
    at = after if reason_first else before
    assert close.at == datetime.fromisoformat(f"2026-01-{at}").replace(tzinfo=UTC)
    assert moves(history) == [("lost", "price", (4, 3) if reason_first else (3, 4))]
    assert history.rows_used == 3


def test_a_reason_goes_with_the_close_across_changes_that_are_not_of_the_stage(read: Read) -> None:
    history = read(
        log(OPENING, "05T10:00,stage,L", "05T10:01,budget,5", "05T10:02,why,Price"), MAPPING
    )
    assert moves(history) == [("lost", "price", (3, 5))]


def test_a_reason_between_two_changes_of_the_stage_goes_with_the_nearer(read: Read) -> None:
    lost, reopened = "05T10:00,stage,L", "20T10:00,stage,T"
    assert moves(read(log(OPENING, lost, "05T10:05,why,Price", reopened), MAPPING)) == [
        ("lost", "price", (3, 4)),
        ("talking", None, (5,)),
    ]
    talking, close = "05T10:00,stage,T", "20T10:00,stage,L"
    assert moves(read(log(OPENING, talking, "20T09:00,why,Price", close), MAPPING)) == [
        ("talking", None, (3,)),
        ("lost", "price", (5, 4)),
    ]


def test_of_two_changes_equally_near_the_one_that_follows_the_reason_gets_it(read: Read) -> None:
    history = read(log(OPENING, "05,stage,T", "05,why,Price", "05,stage,L"), MAPPING)
    assert moves(history) == [("talking", None, (3,)), ("lost", "price", (5, 4))]


@pytest.mark.parametrize("mapping", [STAGES, CLOSES])
def test_declared_stages_get_the_reason_even_where_another_is_nearer(
    read: Read, mapping: str
) -> None:
    history = read(
        log(OPENING, "05T10:00,stage,T", "05T10:05,why,Price", "20T10:00,stage,L"), mapping
    )
    assert moves(history) == [("talking", None, (3,)), ("lost", "price", (5, 4))]


def test_each_of_two_closes_gets_its_own_reason(read: Read) -> None:
    history = read(
        log(
            OPENING,
            "05T10:00,stage,L",
            "05T10:05,why,Price",
            "10T10:00,stage,T",
            "20T09:55,why,Silent",
            "20T10:00,stage,L",
        ),
        STAGES,
    )
    assert [move[:2] for move in moves(history)] == [
        ("lost", "price"),
        ("talking", None),
        ("lost", "silent"),
    ]


def test_a_reason_without_a_row_that_closes_is_a_close_of_its_own_where_closes_says_so(
    read: Read,
) -> None:
    history = read(
        log(OPENING, "05,stage,T", "06,why,Price", "10,stage,O", "20,why,Silent"), CLOSES
    )
    assert moves(history) == [
        ("talking", None, (3,)),
        ("lost", "price", (4,)),
        ("offer", None, (5,)),
        ("lost", "silent", (6,)),
    ]


@pytest.mark.parametrize("mapping", [MAPPING, CLOSES, STAGES])
def test_a_later_reason_for_the_same_close_replaces_it_and_is_counted(
    read: Read, mapping: str
) -> None:
    rows = (OPENING, "05T10:00,stage,L", "05T10:01,why,Price", "06T10:00,why,Silent")
    history = read(log(*rows), mapping)
    assert moves(history) == [("lost", "silent", (3, 5))]
    assert history.ignored == {"a later reason for the same close replaces it": 1}


def test_a_later_reason_corrects_a_reason_that_closed_by_itself(read: Read) -> None:
    history = read(log(OPENING, "05,why,Price", "06,why,Silent"), CLOSES)
    assert moves(history) == [("lost", "silent", (3, 4))]
    assert history.changes[1].at.day == 5


@pytest.mark.parametrize(
    ("mapping", "rows", "reason"),
    [
        (MAPPING, (OPENING, "05,why,Price"), BY_NO_ROW),
        (MAPPING, (OPENING, "01T09:00,stage,T", "05,why,Price"), BY_NO_ROW),
        (without_opening(MAPPING), ("05,why,Price",), BY_NO_ROW),
        (
            STAGES,
            (OPENING, "04,stage,T", "05,why,Price", "06,stage,O"),
            BY_NO_ROW.replace("changed", "changed to lost"),
        ),
    ],
)
def test_a_reason_that_belongs_to_no_close_is_told(
    read: Read, mapping: str, rows: tuple[str, ...], reason: str
) -> None:
    history = read(log(*rows), mapping)
    assert [told.reason for told in history.unusable] == [reason]
    assert not any(change.reason for change in history.changes)


@pytest.mark.parametrize(
    "rows",
    [
        (OPENING, "01T09:00,stage,O", "02,stage,L"),
        ("01T09:00,stage,O", OPENING, "02,stage,L"),
    ],
)
def test_a_stage_at_the_moment_of_the_opening_is_the_one_it_opens_in(
    read: Read, rows: tuple[str, ...]
) -> None:
    opening, closed = read(log(*rows), MAPPING).changes
    assert (opening.opened, opening.stage, sorted(opening.rows)) == (True, "offer", [2, 3])
    assert (closed.opened, closed.stage) == (False, "lost")


def test_a_stage_a_second_after_the_opening_is_a_move(read: Read) -> None:
    history = read(log(OPENING, "01T09:00:01,stage,O"), MAPPING)
    assert [(c.opened, c.stage) for c in history.changes] == [(True, None), (False, "offer")]


def test_owner_and_facts_of_the_moment_of_the_opening_are_known_from_it_on(read: Read) -> None:
    csv = (
        "id,at,field,value,by\n7,2026-01-01,created,,\n7,2026-01-01,owner,ewa,ivan\n"
        "7,2026-01-01,budget,5,anna\n7,2026-01-01,stage,O,anna\n7,2026-01-01,need,speed,anna\n"
    )
    (opening,) = read(csv, MAPPING).changes
    assert (opening.opened, opening.stage, opening.owner, opening.by) == (
        *(True, "offer", "ewa", "ivan"),
    )
    assert opening.facts == {"budget": "5", "need": "speed"}
    assert opening.rows == (2, 3, 4, 5, 6)
    assert (opening.row_of("budget"), opening.row_of("need")) == (4, 6)


@pytest.mark.parametrize("again", ["stage,L", "owner,ewa", "budget,6"])
def test_what_is_changed_again_at_the_moment_of_the_opening_stays_a_change(
    read: Read, again: str
) -> None:
    rows = ("01,created,", "01,stage,O", "01,owner,anna", "01,budget,5", f"01,{again}", "01,need,x")
    opening, *rest = read(log(*rows), MAPPING).changes
    assert (opening.stage, opening.owner, opening.facts) == ("offer", "anna", {"budget": "5"})
    assert [change.row for change in rest] == [6, 7]


def test_without_opened_by_rows_of_the_first_moment_are_the_opening(read: Read) -> None:
    history = read(
        log("01,owner,anna", "01,budget,5", "01,stage,O", "02,stage,L"), without_opening(MAPPING)
    )
    opening, closed = history.changes
    assert (opening.opened, opening.owner, opening.facts, opening.stage, opening.rows) == (
        *(True, "anna", {"budget": "5"}, "offer", (2, 3, 4)),
    )
    assert (closed.opened, closed.stage) == (False, "lost")


def test_a_log_that_begins_with_a_close_opens_there_with_its_reason(read: Read) -> None:
    (only,) = read(log("01T09:00,why,Price", "01T10:00,stage,L"), without_opening(STAGES)).changes
    assert (only.opened, only.stage, only.reason, only.rows) == (True, "lost", "price", (3, 2))
    (only,) = read(log(OPENING, "01T09:00,stage,L", "01T09:00,why,Price"), STAGES).changes
    assert (only.opened, only.stage, only.reason, only.rows) == (True, "lost", "price", (2, 3, 4))


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["01", "02", "03"]),
        st.sampled_from(
            ["stage,T", "stage,O", "stage,L", "why,Price", "why,Silent", "owner,a", "need,x"]
        ),
    ),
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, mapping=st.sampled_from([MAPPING, CLOSES, STAGES]), opened=st.booleans())
def test_any_log_is_told_in_order_with_one_opening_and_no_reason_alone(
    read: Read, rows: list[tuple[str, str]], mapping: str, *, opened: bool
) -> None:
    texts = [f"{day},{change}" for day, change in rows]
    csv = log("01,created,", *texts) if opened else log("01,need,y", *texts)
    history = read(csv, mapping if opened else without_opening(mapping))  # the account closes
    changes: tuple[Change, ...] = history.changes
    assert [change.opened for change in changes] == [True] + [False] * (len(changes) - 1)
    assert sorted(changes, key=lambda change: change.at) == list(changes)
    assert all(change.stage for change in changes if change.reason)
    rows_told = [row for change in changes for row in change.rows]
    assert len(rows_told) == len(set(rows_told))


@pytest.mark.parametrize("mapping", [CLOSES, STAGES])
def test_a_row_that_says_the_same_stage_again_comes_between_no_reason_and_its_close(
    read: Read, mapping: str
) -> None:
    again = log(
        OPENING, "03T09:00,stage,O", "04T09:00,why,Price", "05T09:00,stage,O", "06T09:00,stage,L"
    )
    history = read(again, mapping)
    assert [(c.stage, c.reason) for c in history.changes if c.reason] == [("lost", "price")]
    assert history.unusable == ()
    later = log(OPENING, "03T09:00,stage,L", "04T09:00,stage,L", "05T09:00,why,Price")
    history = read(later, mapping)
    assert [(c.stage, c.reason) for c in history.changes if c.reason] == [("lost", "price")]

"""The layout change_log, trap by trap, on small logs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from salesfsm.errors import DefinitionError
from salesfsm.formats.history import History

Read = Callable[[str, str], History]

MAPPING = """
salesfsm_history: 1
layout: change_log
timezone: UTC
opportunity: id
at: {column: at}
field: field
value: value
opened_by: created
lives: file_order
stage: {field: stage, values: {"1": first, "2": second}}
reason: {field: why, closes: lost, values: {"1": price}}
owner: {field: owner}
facts:
  budget: {field: budget, number: {thousands: ","}}
ignore: [colour]
"""
ONE_LIFE = MAPPING.replace("lives: file_order\n", "")
WITHOUT_OPENING = ONE_LIFE.replace("opened_by: created\n", "")


def log(*rows: str) -> str:
    return "\n".join(("id,at,field,value", *rows)) + "\n"


def told(history: History) -> list[tuple[int, str]]:
    return [(row.row, row.reason) for row in history.unusable]


def test_each_field_changes_its_own_thing(read: Read) -> None:
    history = read(
        log(
            "7,2024-01-01,created,x",
            "7,2024-01-02,owner,anna",
            "7,2024-01-03,stage,2",
            '7,2024-01-04,budget,"1,250.50"',
            "7,2024-01-05,budget,",
            "7,2024-01-06,why,1",
        ),
        MAPPING,
    )
    opened, owned, moved, priced, emptied, lost = history.changes
    assert (opened.opportunity, opened.at, opened.row, opened.opened, opened.stage) == (
        *("7", datetime(2024, 1, 1, tzinfo=UTC), 2, True, None),
    )
    assert (owned.owner, owned.stage) == ("anna", None)
    assert (moved.owner, moved.stage) == (None, "second")
    assert priced.facts == {"budget": "1250.50"}
    assert emptied.facts == {"budget": None}
    assert (lost.stage, lost.reason) == ("lost", "price")


def test_a_row_belongs_to_the_opening_of_its_id_nearest_above_it(read: Read) -> None:
    history = read(
        log(
            "7,2024-01-01,created,x",
            "7,2024-01-20,stage,2",
            "8,2024-01-01,created,x",
            "7,2024-01-10,created,x",
            "7,2024-01-15,stage,1",
        ),
        MAPPING,
    )
    stages = {c.opportunity: (c.row, c.stage) for c in history.changes if c.stage}
    assert stages == {"7": (3, "second"), "7#2": (6, "first")}
    assert history.notes == {"ids with more than one life, told apart by the order of the file": 1}


def test_an_id_that_opens_twice_is_unusable_until_the_mapping_says_how_to_tell_the_lives_apart(
    read: Read,
) -> None:
    history = read(
        log("7,2024-01-01,created,x", "7,2024-02-01,created,x", "8,2024-01-01,created,x"),
        ONE_LIFE,
    )
    assert [change.opportunity for change in history.changes] == ["8"]
    assert told(history) == [
        (row, "'7' is opened 2 times (first on lines 2 and 3); if the file keeps its lives apart, "
              "map it with lives: file_order")
        for row in (2, 3)
    ]  # fmt: skip


def test_an_opening_that_cannot_be_used_takes_its_life_with_it_and_no_other(read: Read) -> None:
    history = read(
        log(
            "7,2024-01-01,created,x",
            "7,soon,created,x",
            "7,2024-01-15,stage,1",
        ),
        MAPPING,
    )
    assert [(change.opportunity, change.row) for change in history.changes] == [("7", 2)]
    assert told(history) == [
        (
            3,
            "'soon' in column 'at' is not a time in the form ISO 8601, such as 2024-04-09 21:32:09",
        ),
        (4, "line 3 opens '7' and cannot be used"),
    ]


def test_a_change_without_an_opening_is_unusable(read: Read) -> None:
    history = read(log("7,2024-01-15,stage,1", "7,2024-01-01,created,x"), MAPPING)
    assert told(history) == [(2, "no change of 'created' opens '7' before this row")]
    assert [change.opportunity for change in history.changes] == ["7"]


def test_a_change_dated_before_its_opening_is_unusable(read: Read) -> None:
    history = read(log("7,2024-01-02,created,x", "7,2024-01-01,stage,1"), MAPPING)
    assert told(history) == [(3, "dated before its opening on line 2")]


def test_one_life_may_stand_in_any_order_in_the_file(read: Read) -> None:
    history = read(
        log("7,2024-01-03,stage,2", "7,2024-01-02,stage,1", "7,2024-01-01,created,x"), ONE_LIFE
    )
    assert [change.stage for change in history.changes] == [None, "first", "second"]


def test_at_one_time_the_opening_comes_first_and_then_the_order_of_the_file(read: Read) -> None:
    history = read(
        log("7,2024-01-01,stage,2", "7,2024-01-01,stage,1", "7,2024-01-01,created,x"), ONE_LIFE
    )
    assert [(c.opened, c.rows, c.stage) for c in history.changes] == [
        (True, (4, 2), "second"),
        (False, (3,), "first"),
    ]


def test_without_opened_by_the_first_change_in_time_opens(read: Read) -> None:
    history = read(log("7,2024-01-03,stage,2", "7,2024-01-02,stage,1"), WITHOUT_OPENING)
    assert [(c.opened, c.stage) for c in history.changes] == [(True, "first"), (False, "second")]


def test_a_row_that_repeats_the_change_before_it_is_left_out_and_counted(read: Read) -> None:
    history = read(
        log(
            "7,2024-01-01,created,x",
            "7,2024-01-02,stage,1",
            "7,2024-01-02,stage,1",
            "7,2024-01-02,stage,2",
            "7,2024-01-02,stage,1",
        ),
        MAPPING,
    )
    assert history.ignored == {"repeats the change before it": 1}
    assert [change.stage for change in history.changes] == [None, "first", "second", "first"]


def test_fields_are_ignored_only_where_the_mapping_says_so(read: Read) -> None:
    history = read(
        log("7,2024-01-01,created,x", "7,2024-01-02,colour,red", "7,2024-01-02,stag,1"), MAPPING
    )
    assert history.ignored == {"the field 'colour' is ignored": 1}
    assert told(history) == [
        (
            4,
            "unknown field 'stag'; did you mean 'stage'? (known: stage, created, owner, why, "
            "budget); map it, or list it under ignore",
        )
    ]


def test_an_unknown_stage_is_unusable_with_its_label_and_the_known_ones(read: Read) -> None:
    history = read(log("7,2024-01-01,created,x", "7,2024-01-02,stage,11"), MAPPING)
    assert told(history) == [(3, "unknown stage '11'; did you mean '1'? (known: 1, 2)")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("7,2024-01-02,stage,", "no stage in the row"),
        ("7,2024-01-02,owner, ", "no owner in the row"),
        ("7,,stage,1", "no time in column 'at'"),
        (",2024-01-02,stage,1", "no id in column 'id'"),
        ("7,2024-01-02,,1", "no field in the row"),
        ("7,2024-01-02,budget,lots", "'lots' in the field 'budget' is not a number"),
        (
            "7,2024-01-02,stage",
            "3 cells where the header has 4; is a delimiter inside a text unquoted?",
        ),
        (
            "7,2024-01-02,stage,1,2",
            "5 cells where the header has 4; is a delimiter inside a text unquoted?",
        ),
    ],
)
def test_a_row_that_cannot_be_used_says_why(read: Read, row: str, reason: str) -> None:
    history = read(log("7,2024-01-01,created,x", row), MAPPING)
    assert told(history) == [(3, reason)]
    assert len(history.changes) == 1


def test_blank_lines_are_counted(read: Read) -> None:
    history = read(log("7,2024-01-01,created,x", "", ""), MAPPING)
    assert history.ignored == {"blank line": 2}


def test_a_record_of_several_lines_is_named_by_its_first(read: Read) -> None:
    history = read(
        log("7,2024-01-01,created,x", '7,2024-01-02,colour,"a\nb"', "7,2024-01-02,stage,9"), MAPPING
    )
    assert [row.row for row in history.unusable] == [5]


def test_an_unmapped_column_is_noted(read: Read) -> None:
    history = read("id,at,field,value,user\n7,2024-01-01,created,x,anna\n", MAPPING)
    assert history.notes == {"column 'user' is neither mapped nor ignored": 1}
    history = read("id,at,field,value,user\n7,2024-01-01,created,x,anna\n", MAPPING + "by: user\n")
    assert (history.notes, history.changes[0].by) == ({}, "anna")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("owner: {field: owner}", "owner: {field: stage}", "the field 'stage' is mapped 2 times"),
        ("[colour]", "[owner]", "'owner' is mapped, and stands under ignore as well"),
        ("opened_by: created\n", "", "lives: file_order needs opened_by"),
        ("closes: lost,", "stages: [frist],", "did you mean 'first'"),
        ("closes: lost,", "closes: lost, stages: [first],", "closes says already which stage"),
    ],
)
def test_a_mapping_that_contradicts_itself_is_an_error(
    read: Read, old: str, new: str, message: str
) -> None:
    with pytest.raises(DefinitionError, match=message):
        read(log("7,2024-01-01,created,x"), MAPPING.replace(old, new))

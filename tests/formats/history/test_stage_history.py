"""The layout stage_history, trap by trap, on small exports."""

from __future__ import annotations

from collections.abc import Callable

from salesfsm.formats.history import History

Read = Callable[[str, str], History]

MAPPING = """
salesfsm_history: 1
layout: stage_history
timezone: UTC
opportunity: id
at: {column: at}
owner: owner
stage: {column: stage, values: {A: first, B: second, L: lost}}
reason: {column: why, values: {Price: price}}
facts: {amount: {column: amount}}
"""


def export(*rows: str) -> str:
    return "\n".join(("id,at,stage,why,owner,amount", *rows)) + "\n"


def test_rows_in_any_order_become_what_changed_in_order_of_time(read: Read) -> None:
    history = read(
        export(
            "7,2024-01-03,L,Price,ewa,10",
            "7,2024-01-01,A,,anna,",
            "7,2024-01-02,B,,anna,10",
        ),
        MAPPING,
    )
    first, second, third = history.changes
    assert (first.row, first.opened, first.stage, first.owner, first.facts) == (
        *(3, True, "first", "anna", {}),
    )
    assert (second.opened, second.stage, second.owner, second.facts) == (
        *(False, "second", None, {"amount": "10"}),
    )
    assert (third.stage, third.reason, third.owner, third.facts) == ("lost", "price", "ewa", {})


def test_a_row_that_changes_only_a_fact_is_no_move(read: Read) -> None:
    history = read(export("7,2024-01-01,A,,,10", "7,2024-01-02,A,,,"), MAPPING)
    assert (history.changes[1].stage, history.changes[1].facts) == (None, {"amount": None})


def test_a_row_that_changes_nothing_is_left_out_and_counted(read: Read) -> None:
    history = read(export("7,2024-01-01,A,,,10", "7,2024-01-02,A,,,10"), MAPPING)
    assert len(history.changes) == 1
    assert history.ignored == {"changes nothing that is mapped": 1}


def test_ties_keep_the_order_of_the_file(read: Read) -> None:
    history = read(export("7,2024-01-01,B,,,", "7,2024-01-01,A,,,"), MAPPING)
    assert [(c.opened, c.stage) for c in history.changes] == [(True, "second"), (False, "first")]


def test_an_unknown_label_names_the_nearest_known(read: Read) -> None:
    mapping = MAPPING.replace("{A: first,", "{Prospecting: first,")
    history = read(export("7,2024-01-01,Prospectin,,,"), mapping)
    assert history.changes == ()
    assert history.unusable[0].reason == (
        "unknown stage 'Prospectin'; did you mean 'Prospecting'? (known: Prospecting, B, L)"
    )


def test_an_unknown_reason_makes_the_row_unusable_and_an_empty_one_does_not(read: Read) -> None:
    history = read(export("7,2024-01-01,A,,,", "7,2024-01-02,L,Weather,,"), MAPPING)
    assert [row.reason for row in history.unusable] == ["unknown reason 'Weather' (known: Price)"]
    assert len(history.changes) == 1

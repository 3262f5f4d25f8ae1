"""Salesforce's OpportunityHistory, read with examples/salesforce, against its Opportunity table."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from salesfsm.formats.history import History, load_mapping, read_history

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "salesforce" / "history.yaml"


@pytest.fixture(scope="module")
def salesforce(read_example: Callable[[str, str], History]) -> History:
    return read_example("salesforce", "salesforce_devorg/OpportunityHistory.csv")


@pytest.fixture(scope="module")
def table(shared_data: Path) -> dict[str, str]:
    """The stage of each opportunity as the Opportunity table has it, by the process's names."""
    names = load_mapping(EXAMPLE).model_dump()["stage"]["values"]
    with (shared_data / "salesforce_devorg" / "Opportunity.csv").open(encoding="utf-8") as file:
        return {row["Id"]: names[row["StageName"]] for row in csv.DictReader(file)}


def standing(history: History) -> dict[str, str | None]:
    """Where each opportunity stands after the last of its changes of stage."""
    return {change.opportunity: change.stage for change in history.changes if change.stage}


def test_the_last_stage_in_time_is_the_stage_of_the_opportunity_table(
    salesforce: History, table: dict[str, str]
) -> None:
    assert standing(salesforce) == table
    assert len(table) == 36


def test_the_last_row_of_the_file_would_be_the_wrong_stage_for_four(
    salesforce: History, table: dict[str, str]
) -> None:
    by_row = sorted(salesforce.changes, key=lambda change: change.row)
    last = {change.opportunity: change.stage for change in by_row}
    assert sum(last[id_] != stage for id_, stage in table.items()) == 4


def test_twelve_are_won_eight_lost_and_sixteen_open(salesforce: History) -> None:
    ends = Counter(standing(salesforce).values())
    assert (ends.pop("closed_won"), ends.pop("closed_lost"), ends.total()) == (12, 8, 16)
    won_rows = sum(change.stage == "closed_won" for change in salesforce.changes)
    assert won_rows == 19


def test_every_row_is_used_and_each_opportunity_opens_in_its_first_stage(
    salesforce: History,
) -> None:
    assert salesforce.rows_used == salesforce.rows_read == 48
    assert salesforce.notes == {}
    opened = [change for change in salesforce.changes if change.opened]
    assert len(opened) == 36
    assert all(change.stage for change in opened)


def test_times_of_two_digit_years_and_half_days_are_read(salesforce: History) -> None:
    of_one = [c for c in salesforce.changes if c.opportunity == "006bm00000LKgOnAAL"]
    assert [(c.at, c.stage) for c in of_one] == [
        (datetime(2026, 2, 24, 2, 18, tzinfo=UTC), "prospecting"),
        (datetime(2026, 2, 24, 2, 20, tzinfo=UTC), "closed_won"),
        (datetime(2026, 3, 7, 20, 59, tzinfo=UTC), "closed_lost"),
    ]
    assert [c.row for c in of_one] == [43, 45, 44]
    assert [c.facts for c in of_one] == [
        {"close_date": "2026-03-31"},
        {"close_date": "2026-02-23"},
        {},
    ]


def test_deleted_rows_are_left_out_and_counted(shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / "salesforce_devorg" / "OpportunityHistory.csv").read_text("utf-8")
    lines = whole.splitlines(keepends=True)
    lines[8] = lines[8].replace(",FALSE,", ",TRUE,")
    export = tmp_path / "deleted.csv"
    export.write_text("".join(lines), encoding="utf-8")
    history = read_history(export, load_mapping(EXAMPLE))
    assert history.ignored == {"deleted in Salesforce": 1}
    assert (history.rows_read, history.rows_used) == (48, 47)
    assert standing(history)["006bm00000LKJNTAA5"] == "closed_won"

"""The Maven snapshot, read with examples/maven, against the figures of its README."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median

import pytest

from salesfsm.formats.history import Change, History, load_mapping, read_history

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "maven" / "history.yaml"


@pytest.fixture(scope="module")
def maven(read_example: Callable[[str, str], History]) -> History:
    return read_example("maven", "maven_crm/sales_pipeline.csv")


def changed_mapping(tmp_path: Path, old: str, new: str) -> Path:
    text = EXAMPLE.read_text("utf-8")
    assert old in text
    path = tmp_path / "history.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def closings(history: History, stage: str) -> list[tuple[Change, Change]]:
    opened = {change.opportunity: change for change in history.changes if change.opened}
    return [(opened[c.opportunity], c) for c in history.changes if c.stage == stage]


def test_every_row_is_a_deal_of_its_own_though_352_say_the_same(maven: History) -> None:
    assert (maven.rows_read, maven.rows_used, len(maven.unusable)) == (8_800, 8_300, 500)
    assert maven.ignored == {}
    assert sum(change.opened for change in maven.changes) == 8_300


def test_deals_without_a_date_are_unusable_each_by_its_line(maven: History) -> None:
    reasons = Counter(row.reason for row in maven.unusable)
    assert reasons == {"no time in column 'engage_date'": 500}
    assert (maven.unusable[0].row, maven.unusable[0].opportunity) == (8302, "6CWZFOHJ")


def test_deals_without_a_date_are_used_where_the_mapping_declares_one(
    shared_data: Path, tmp_path: Path
) -> None:
    mapping = changed_mapping(
        tmp_path, "{column: engage_date}", '{column: engage_date, when_missing: "2017-12-31"}'
    )
    export = shared_data / "maven_crm" / "sales_pipeline.csv"
    history = read_history(export, load_mapping(mapping))
    assert history.unusable == ()
    assumed = [change for change in history.changes if change.assumed]
    assert len(assumed) == 500
    assert {change.stage for change in assumed} == {"prospecting"}
    assert {change.at.isoformat() for change in assumed} == {"2017-12-31T00:00:00+00:00"}
    assert "when_missing" in str(assumed[0].assumed)
    assert history.notes == {"changes of which something was assumed": 500}


def test_wins_losses_and_their_cycles_are_as_published(maven: History) -> None:
    won, lost = closings(maven, "won"), closings(maven, "lost")
    assert (len(won), len(lost)) == (4_238, 2_473)
    for pairs, average, middle in ((won, 51.782, 57), (lost, 41.479, 14)):
        days = [(closed.at - opened.at).days for opened, closed in pairs]
        assert mean(days) == pytest.approx(average, abs=0.001)
        assert median(days) == middle


def test_revenue_is_a_fact_of_the_closing_and_zero_on_lost(maven: History) -> None:
    assert sum(int(c.facts["amount"] or 0) for _, c in closings(maven, "won")) == 10_005_534
    assert {c.facts["amount"] for _, c in closings(maven, "lost")} == {"0"}
    assert not any("amount" in change.facts for change in maven.changes if change.opened)


def test_an_open_deal_stands_in_its_stage_since_its_date(maven: History) -> None:
    closed = {change.opportunity for change in maven.changes if not change.opened}
    still_open = [change for change in maven.changes if change.opportunity not in closed]
    assert Counter(change.stage for change in still_open) == {"engaging": 1_589}
    assert sum("account" not in change.facts for change in still_open) == 1_088


def test_the_two_spellings_of_a_product_become_one(maven: History) -> None:
    products = {change.facts["product"] for change in maven.changes if change.opened}
    assert "GTX Pro" in products
    assert "GTXPro" not in products
    assert len(products) == 7


def test_the_variant_with_american_dates_reads_the_same_with_its_format(
    maven: History, shared_data: Path, tmp_path: Path
) -> None:
    mapping = changed_mapping(tmp_path, "_date}", '_date, format: "%m/%d/%Y"}')
    variant = shared_data / "maven_crm" / "us_date_variant" / "sales_pipeline.csv"
    assert read_history(variant, load_mapping(mapping)).changes == maven.changes


def test_the_wrong_format_makes_rows_unusable_and_says_what_was_wanted(
    shared_data: Path,
) -> None:
    variant = shared_data / "maven_crm" / "us_date_variant" / "sales_pipeline.csv"
    history = read_history(variant, load_mapping(EXAMPLE))
    assert history.changes == ()
    assert history.unusable[0].reason == (
        "'10/20/2016' in column 'engage_date' is not a time in the form ISO 8601, such as "
        "2024-04-09 21:32:09"
    )

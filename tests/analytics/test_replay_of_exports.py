"""The three real exports, replayed through the example processes, against the figures published."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

import salesfsm as sf
from salesfsm.analytics.replay import Replay, replay_history
from salesfsm.engine.events import Moved, Opened, Placed
from salesfsm.formats.history import load_mapping, read_history
from salesfsm.rules.values import Money

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DOUBLE_IDS = {"399956", "554294", "556338", "851850", "955417"}
MAVEN_IN_US_DATES = [
    ("opened: {column: engage_date}", 'opened: {column: engage_date, format: "%m/%d/%Y"}'),
    ("closed: {column: close_date}", 'closed: {column: close_date, format: "%m/%d/%Y"}'),
]
MAVEN_WITHOUT_DATES = [
    (
        "opened: {column: engage_date}",
        'opened: {column: engage_date, when_missing: "2017-12-31"}',
    )
]
Replayed = Callable[..., Replay]


@pytest.fixture(scope="session")
def replayed(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """Replays an export with an example's process and its mapping, after changes of the text."""

    def replay(example: str, export: str, changes: list[tuple[str, str]] | None = None) -> Replay:
        folder = EXAMPLES / example
        text = (folder / "history.yaml").read_text("utf-8")
        for old, new in changes or []:
            assert text.count(old) == 1
            text = text.replace(old, new)
        mapping = tmp_path_factory.mktemp("mapping") / "history.yaml"
        mapping.write_text(text, encoding="utf-8")
        history = read_history(shared_data / export, load_mapping(mapping))
        return replay_history(sf.load(folder / "process.yaml"), history)

    return replay


@pytest.fixture(scope="session")
def pipedrive(replayed: Replayed) -> Replay:
    return replayed("pipedrive", "pipedrive_change_log/deal_changes.csv")


@pytest.fixture(scope="session")
def salesforce(replayed: Replayed) -> Replay:
    return replayed("salesforce", "salesforce_devorg/OpportunityHistory.csv")


@pytest.fixture(scope="session")
def maven(replayed: Replayed) -> Replay:
    return replayed("maven", "maven_crm/sales_pipeline.csv")


def stages(replay: Replay, name: str) -> list[str]:
    """The stages that a life went through, from its events."""
    found = []
    for event in replay.events[name]:
        if isinstance(event, Opened):
            found.append(event.stage)
        elif isinstance(event, Moved | Placed):
            found.append(event.target)
    return found


def test_pipedrive_has_2000_lives_that_were_all_lost_with_a_reason(pipedrive: Replay) -> None:
    assert len(pipedrive.opportunities) == 2_000
    assert pipedrive.standing["lost"] == 2_000
    assert all(each.lost_reason for each in pipedrive.opportunities.values())
    assert pipedrive.unusable == ()


def test_pipedrive_was_ever_in_each_stage_as_often_as_published(pipedrive: Replay) -> None:
    ever = Counter(stage for name in pipedrive.events for stage in set(stages(pipedrive, name)))
    order = list(pipedrive.process.stage_by_name)
    assert [ever[stage] for stage in order[:9]] == [
        *(2000, 1483, 1308, 1087, 895, 741, 588, 479, 325)
    ]
    assert (ever["won"], ever["lost"]) == (0, 2_000)


def test_pipedrive_steps_ahead_as_published_and_never_back(pipedrive: Replay) -> None:
    order = {stage: index for index, stage in enumerate(pipedrive.process.stage_by_name)}
    clean = [name for name in pipedrive.events if name.partition("#")[0] not in DOUBLE_IDS]
    assert len(clean) == 1_990
    steps = Counter(
        order[after] - order[before]
        for name in clean
        for before, after in pairwise(stages(pipedrive, name))
        if after != "lost"
    )
    assert steps == {1: 4381, 2: 1479, 3: 598, 4: 248, 5: 109, 6: 43, 7: 11, 8: 1}
    at_the_end = sum(stages(pipedrive, name)[-2:] == ["renewal", "lost"] for name in clean)
    assert at_the_end == 322


def test_the_moves_of_pipedrive_are_its_steps_of_one_and_the_rest_are_deviations(
    pipedrive: Replay,
) -> None:
    moves = Counter[str]()
    for (trigger, _, _), count in pipedrive.moves.items():
        moves["lose" if trigger == "lose" else "ahead"] += count
    assert moves == {"ahead": 4_405, "lose": 2_000}
    assert len(pipedrive.deviations) == 2_501
    assert moves["ahead"] + len(pipedrive.deviations) == 8_906 - 2_000
    stages = pipedrive.process.stage_by_name
    order = list(stages)
    for each in pipedrive.deviations:
        assert each.step is None
        assert each.source is not None
        assert order.index(each.target) - order.index(each.source) > 1
        labels = [stages[name].label for name in (each.source, each.target)]
        assert each.explain() == "no transition leads from {} to {}".format(*labels)


def test_salesforce_ends_as_its_opportunity_table_says(
    salesforce: Replay, shared_data: Path
) -> None:
    names = load_mapping(EXAMPLES / "salesforce/history.yaml").model_dump()["stage"]["values"]
    with (shared_data / "salesforce_devorg/Opportunity.csv").open(encoding="utf-8") as file:
        table = {row["Id"]: names[row["StageName"]] for row in csv.DictReader(file)}
    assert {name: each.stage for name, each in salesforce.opportunities.items()} == table
    standing = dict(salesforce.standing)
    assert (standing.pop("closed_won"), standing.pop("closed_lost")) == (12, 8)
    assert sum(standing.values()) == 16


def test_salesforce_moves_after_closing_and_begins_closed_as_reported(salesforce: Replay) -> None:
    after_closing = [each for each in salesforce.deviations if each.source == "closed_won"]
    begin_closed = [each for each in salesforce.deviations if each.source is None]
    assert (len(after_closing), len(begin_closed)) == (7, 18)
    assert len(salesforce.deviations) == 25
    assert {each.target for each in after_closing} == {"closed_lost"}
    assert "do not begin in Closed Won" in begin_closed[0].explain()


def test_salesforce_has_32_close_dates_before_the_opportunity_was_opened(
    salesforce: Replay,
) -> None:
    early = [
        each
        for each in salesforce.opportunities.values()
        if each.facts["close_date"] < each.opened_at.date()  # type: ignore[operator]
    ]
    assert (len(early), len(salesforce.opportunities)) == (32, 36)


def revenue(replay: Replay) -> Decimal:
    amounts = [
        each.facts["amount"] for each in replay.opportunities.values() if each.stage == "won"
    ]
    assert all(isinstance(amount, Money) and amount.currency == "USD" for amount in amounts)
    return sum((amount.amount for amount in amounts if isinstance(amount, Money)), Decimal(0))


def test_maven_stands_as_published_and_its_undated_deals_are_reported(maven: Replay) -> None:
    assert maven.standing == {"prospecting": 0, "engaging": 1_589, "won": 4_238, "lost": 2_473}
    assert maven.moves == {("win", "engaging", "won"): 4_238, ("lose", "engaging", "lost"): 2_473}
    assert maven.deviations == ()
    assert len(maven.unusable) == 500
    assert all("engage_date" in each.reason for each in maven.unusable)
    assert revenue(maven) == 10_005_534


def test_maven_with_a_day_for_the_undated_has_all_8800(replayed: Replayed) -> None:
    replay = replayed("maven", "maven_crm/sales_pipeline.csv", MAVEN_WITHOUT_DATES)
    assert len(replay.opportunities) == 8_800
    assert (replay.standing["prospecting"], replay.unusable) == (500, ())
    assert sum(replay.assumed.values()) == 500
    assert revenue(replay) == 10_005_534


def test_maven_in_american_dates_gives_the_same(replayed: Replayed, maven: Replay) -> None:
    american = replayed("maven", "maven_crm/us_date_variant/sales_pipeline.csv", MAVEN_IN_US_DATES)
    assert american.opportunities == maven.opportunities
    assert american.events == maven.events
    assert american.moves == maven.moves
    assert american.unusable == maven.unusable


@pytest.mark.parametrize("export", ["pipedrive", "salesforce", "maven"])
def test_the_account_of_a_replay_closes(export: str, request: pytest.FixtureRequest) -> None:
    replay: Replay = request.getfixturevalue(export)
    history = replay.history
    rows = history.rows_used + sum(history.ignored.values()) + len(history.unusable)
    assert history.rows_read == rows
    assert sum(replay.standing.values()) == len(replay.opportunities)
    for name, events in replay.events.items():
        assert sf.replay(replay.process, events) == replay.opportunities[name]
    moved = [event for events in replay.events.values() for event in events]
    assert sum(isinstance(event, Moved) for event in moved) == sum(replay.moves.values())
    forced = [event for event in moved if isinstance(event, Placed | Opened) and event.note]
    assert len(forced) == len(replay.deviations)

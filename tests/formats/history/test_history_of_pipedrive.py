"""The Pipedrive log, read with examples/pipedrive, against the figures of its README."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from salesfsm.formats.history import Change, History

STAGES = (
    "lead_generation",
    "qualified_lead",
    "needs_assessment",
    "proposal",
    "negotiation",
    "closing",
    "onboarding",
    "customer_success",
    "renewal",
)
DOUBLE_IDS = ("399956", "554294", "556338", "851850", "955417")


@pytest.fixture(scope="module")
def pipedrive(read_example: Callable[[str, str], History]) -> History:
    return read_example("pipedrive", "pipedrive_change_log/deal_changes.csv")


@pytest.fixture(scope="module")
def lives(pipedrive: History) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for change in pipedrive.changes:
        found.setdefault(change.opportunity, []).append(change)
    return found


def path(life: list[Change]) -> list[int]:
    """The numbers (from 1) of the open stages that a life went through."""
    return [STAGES.index(change.stage) + 1 for change in life if change.stage in STAGES]


def test_every_row_of_the_log_is_used(pipedrive: History) -> None:
    assert pipedrive.rows_read == pipedrive.rows_used == len(pipedrive.changes) == 15_406
    assert pipedrive.unusable == ()
    assert pipedrive.ignored == {}


def test_five_ids_are_two_lives_each_so_that_there_are_2000(
    pipedrive: History, lives: dict[str, list[Change]]
) -> None:
    assert len(lives) == 2_000
    assert sorted(name for name in lives if "#" in name) == [f"{id_}#2" for id_ in DOUBLE_IDS]
    assert list(pipedrive.notes.values()) == [5]


def test_the_overlapping_lives_of_851850_are_told_apart_by_the_order_of_the_file(
    lives: dict[str, list[Change]],
) -> None:
    first, second = lives["851850"], lives["851850#2"]
    assert (first[0].row, first[-1].row, path(first)) == (8532, 8539, [1, 2, 3, 6])
    assert (second[0].row, second[-1].row, path(second)) == (15224, 15231, [1, 2, 3, 5, 7])
    assert first[-1].at > second[0].at  # they do overlap


def test_each_life_opens_once_first_and_ends_lost_with_a_reason(
    lives: dict[str, list[Change]],
) -> None:
    for life in lives.values():
        assert [change.opened for change in life] == [True] + [False] * (len(life) - 1)
        assert life[-1].stage == "lost"
        assert life[-1].reason
        assert sum(change.stage == "lost" for change in life) == 1


def test_the_log_is_split_into_its_fields(pipedrive: History) -> None:
    assert sum(change.opened for change in pipedrive.changes) == 2_000
    assert sum(change.owner is not None for change in pipedrive.changes) == 2_500
    assert sum(change.stage in STAGES for change in pipedrive.changes) == 8_906
    assert sum(change.reason is not None for change in pipedrive.changes) == 2_000
    assert not any(change.stage == "won" for change in pipedrive.changes)


def test_ever_in_stage_is_as_published(lives: dict[str, list[Change]]) -> None:
    ever = Counter(stage for life in lives.values() for stage in set(path(life)))
    assert [ever[stage] for stage in range(1, 10)] == [
        *(2000, 1483, 1308, 1087, 895, 741, 588, 479, 325)
    ]
    furthest = Counter(max(path(life)) for life in lives.values())
    reached = [sum(furthest[n] for n in range(stage, 10)) for stage in range(1, 10)]
    assert reached == [2000, 1995, 1956, 1867, 1697, 1427, 1083, 725, 325]


def test_the_steps_of_the_clean_deals_are_as_published_and_none_goes_back(
    lives: dict[str, list[Change]],
) -> None:
    clean = [life for life in lives.values() if life[0].opportunity[:6] not in DOUBLE_IDS]
    assert len(clean) == 1_990
    steps = Counter(to - at for life in clean for at, to in pairwise(path(life)))
    assert steps == {1: 4381, 2: 1479, 3: 598, 4: 248, 5: 109, 6: 43, 7: 11, 8: 1}
    assert all(to > at for life in lives.values() for at, to in pairwise(path(life)))


def test_the_mean_time_from_opening_to_the_first_stage_of_the_clean_deals_is_as_published(
    lives: dict[str, list[Change]],
) -> None:
    waits = [
        (next(change for change in life if change.stage).at - life[0].at).total_seconds() / 86_400
        for life in lives.values()
        if life[0].opportunity[:6] not in DOUBLE_IDS
    ]
    assert len(waits) == 1_990
    assert sum(waits) / len(waits) == pytest.approx(35.37, abs=0.005)


def test_changes_stand_in_order_of_time(pipedrive: History) -> None:
    assert all(a.at <= b.at for a, b in pairwise(pipedrive.changes))

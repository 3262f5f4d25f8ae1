"""Dates, times and lengths of time computed in SQL, up to the ends of the calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import ibis
import pytest
from rule_strategies import Opportunity, Piece
from rules_in_sql import answer

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # by Ibis

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DEAL = Opportunity(
    facts={
        "met_on": date(2026, 2, 20),
        "decide_by": date(2026, 3, 12),
        "called_at": datetime(2026, 3, 1, 21, tzinfo=UTC),
        "effort": timedelta(hours=36),
        "count": 2,
    },
    evidence={"shortlist": [Piece(NOW)], "signature": [Piece(NOW + timedelta(microseconds=1))]},
    attempts={"call": 3},
    entered_at=NOW + DAY,
    active_at=NOW - 3 * DAY,
)


@pytest.mark.parametrize(
    "rule",
    [
        "called_at + hours(12) == now",
        "not (called_at + hours(12) > now)",
        "now - hours(12) == called_at",
        "called_at + effort == now + days(1)",
        "effort + called_at == now + days(1)",
        "called_at - effort == now - days(2)",
        "now - called_at == hours(12)",
        "called_at - now < hours(0)",
        "met_on + effort == decide_by - days(19)",
        "met_on - effort == decide_by - days(21)",
        "decide_by - met_on == days(20)",
        "met_on == days(10) + today - days(20)",
        "met_on + days(10) >= today",
        "effort > days(1)",
        "effort * count == days(3)",
        "2 * effort - effort == effort",
    ],
)
def test_times_move_by_lengths_and_lengths_lie_between_times(
    database: ibis.BaseBackend, rule: str
) -> None:
    assert answer(database, rule, DEAL, NOW) is True


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("days_in_stage == -1", True),
        ("days_since_activity == 3", True),
        ("attempts() == 3", True),
        ("attempts(call) == 3", True),
        ("attempts(email) == 0", True),
        ("proven(shortlist)", None),
        ("proven(signature)", True),
    ],
)
def test_what_was_done_counts_to_the_microsecond(
    database: ibis.BaseBackend, rule: str, told: bool | None
) -> None:
    assert answer(database, rule, DEAL, NOW) is told


@pytest.mark.parametrize(
    ("moved", "known"),
    [
        ("called_at + effort * 1000000", True),
        ("called_at + effort * 2000000", False),  # past the year 9999
        ("called_at - effort * 400000", True),
        ("called_at - effort * 500000", False),  # before the year 1
        ("called_at - effort * 100000000", False),
        ("met_on + effort * 1000000", True),
        ("met_on + effort * 2000000", False),
        ("met_on - effort * 400000", True),
        ("met_on - effort * 500000", False),
        ("met_on - effort * 100000000", False),
    ],
)
def test_what_is_past_the_calendar_is_unknown(
    database: ibis.BaseBackend, moved: str, known: bool
) -> None:
    assert answer(database, f"known({moved})", DEAL, NOW) is known


@pytest.mark.parametrize(
    ("days", "times", "known"),
    [
        (1, 999_999_999, True),
        (1, 1_000_000_000, False),
        (-1, 999_999_999, True),
        (-1, 1_000_000_000, False),
    ],
)
def test_a_length_of_time_ends_at_a_thousand_million_days(
    exact_database: ibis.BaseBackend, days: int, times: int, known: bool
) -> None:
    deal = Opportunity(facts={"effort": timedelta(days=days)})
    assert answer(exact_database, f"known(effort * {times})", deal, NOW) is known


@pytest.mark.parametrize("rule", ["called_at + hours(12) >= now", "called_at < now"])
def test_the_time_zone_of_the_database_plays_no_part(rule: str) -> None:
    database = ibis.duckdb.connect()
    database.raw_sql("SET TimeZone = 'Asia/Tokyo'")
    assert answer(database, rule, DEAL, NOW) is True
    database.disconnect()

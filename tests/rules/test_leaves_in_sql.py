"""What each leaf of a rule is in SQL: where it is known, and where its column is empty."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import ibis
import pytest
from rule_strategies import Opportunity, Piece
from rules_in_sql import answer

from salesfsm.rules.values import Money

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # by Ibis

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FULL = Opportunity(
    facts={
        "flag": True,
        "count": 999_999_999,
        "ratio": Decimal("2.5"),
        "budget": Money(10, "EUR"),
        "need": "",
        "met_on": date(2026, 2, 20),
        "called_at": datetime(2026, 3, 1, 21, tzinfo=UTC),
        "effort": timedelta(hours=36),
    },
    evidence={
        "signature": [Piece(NOW + timedelta(microseconds=1)), Piece(NOW)],
        "shortlist": [Piece(NOW)],
    },
    tasks=frozenset({"offer"}),
    attempts={"call": 3},
    owner="anna",
)


@pytest.mark.parametrize(
    ("rule", "of_full", "of_empty"),
    [
        ("flag", True, None),
        ("not flag", False, None),
        ("known(flag)", True, False),
        ("known(met_on)", True, False),
        ("known(called_at)", True, False),
        ("known(met_on + effort)", True, False),
        ("known(today)", True, True),
        ("known(money(1, EUR) / 0)", False, False),
        ("count * count == 999999998000000001", True, None),
        ("count - 1 == 999999998", True, None),
        ("ratio < 2.51", True, None),
        ("budget == money(10, EUR)", True, None),
        ("need == ''", True, None),
        ("met_on < today", True, None),
        ("called_at < now", True, None),
        ("effort == hours(36)", True, None),
        ("owner == 'anna'", True, None),
        ("done(offer)", True, False),
        ("done(discovery_call)", False, False),
        ("proven(signature)", True, False),
        ("proven(shortlist)", None, False),
        ("attempts() == 3", True, False),
        ("attempts(call) == 3", True, False),
        ("attempts(call) < 1", False, True),
        ("attempts(email) == 0", True, True),
        ("attempts(call) + 1 == 4", True, False),
        ("2 > 1", True, True),
        ("money(1, EUR) + money(1, EUR) > money(3, EUR)", False, False),
        ("today > days(1) + today - days(2)", True, True),
        ("today < days(1) + today", True, True),
        ("money(1, EUR) / 0 == money(1, EUR)", None, None),
        ("at_least(2, flag, done(offer), known(budget))", True, False),
        ("at_least(2, flag, not flag, not known(budget))", False, None),
        ("at_least(2, flag, done(offer), done(discovery_call))", True, False),
        ("at_least(2, flag, known(flag), not done(offer))", True, None),
    ],
)
def test_a_leaf_answers_alike_of_much_and_of_nothing(
    database: ibis.BaseBackend, rule: str, of_full: bool | None, of_empty: bool | None
) -> None:
    assert answer(database, rule, FULL, NOW) is of_full
    assert answer(database, rule, Opportunity(), NOW) is of_empty

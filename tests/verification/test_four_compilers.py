"""A rule is compiled four times, and means one thing: closure, explanation, SQL and Z3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import ibis
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from rule_strategies import PREDICATES, VOCABULARY, Opportunity, opportunities, rules, times
from rules_in_sql import AS_BOOLEAN, in_sql
from rules_in_z3 import z3_verdict

from salesfsm.engine.querying.exporting import opaque
from salesfsm.rules import core
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.explanation import explain
from salesfsm.rules.resolve import resolve
from salesfsm.rules.syntax import Node
from salesfsm.rules.verdict import Verdict

pytestmark = pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # by Ibis


@pytest.fixture(scope="module")
def duckdb() -> Iterator[ibis.BaseBackend]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


@settings(
    max_examples=100, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    nodes=st.lists(rules, min_size=1, max_size=4),
    found=st.lists(opportunities, min_size=1, max_size=3),
    at=times,
)
def test_closure_explanation_sql_and_z3_give_one_verdict(
    duckdb: ibis.BaseBackend, nodes: list[Node], found: list[Opportunity], at: datetime
) -> None:
    conditions = [resolve(node, VOCABULARY) for node in nodes]
    by_closure = verdicts(conditions, found, at)
    for n, condition in enumerate(conditions):
        for m, deal in enumerate(found):
            assert explain(condition, deal, at, PREDICATES).verdict == by_closure[n][m]
            assert z3_verdict(condition, deal, at) == by_closure[n][m]
    # Predicates of Python, and a few products, are told to be beyond SQL (test_sql_verdicts).
    asked = [n for n, condition in enumerate(conditions) if not any(opaque(condition, at))]
    answers = in_sql(duckdb, [conditions[n] for n in asked], found, at)
    for m, row in enumerate(answers):
        assert row == [AS_BOOLEAN.get(by_closure[n][m]) for n in asked]


def verdicts(
    conditions: Sequence[core.Condition], found: Sequence[Opportunity], at: datetime
) -> list[list[Verdict]]:
    """By condition, the verdict of its closure on each opportunity."""
    compiled = [compile_verdict(condition, PREDICATES) for condition in conditions]
    return [[verdict(deal, at) for deal in found] for verdict in compiled]

"""Values of rules in Z3: computed as rules compute, and the same when they come back."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import rule_strategies as told
from hypothesis import given, strategies as st
from rules_in_z3 import z3_verdict

from salesfsm.rules import types
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import Verdict
from salesfsm.verification.encoding import DAY, MICROSECOND, Texts, number, value


@pytest.mark.parametrize(
    ("rule", "facts", "wanted"),
    [
        ("ratio / 3 == 0.333333333333", {"ratio": Decimal(1)}, Verdict.MET),
        ("ratio * 0.5 == 0.000000000002", {"ratio": Decimal("0.000000000003")}, Verdict.MET),
        ("ratio * 0.5 == 0.000000000002", {"ratio": Decimal("0.000000000005")}, Verdict.MET),
        ("ratio / count > 1", {"ratio": Decimal(1), "count": 0}, Verdict.UNKNOWN),
        ("count * count > 0", {"count": 10**9}, Verdict.UNKNOWN),
        ("known(decide_by + effort)", {}, Verdict.UNMET),
        ("count > 0 or flag", {"count": 1}, Verdict.MET),
        ("count > 0 and flag", {"count": 1}, Verdict.UNKNOWN),
        ("need == owner", {"need": "anna"}, Verdict.UNKNOWN),
    ],
)
def test_z3_computes_as_rules_do_at_the_edges(rule, facts, wanted):
    condition = resolve(parse(rule), told.VOCABULARY)
    at = datetime.fromisoformat("2026-06-01T12:00:00+00:00")
    assert z3_verdict(condition, told.Opportunity(facts=facts), at) == wanted
    assert compile_verdict(condition, told.PREDICATES)(told.Opportunity(facts=facts), at) == wanted


@given(st.data())
def test_a_value_that_became_a_number_comes_back_the_same(data):
    texts = Texts()
    type_ = data.draw(st.sampled_from([*told.FACTS.values(), types.DURATION]))
    fact = data.draw(told.values(type_))
    back = value(number(fact, type_.kind, texts), type_, texts)
    assert back == fact
    assert type(back) is type(fact)


def test_texts_that_no_rule_names_are_told_apart_from_those_that_are():
    texts = Texts()
    code = texts.code("text 7")
    assert texts.text(code) == "text 7"
    assert texts.text(7) != texts.text(code)
    assert texts.text(8) == "text 8"
    assert timedelta(days=1) // MICROSECOND == DAY

"""An explanation tells people, part by part, what was wanted and what was found."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from rule_strategies import PREDICATES, VOCABULARY, Opportunity, Piece

from salesfsm.rules import core
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.explanation import Explanation, explain
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.values import Money
from salesfsm.rules.verdict import MET, STALE, UNKNOWN, UNMET
from salesfsm.rules.wording import AS_WRITTEN, Wording

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
KNOWN = Opportunity(
    facts={
        "flag": True,
        "count": 3,
        "budget": Money(Decimal("5000"), "EUR"),
        "authority": "user",
        "decide_by": date(2026, 7, 1),
    },
    evidence={
        "signature": (Piece(NOW - timedelta(days=1)),),
        "shortlist": (Piece(NOW + timedelta(days=9)),),
    },
    tasks=frozenset({"offer"}),
    attempts={"call": 2, "email": 1},
    owner="anna",
    friendly=False,
)


def why(text: str) -> Explanation:
    return explain(resolve(parse(text), VOCABULARY), KNOWN, NOW, PREDICATES)


@pytest.mark.parametrize(
    ("rule", "verdict", "wanted", "actual"),
    [
        ("true", MET, "always", None),
        ("false", UNMET, "never", None),
        ("flag", MET, "flag", "yes"),
        ("identify_pain", UNKNOWN, "identify_pain", None),
        ("not flag", UNMET, "not flag", "yes"),
        ("known(budget)", MET, "budget is known", "5000 EUR"),
        ("known(need)", UNMET, "need is known", None),
        ("budget >= 10000", UNMET, "budget ≥ 10000 EUR", "5000 EUR"),
        ("10000 <= budget", UNMET, "10000 EUR ≤ budget", "5000 EUR"),
        ("today + days(9) > decide_by", UNMET, "today + 9 days > decide_by", "2026-07-01"),
        ("spend > 1", UNKNOWN, "spend > 1 EUR", None),
        ("count * 2 != 6", UNMET, "count * 2 ≠ 6", "6"),
        ("(count + 1) * 2 == 8", MET, "(count + 1) * 2 = 8", "8"),
        ("authority == user", MET, "authority = user", "user"),
        ("authority in [influencer]", UNMET, "authority = influencer", "user"),
        (
            "authority not in [user, influencer]",
            UNMET,
            "not authority is one of user, influencer",
            "user",
        ),
        ("need in ['a']", UNKNOWN, "need = a", None),
        ("proven(reason_to_act)", UNMET, "reason_to_act is proven", None),
        ("proven(signature)", STALE, "signature is proven", "expired on 2026-05-31"),
        ("proven(shortlist)", MET, "shortlist is proven", None),
        ("done(offer)", MET, "offer is done", "done"),
        ("done(discovery_call)", UNMET, "discovery_call is done", "open"),
        ("is_friendly()", UNMET, "is_friendly", None),
        ("attempts(call) >= 3", UNMET, "attempts(call) ≥ 3", "2"),
        ("attempts() >= 3", MET, "attempts() ≥ 3", "3"),
        ("owner == 'ewa'", UNMET, "owner = ewa", "anna"),
        ("days_in_stage > 200", UNMET, "days_in_stage > 200", "151"),
        (
            "now > '2026-01-01T00:00Z'",
            MET,
            "now > 2026-01-01T00:00+00:00",
            "2026-06-01T12:00+00:00",
        ),
    ],
)
def test_a_leaf_says_what_was_wanted_and_what_was_found(rule, verdict, wanted, actual):
    found = why(rule)
    assert (found.verdict, found.wanted, found.actual) == (verdict, wanted, actual)
    assert found.leaves() == [found]


@pytest.mark.parametrize(
    ("rule", "wanted", "needed"),
    [
        ("flag and known(need)", "flag and need is known", 2),
        ("flag or known(need)", "flag or need is known", 1),
        ("(flag or count > 1) and not (flag and count > 2)", None, 2),
        ("at_least(2, flag, count > 1, known(need))", "2 of: flag, count > 1, need is known", 2),
        ("1 < count < 5", "1 < count and count < 5", 2),
        ("not (flag or known(need))", "not (flag or need is known)", 0),
    ],
)
def test_a_whole_is_told_by_its_parts(rule, wanted, needed):
    found = why(rule)
    assert found.wanted == (wanted or "(flag or count > 1) and (not (flag and count > 2))")
    assert found.needed == needed
    assert found.leaves() != [found]


def test_an_explanation_names_what_it_asks():
    assert why("count > attempts(call) + days_in_stage").asks == (
        ("fact", "count"),
        ("activity", "call"),
        ("reserved", "days_in_stage"),
    )
    assert why("not proven(signature)").asks == (("milestone", "signature"),)
    assert [part.asks for part in why("done(offer) and is_friendly()").parts] == [
        (("task", "offer"),),
        (("predicate", "is_friendly"),),
    ]


def test_the_parts_of_a_criteria_set_carry_their_codes():
    found = why("bant(min_budget=10000, of=3)")
    assert [(part.code, part.verdict) for part in found.parts] == [
        ("bant.budget", UNMET),
        ("bant.authority", UNMET),
        ("bant.need", UNMET),
        ("bant.timeline", MET),
    ]
    assert found.needed == 3
    assert found.parts[1].wanted == "authority = decision_maker"


def test_a_criterion_gives_its_code_to_its_explanation():
    condition = resolve(parse("flag"), VOCABULARY)
    assert explain(condition, KNOWN, NOW, code="b2b.flag").code == "b2b.flag"
    assert explain(core.Named("bant.budget", condition), KNOWN, NOW).code == "bant.budget"
    assert AS_WRITTEN.condition(core.Named("bant.budget", condition)) == "flag"


def test_what_is_no_expression_is_refused():
    odd = core.Known(core.Expression(VOCABULARY.facts["flag"]))
    with pytest.raises(TypeError, match="not an expression"):
        explain(odd, KNOWN, NOW)
    with pytest.raises(TypeError, match="not an expression"):
        compile_verdict(odd)
    with pytest.raises(TypeError, match="not an expression"):
        AS_WRITTEN.expression(odd.value)
    with pytest.raises(TypeError, match="not a condition"):
        AS_WRITTEN.condition(core.Condition())


def test_a_text_calls_everything_what_its_reader_does() -> None:
    rule = "at_least(2, budget > 5, proven(signature), done(offer), flag) and days_in_stage < 3"
    condition = resolve(parse(rule), VOCABULARY)
    assert Wording(label=lambda kind, name: f"{kind}:{name}").condition(condition) == (
        "(2 of: fact:budget > 5 EUR, milestone:signature is proven, task:offer is done, fact:flag)"
        " and reserved:days_in_stage < 3"
    )

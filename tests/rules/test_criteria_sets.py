"""The criteria sets ask what the field means by them, in the way that the declared facts allow."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from rule_strategies import EUR, Opportunity

from salesfsm.rules import types
from salesfsm.rules.closure import compile_verdict
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.sets import SETS, element_of
from salesfsm.rules.types import Kind, Type
from salesfsm.rules.verdict import MET, UNKNOWN, UNMET
from salesfsm.rules.vocabulary import FUNCTIONS, RESERVED, Vocabulary, is_reserved

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
STATES = Type(Kind.CHOICE, ("assumed", "validated"))


def verdict(rule: str, facts: dict[str, Type], **known: object):
    condition = resolve(parse(rule), Vocabulary(facts=facts))
    return compile_verdict(condition)(Opportunity(facts=known), NOW)


def asked(name: str) -> dict[str, Type]:
    return dict.fromkeys((e.fact or e.name for e in SETS[name].elements), types.TEXT)


@pytest.mark.parametrize(
    ("name", "elements"),
    [
        ("bant", "budget authority need timeline"),
        ("champ", "challenges authority money prioritization"),
        (
            "meddic",
            "metrics economic_buyer decision_criteria decision_process identify_pain champion",
        ),
        (
            "meddicc",
            "metrics economic_buyer decision_criteria decision_process identify_pain champion "
            "competition",
        ),
        (
            "meddpicc",
            "metrics economic_buyer decision_criteria decision_process paper_process identify_pain "
            "champion competition",
        ),
        (
            "gpctba",
            "goals plans challenges timeline budget authority consequences implications",
        ),
        ("spiced", "situation pain impact critical_event decision"),
    ],
)
def test_a_set_has_the_elements_of_its_source(name, elements):
    assert [element.name for element in SETS[name].elements] == elements.split()
    for element in SETS[name].elements:
        assert element_of(f"{name}.{element.name}") is element
        assert element.label
        assert element.hint


def test_every_set_is_listed():
    assert set(SETS) == {"bant", "champ", "meddic", "meddicc", "meddpicc", "gpctba", "spiced"}
    assert element_of("bant.champion") is None


@pytest.mark.parametrize("name", list(SETS))
def test_all_elements_are_needed_unless_of_says_fewer(name):
    facts = asked(name)
    *most, last = facts
    known = dict.fromkeys(most, "x")
    assert verdict(f"{name}()", facts, **known, **{last: "x"}) == MET
    assert verdict(f"{name}()", facts, **known) == UNMET
    assert verdict(f"{name}(of={len(most)})", facts, **known) == MET
    assert verdict(f"{name}(of={len(most)})", facts) == UNMET


@pytest.mark.parametrize(
    ("kind", "value", "wanted"),
    [
        (types.BOOL, True, MET),
        (types.BOOL, False, UNMET),
        (types.BOOL, None, UNKNOWN),
        (types.INTEGER, 2, MET),
        (types.INTEGER, 1, UNMET),
        (types.INTEGER, None, UNKNOWN),
        (STATES, "validated", MET),
        (STATES, "assumed", UNMET),
        (Type(Kind.CHOICE, ("small", "large")), "small", MET),
        (types.TEXT, "x", MET),
        (types.TEXT, None, UNMET),
    ],
)
def test_an_element_is_asked_by_the_type_of_its_fact(kind, value, wanted):
    facts = {**asked("meddic"), "metrics": kind}
    others = dict.fromkeys(facts, "x")
    known = {**others, "metrics": value}
    if value is None:
        del known["metrics"]
    assert verdict("meddic()", facts, **known) == wanted


def test_a_score_lowers_what_counts_as_validated():
    facts = dict.fromkeys(asked("meddic"), types.INTEGER)
    ones = dict.fromkeys(facts, 1)
    assert verdict("meddic()", facts, **ones) == UNMET
    assert verdict("meddic(score=1)", facts, **ones) == MET


@pytest.mark.parametrize(("days", "wanted"), [(-1, UNMET), (0, MET), (90, MET), (91, UNMET)])
def test_a_timeline_lies_within_its_days(days, wanted):
    rule = "bant(of=4, within=days(90))"
    known = {"budget": "x", "authority": "x", "need": "x"}
    for kind, start in ((types.DATE, NOW.date()), (types.DATETIME, NOW)):
        facts = {**asked("bant"), "decide_by": kind}
        by = start + timedelta(days=days)
        assert verdict(rule, facts, **known, decide_by=by) == wanted
        assert verdict("bant()", facts, **known, decide_by=by) == MET
        assert verdict(rule, facts, **known) == UNKNOWN


def test_an_element_may_ask_another_fact_and_in_another_way():
    facts = {
        "price": EUR,
        "boss": Type(Kind.CHOICE, ("cfo", "cto")),
        "why": types.TEXT,
        "by": types.DATE,
    }
    asks = "budget=price, min_budget=500, authority=boss, authority_in=[cfo], need=why, timeline=by"
    rule = f"bant({asks})"
    known = {"boss": "cfo", "why": "x", "by": date(2027, 1, 1)}
    enough = types.accept(EUR, 500)
    assert verdict(rule, facts, **known, price=enough) == MET
    assert verdict(rule, facts, **known, price=types.accept(EUR, 499)) == UNMET
    assert verdict(rule, facts, **{**known, "boss": "cto"}, price=enough) == UNMET


@pytest.mark.parametrize("name", [*RESERVED, "true", "false", "class", "None"])
def test_names_with_a_meaning_of_their_own_are_reserved(name):
    assert is_reserved(name)
    assert not is_reserved(f"my.{name}")


def test_functions_and_sets_are_told_apart():
    assert not set(FUNCTIONS) & set(SETS)

"""What nobody has said yet is unknown, in the verdict and in its explanation, and no is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from rule_strategies import VOCABULARY, Opportunity

from salesfsm.rules.closure import compile_all_met, compile_verdict
from salesfsm.rules.explanation import explain
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import MET, UNKNOWN, UNMET

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOTHING = Opportunity(lost_reason=None, stopped_in=None, owner=None, team=None)


@pytest.mark.parametrize("name", ["owner", "team", "lost_reason", "stopped_in"])
def test_what_an_opportunity_may_lack_is_unknown_without_it(name):
    value = {"lost_reason": "price", "stopped_in": "presenting"}.get(name, "x")
    for sign in ("==", "!="):
        condition = resolve(parse(f"{name} {sign} '{value}'"), VOCABULARY)
        verdict = compile_verdict(condition)
        assert verdict(NOTHING, NOW) is UNKNOWN
        assert verdict(replace(NOTHING, **{name: value}), NOW) is (MET if sign == "==" else UNMET)


@pytest.mark.parametrize(("answer", "verdict"), [(True, MET), (False, UNMET), (None, UNKNOWN)])
def test_a_predicate_answers_yes_no_or_nothing_at_the_time_of_asking(answer, verdict):
    asked = []

    def is_friendly(subject: object, at: datetime) -> bool | None:
        asked.append((subject, at))
        return answer

    predicates = {"is_friendly": is_friendly}
    condition = resolve(parse("is_friendly()"), VOCABULARY)
    assert compile_verdict(condition, predicates)(NOTHING, NOW) is verdict
    assert compile_all_met([condition], predicates)(NOTHING, NOW) is (verdict is MET)
    explanation = explain(condition, NOTHING, NOW, predicates)
    assert (explanation.verdict, explanation.found) == (verdict, None)
    assert set(map(id, (subject for subject, _ in asked))) == {id(NOTHING)}
    assert {at for _, at in asked} == {NOW}


def test_no_attempts_are_none_and_not_unknown():
    condition = resolve(parse("attempts(call) > 0"), VOCABULARY)
    assert compile_verdict(condition)(NOTHING, NOW) is UNMET
    explanation = explain(condition, NOTHING, NOW)
    assert (explanation.verdict, explanation.found) == (UNMET, 0)


def test_of_two_facts_the_one_on_the_left_was_found():
    condition = resolve(parse("count < metrics"), VOCABULARY)
    found = Opportunity(facts={"count": 1, "metrics": 2})
    assert explain(condition, found, NOW).found == 1


@pytest.mark.parametrize(
    ("count", "metrics", "verdict"),
    [(5, 2, MET), (2, 5, UNMET), (2, 2, UNMET), (None, 2, UNKNOWN), (2, None, UNKNOWN)],
)
def test_two_computed_sides_are_two_values(count, metrics, verdict):
    condition = resolve(parse("count + 1 > metrics + 1"), VOCABULARY)
    facts = {"count": count, "metrics": metrics}
    found = Opportunity(facts={name: fact for name, fact in facts.items() if fact is not None})
    assert compile_verdict(condition)(found, NOW) is verdict
    assert explain(condition, found, NOW).verdict is verdict

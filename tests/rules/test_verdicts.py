"""All that gives a verdict gives the same: closure, question, explanation, and the reference."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, strategies as st
from rule_reference import Reference, all_of, any_of, at_least as at_least_by_choices
from rule_strategies import (
    PREDICATES,
    VOCABULARY,
    Opportunity,
    Piece,
    opportunities,
    rules,
    times,
    verdicts,
)

from salesfsm.rules import core
from salesfsm.rules.closure import compile_all_met, compile_verdict
from salesfsm.rules.explanation import Explanation, asked, explain
from salesfsm.rules.parser import parse
from salesfsm.rules.printer import print_rule
from salesfsm.rules.resolve import resolve
from salesfsm.rules.verdict import MET, STALE, UNKNOWN, UNMET, Verdict, at_least, negation

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EXPIRED, FRESH = Piece(NOW - timedelta(days=1)), Piece(NOW + timedelta(days=1))


def meaning(text: str) -> core.Condition:
    return resolve(parse(text), VOCABULARY)


def verdict(text: str, opportunity: Opportunity | None = None, at: datetime = NOW) -> Verdict:
    return compile_verdict(meaning(text), PREDICATES)(opportunity or Opportunity(), at)


def conditions_in(node: core.Condition) -> list[core.Condition]:
    return [each for each in core.walk(node) if isinstance(each, core.Condition)]


@given(rules, opportunities, times)
def test_every_compiler_gives_the_verdict_of_the_reference(rule, opportunity, at):
    condition = resolve(rule, VOCABULARY)
    wanted = Reference(opportunity, at).verdict(rule)
    assert compile_verdict(condition, PREDICATES)(opportunity, at) == wanted
    assert explain(condition, opportunity, at, PREDICATES).verdict == wanted
    assert compile_all_met([condition], PREDICATES)(opportunity, at) is (wanted == MET)


@given(st.lists(rules, max_size=3), opportunities, times)
def test_all_are_met_when_each_one_is(found, opportunity, at):
    conditions = [resolve(rule, VOCABULARY) for rule in found]
    each = [compile_verdict(one, PREDICATES)(opportunity, at) == MET for one in conditions]
    assert compile_all_met(conditions, PREDICATES)(opportunity, at) is all(each)


@given(rules, opportunities, times)
def test_every_part_of_an_explanation_has_the_verdict_of_its_own_closure(rule, opportunity, at):
    def agree(node: core.Condition, found: Explanation) -> None:
        while isinstance(node, core.Named):
            node = node.item
        assert found.verdict == compile_verdict(node, PREDICATES)(opportunity, at)
        match node:
            case core.AtLeast(needed, items):
                assert found.needed == needed
                for item, part in zip(items, found.parts, strict=True):
                    agree(item, part)
            case core.Not(item) if found.parts:
                assert found.negated
                agree(item, found.parts[0])

    condition = resolve(rule, VOCABULARY)
    agree(condition, explain(condition, opportunity, at, PREDICATES))


@given(rules, opportunities, times)
def test_a_rule_that_was_printed_and_parsed_means_the_same(rule, opportunity, at):
    again = resolve(parse(print_rule(rule)), VOCABULARY)
    assert again == resolve(rule, VOCABULARY)


@given(
    st.lists(verdicts, min_size=1, max_size=5).flatmap(
        lambda found: st.tuples(st.integers(1, len(found)), st.just(found))
    )
)
def test_at_least_n_is_an_or_over_all_choices_of_n(case):
    needed, found = case
    assert at_least(needed, found) == at_least_by_choices(needed, found)


@given(st.lists(verdicts, min_size=1, max_size=5))
def test_and_is_the_dual_of_or(found):
    assert negation(all_of(*found)) == any_of(*map(negation, found))
    assert at_least(len(found), found) == all_of(*found)
    assert at_least(1, found) == any_of(*found)


@pytest.mark.parametrize(
    ("evidence", "wanted"),
    [
        ({}, UNMET),
        ({"signature": ()}, UNMET),
        ({"signature": (EXPIRED,)}, STALE),
        ({"signature": (Piece(NOW),)}, STALE),
        ({"signature": (FRESH, EXPIRED)}, MET),
    ],
)
def test_evidence_proves_until_it_expires(evidence, wanted):
    opportunity = Opportunity(evidence=evidence)
    assert verdict("proven(signature)", opportunity) == wanted
    assert verdict("not proven(signature)", opportunity) == negation(wanted)
    assert explain(meaning("proven(signature)"), opportunity, NOW).verdict == wanted


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("proven(signature) or count > 1", UNKNOWN),
        ("proven(signature) and count > 1", UNKNOWN),
        ("proven(signature) and false", UNMET),
        ("proven(signature) or true", MET),
        ("proven(signature) or proven(shortlist)", STALE),
        ("at_least(2, proven(signature), count > 1, false)", UNKNOWN),
        ("at_least(2, proven(signature), true, false)", STALE),
        ("at_least(2, (false and count > 1) or proven(signature), true, false)", STALE),
    ],
)
def test_unknown_outweighs_stale_where_neither_is_decided(rule, wanted):
    opportunity = Opportunity(evidence={"signature": (EXPIRED,)})
    assert verdict(rule, opportunity) == wanted


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("buyer_at(unconcerned)", MET),
        ("buyer_at(investigating)", MET),
        ("buyer_at(defining)", MET),
        ("buyer_at(selecting)", MET),
        ("buyer_at(approving)", UNMET),
    ],
)
def test_a_buyer_at_a_phase_has_passed_all_before_it(rule, wanted):
    assert verdict(rule, Opportunity(evidence={"shortlist": (FRESH,)})) == wanted


@pytest.mark.parametrize(
    "rule",
    [
        "today + hours(36) == '2026-06-02'",
        "today - hours(36) == '2026-05-31'",
        "today - weeks(1) == '2026-05-25'",
        "today + -days(1) == '2026-05-31'",
        "now - hours(36) == '2026-05-31T00:00Z'",
        "now + days(36500) > now and today + days(36500) > today",
        "not known(today - days(36500) * 30)",
        "not known(count / 0) and not known(1 / 0)",
        "days_in_stage == 151 and days_since_activity == 150",
        "owner == 'anna' or not known(owner)",
    ],
)
def test_time_passes_in_whole_days_and_never_leaves_the_calendar(rule):
    assert verdict(rule) == MET
    assert explain(meaning(rule), Opportunity(), NOW).verdict == MET


def test_a_predicate_is_asked_only_where_the_answer_matters():
    calls = []
    predicates = {"is_friendly": lambda opportunity, at: calls.append(at) or True}
    question = compile_all_met([meaning("flag"), meaning("is_friendly()")], predicates)
    assert question(Opportunity(facts={"flag": False}), NOW) is False
    assert calls == []
    assert question(Opportunity(facts={"flag": True}), NOW) is True
    assert calls == [NOW]


def test_names_of_a_process_never_become_code():
    evil = '"]), __import__("os").system("x"), (["'
    nodes = (
        core.Truth(core.Fact(VOCABULARY.facts["flag"], evil)),
        core.Proven(evil),
        core.Done(evil),
    )
    for node in nodes:
        assert compile_verdict(node)(Opportunity(), NOW) in (UNKNOWN, UNMET)


def test_a_node_of_no_known_kind_is_refused_by_every_compiler():
    class Odd(core.Condition):
        pass

    for attempt in (lambda: compile_verdict(Odd()), lambda: explain(Odd(), Opportunity(), NOW)):
        with pytest.raises(TypeError, match="not a condition"):
            attempt()


def test_one_closure_serves_many_threads():
    text = "at_least(2, budget * 2 > spend + 5, decide_by - today < days(9), proven(signature))"
    ask = compile_verdict(meaning(text))
    fresh = Opportunity(evidence={"signature": (FRESH,)})
    both = [fresh, Opportunity()] * 2_000
    alone = [ask(each, NOW) for each in both]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda each: ask(each, NOW), both)) == alone


@given(rules)
@example(parse("count + count > budget / spend and is_friendly() and attempts(call) > 1"))
def test_an_explanation_names_each_thing_that_it_depends_on_once(rule):
    found = asked(resolve(rule, VOCABULARY))
    assert len(set(found)) == len(found)
    known = {
        "fact": VOCABULARY.facts,
        "milestone": VOCABULARY.milestones,
        "task": VOCABULARY.tasks,
        "activity": ("", *VOCABULARY.activities),
        "predicate": VOCABULARY.predicates,
    }
    for kind, name in found:
        assert kind == "reserved" or name in known[kind]

"""What a rule says is what its nodes hold, and what is wrong is pointed at where it stands."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from rule_strategies import VOCABULARY, Opportunity

from salesfsm.errors import RuleError
from salesfsm.rules import core
from salesfsm.rules.explanation import explain
from salesfsm.rules.parser import LONGEST_RULE, parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.types import BOOL, INTEGER, Kind, Type
from salesfsm.rules.values import Money
from salesfsm.rules.verdict import Verdict
from salesfsm.rules.vocabulary import Vocabulary


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("flag == true", True),
        ("flag == false", False),
        ("count == -5", -5),
        ("ratio == -1.5", Decimal("-1.5")),
        ("budget == -5", Money(-5, "EUR")),
        ("cost == money(5, USD)", Money(5, "USD")),
        ('cost == money(-5, "USD")', Money(-5, "USD")),
        ("effort == hours(0)", timedelta(0)),
    ],
)
def test_a_constant_is_what_is_written(rule, value):
    condition = resolve(parse(rule), VOCABULARY)
    assert isinstance(condition, core.Compare)
    assert isinstance(condition.right, core.Constant)
    assert condition.right.value == value
    assert type(condition.right.value) is type(value)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("need * 2 > 1", "means nothing in a rule"),
        ("-need > 1", "cannot be negative"),
        ("-effort * ratio > 1", "means nothing in a rule"),
        ("at_least(1, flag, x=flag)", "takes no x="),
        ("known(need, x=1)", "takes no x="),
        ("(await need)", "rules have no await"),
        ("need.a.b == 1", "need has no attributes"),
        ("bogus.x == 1", "unknown fact 'bogus.x'"),
        ("is_friendly == 1", "is a function"),
        ("attempts == 1", "is a function"),
        ("attempts(call)", "is a value, not a condition"),
        ("authority < user", "has no order"),
        ("user == influencer", "unknown fact 'user'"),
        ("won", "won is a stage, not a fact"),
        ("count + 1", "is a value, not a condition"),
        ("1 + decide_by > today", "an integer \\+ a date means nothing in a rule"),
        ("1 - need == 1", "an integer - text means nothing in a rule"),
    ],
)
def test_what_is_wrong_is_pointed_at_behind_what_is_right(rule, says):
    bare = rule.strip("()") if rule.startswith("(") else rule
    text = f"flag and {rule}"
    with pytest.raises(RuleError, match=says) as caught:
        resolve(parse(text), VOCABULARY)
    assert caught.value.column == text.index(bare) + 1


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("count + -5 > 1", {-5, 1}),
        ("true == flag", {True}),
        ("-5 < count", {-5}),
        ("budget * 2 > 7", {2, Money(7, "EUR")}),
    ],
)
def test_constants_on_the_left_and_within_arithmetic_are_what_is_written(rule, values):
    found = core.walk(resolve(parse(rule), VOCABULARY))
    assert {each.value for each in found if isinstance(each, core.Constant)} == values


def test_what_cannot_be_an_argument_is_shown_as_it_is_written():
    with pytest.raises(RuleError, match=r"known\(need\)"):
        resolve(parse("budget > money(known(need), EUR)"), VOCABULARY)
    with pytest.raises(RuleError, match=r"attempts\(\) takes 0 to 1 arguments, not 2"):
        resolve(parse("attempts(call, email) > 1"), VOCABULARY)


@pytest.mark.parametrize("currency", ["days(1)", "-EUR", "1", "eur", "true", '"EURO"'])
def test_what_is_no_currency_is_refused_whatever_it_is(currency):
    text = f"budget > money(5, {currency})"
    with pytest.raises(RuleError, match="three capital letters, such as EUR") as caught:
        resolve(parse(text), VOCABULARY)
    assert caught.value.column == text.index(currency) + 1


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ("true == true", Verdict.MET),
        ("false == false", Verdict.MET),
        ("true == false", Verdict.UNMET),
        ("false in [true]", Verdict.UNMET),
    ],
)
def test_true_and_false_are_values_even_where_no_fact_stands_beside_them(rule, verdict):
    condition = resolve(parse(rule), VOCABULARY)
    assert explain(condition, Opportunity(), None).verdict is verdict


@pytest.mark.parametrize("wrong", ["true", "1.0", "0", "5", "-1", '"3"'])
def test_how_many_of_a_set_are_needed_is_one_to_all_of_them(wrong):
    with pytest.raises(RuleError, match="of= takes a whole number from 1 to 4"):
        resolve(parse(f"bant(of={wrong})"), VOCABULARY)


def test_a_name_with_two_meanings_has_a_hint_for_each():
    twofold = Vocabulary(
        facts={
            "flag": BOOL,
            "one": Type(Kind.CHOICE, ("other",)),
            "other": Type(Kind.CHOICE, ("b",)),
        },
        tasks=("x",),
        milestones=("x",),
    )
    with pytest.raises(RuleError, match="x is a milestone and a task, not a fact") as caught:
        resolve(parse("flag and x > 1"), twofold)
    assert "write proven(x) or done(x), or put" in str(caught.value)
    with pytest.raises(RuleError, match="an option here too") as caught:
        resolve(parse("flag and one == other"), twofold)
    assert caught.value.column == len("flag and one == o")


@pytest.mark.parametrize(("rule", "column"), [("   count > ", 10), ("   count ) ", 10)])
def test_blanks_before_a_rule_count_as_columns(rule, column):
    with pytest.raises(RuleError, match="this is not a rule") as caught:
        parse(rule)
    assert caught.value.column == column


def test_a_rule_of_exactly_the_longest_length_is_read():
    longest = f'need == "{"x" * (LONGEST_RULE - 10)}"'
    assert len(longest) == LONGEST_RULE
    assert parse(longest)


def test_everything_in_a_condition_is_walked_through():
    text = (
        "not flag and known(need) and authority in [user, influencer] and count + 1 > metrics"
        " and bant(timeline=decide_by) and at_least(1, identify_pain, done(offer))"
    )
    condition = resolve(parse(text), VOCABULARY)
    facts = {each.name for each in core.walk(condition) if isinstance(each, core.Fact)}
    needed = {"budget", "authority", "need", "decide_by"}  # of BANT
    assert facts == {"flag", "count", "metrics", "identify_pain", *needed}
    options = {each.value for each in core.walk(condition) if isinstance(each, core.Constant)}
    assert {"user", "influencer", 1} <= options


def test_the_conjuncts_of_a_condition_are_all_that_must_be_met():
    def conjuncts(text: str) -> list[core.Condition]:
        return list(core.conjuncts(resolve(parse(text), VOCABULARY)))

    flag, need, pain = (
        resolve(parse(text), VOCABULARY) for text in ("flag", "known(need)", "identify_pain")
    )
    assert conjuncts("true") == []
    assert conjuncts("false") == [core.Always(False)]
    assert conjuncts("flag and (known(need) and identify_pain)") == [flag, need, pain]
    assert conjuncts("flag and true") == [flag]
    assert conjuncts("flag or known(need)") == [core.some((flag, need))]
    assert list(core.conjuncts(core.Named("a", core.every((flag, need))))) == [flag, need]
    assert core.some((flag,)) == core.every((flag,)) == flag


def test_the_first_of_two_comments_is_pointed_at():
    with pytest.raises(RuleError, match="no comments") as caught:
        parse("flag # one # two")
    assert caught.value.column == len("flag #")


def test_a_score_is_nothing_partial_or_validated():
    names = ("metrics", "economic_buyer", "decision_criteria", "decision_process")
    facts: dict[str, Type] = dict.fromkeys((*names, "identify_pain", "champion"), INTEGER)
    vocabulary = Vocabulary(facts={**facts, "flag": BOOL})
    for score in range(3):
        condition = resolve(parse(f"meddic(score={score})"), vocabulary)
        asked = [each for each in core.walk(condition) if isinstance(each, core.Constant)]
        assert {each.value for each in asked} == {score}
    for wrong in ("3", "-1", "true"):
        with pytest.raises(RuleError, match="from 0 to 2"):
            resolve(parse(f"meddic(score={wrong})"), vocabulary)

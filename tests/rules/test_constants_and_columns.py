"""What a rule says is what its nodes hold, and what is wrong in it is pointed at where it stands."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from rule_strategies import VOCABULARY

from salesfsm.errors import RuleError
from salesfsm.rules import core
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.types import BOOL, INTEGER, Type
from salesfsm.rules.values import Money
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
        ("effort == -days(2)", timedelta(days=-2)),
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
        ("bant(of=true)", "from 1 to 4"),
        ("bant(of=1.0)", "from 1 to 4"),
        ("bant(of=0)", "from 1 to 4"),
        ("bant(of=5)", "from 1 to 4"),
        ("(await need)", "rules have no await"),
    ],
)
def test_what_is_wrong_is_pointed_at_behind_what_is_right(rule, says):
    bare = rule.strip("()") if rule.startswith("(") else rule
    text = f"flag and {rule}"
    with pytest.raises(RuleError, match=says) as caught:
        resolve(parse(text), VOCABULARY)
    assert caught.value.column == text.index(bare) + 1


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

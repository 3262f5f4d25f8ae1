"""A number or a length of time that operators put into a rule is the same one when it is read."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, strategies as st
from rule_strategies import VOCABULARY, decimals

from salesfsm.errors import RuleSyntaxError, UnknownNameError
from salesfsm.rules import core
from salesfsm.rules.build import Rule, at_least, criteria, fact
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.values import FactValue, Money


def constant(built: Rule) -> FactValue:
    """What the rule, read from its text, compares with."""
    condition = resolve(parse(str(built)), VOCABULARY)
    assert isinstance(condition, core.Compare)
    assert isinstance(condition.right, core.Constant)
    return condition.right.value


@given(st.integers(-(10**18) + 1, 10**18 - 1))
@example(0)
@example(-1)
def test_a_whole_number_keeps_its_sign(number):
    assert constant(fact("count") == number) == number


@given(decimals)
@example(Decimal("0.5"))
@example(Decimal("-0.5"))
def test_a_decimal_keeps_its_sign(number):
    assert constant(fact("ratio") == number) == number
    assert constant(fact("budget") == Money(number, "EUR")) == Money(number, "EUR")


@given(st.integers(0, 36_500 * 24).map(lambda hours: timedelta(hours=hours)))
def test_a_length_of_time_keeps_its_hours(length):
    assert constant(fact("effort") == length) == length


@pytest.mark.parametrize(
    ("built", "text"),
    [
        (lambda: fact("count") == 0, "count == 0"),
        (lambda: fact("ratio") == Decimal("0.0"), "ratio == 0.0"),
        (lambda: fact("effort") == timedelta(0), "effort == days(0)"),
        (lambda: fact("effort") == timedelta(hours=25), "effort == hours(25)"),
        (lambda: fact("effort") == timedelta(days=25), "effort == days(25)"),
        (lambda: (fact("a") | fact("b")) & fact("c"), "(a or b) and c"),
        (lambda: (fact("a") & fact("b")) | fact("c"), "a and b or c"),
        (lambda: at_least(1, fact("a"), fact("b")), "at_least(1, a, b)"),
    ],
)
def test_nothing_has_a_sign_and_hours_are_days_where_they_can_be(built, text):
    assert str(built()) == text


def test_parameters_of_a_set_are_names_of_facts_texts_or_lists():
    named = criteria("bant", timeline="by", authority_in="user")
    assert str(named) == 'bant(timeline=by, authority_in="user")'
    assert str(criteria("bant", timeline=5)) == "bant(timeline=5)"
    assert str(criteria("bant", authority_in={"b", 1})) == 'bant(authority_in=[1, "b"])'


def test_what_is_refused_is_told_as_it_was_given():
    with pytest.raises(TypeError, match="a list of options, not the text 'abc'"):
        fact("a").is_in("abc")
    with pytest.raises(RuleSyntaxError, match="'a b' cannot be the name of a fact"):
        fact("a b")
    with pytest.raises(UnknownNameError, match="criteria set 'bent'"):
        criteria("bent")

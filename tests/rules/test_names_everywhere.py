"""Stages and tasks are found and renamed wherever a rule can name them."""

from __future__ import annotations

import pytest
from rule_strategies import VOCABULARY

from salesfsm.errors import RuleError
from salesfsm.rules import core, syntax
from salesfsm.rules.parser import parse
from salesfsm.rules.printer import column_of, print_rule
from salesfsm.rules.renaming import Renaming, mentions, rename
from salesfsm.rules.resolve import resolve

NAMES = Renaming(stages={"won": "signed", "lost": "today"}, tasks={"offer": "quote"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("stage == lost", 'stage == "today"'),
        ("bant(of=stage == won, x=done(offer))", "bant(of=stage == signed, x=done(quote))"),
        ("at_least(1, stage == won, x=flag)", "at_least(1, stage == signed, x=flag)"),
        ("known(-(a - b)) or stage == won", "known(-(a - b)) or stage == signed"),
    ],
)
def test_what_is_renamed(before, after):
    renamed = rename(parse(before), NAMES)
    assert print_rule(renamed) == after


def test_a_condition_within_arithmetic_is_renamed_as_well():
    built = syntax.Arithmetic("-", parse("done(offer)"), parse("done(other)"))
    assert rename(built, NAMES) == syntax.Arithmetic(
        "-", parse("done(quote)"), parse("done(other)")
    )


def test_what_has_no_new_name_keeps_its_own():
    assert [NAMES.stage("won"), NAMES.stage("open")] == ["signed", "open"]
    assert [NAMES.task("offer"), NAMES.task("call")] == ["quote", "call"]


def test_a_rule_mentions_the_stages_and_tasks_that_it_names():
    rule = parse("stage == won or done(offer)")
    assert mentions(rule, stage="won", tasks=())
    assert mentions(rule, stage="x", tasks=("offer",))
    assert not mentions(rule, stage="offer", tasks=("won",))


def test_a_part_at_the_very_beginning_is_in_column_one():
    rule = parse("flag and known(need)")
    assert [column_of(item, rule) for item in rule.items] == [1, 10]


@pytest.mark.parametrize(
    ("rule", "column", "says"),
    [
        ("flag and proven(signature) > 5", 10, "is a condition, not a value"),
        ("flag and frobnicate(need)", 10, "frobnicate"),
        ("flag and attempts(call, email) > 1", 10, r"attempts\(\)"),
    ],
)
def test_what_is_wrong_is_pointed_at(rule, column, says):
    with pytest.raises(RuleError, match=says) as caught:
        resolve(parse(rule), VOCABULARY)
    assert caught.value.column == column


def test_the_phase_that_the_journey_begins_with_needs_no_proof():
    assert resolve(parse("buyer_at(investigating)"), VOCABULARY) == core.Always(True)
    assert resolve(parse("buyer_at(unconcerned)"), VOCABULARY) == core.Always(True)
    assert resolve(parse("buyer_at(approving)"), VOCABULARY) == core.Always(False)
    assert core.conjuncts(resolve(parse("buyer_at(defining)"), VOCABULARY))

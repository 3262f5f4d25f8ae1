"""What is no rule is refused with the reason, the place and the fix, and does nothing else.

The messages are compared with ``golden/rule_errors.txt``. After a message was changed on purpose,
``UPDATE_GOLDEN=1 pytest tests/rules/test_rule_errors.py`` writes the page anew: read the
difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st
from rule_strategies import (
    EUR,
    PREDICATES,
    VOCABULARY,
    Opportunity,
    nodes,
    opportunities,
    rules,
    times,
)

from salesfsm.errors import RuleError, RuleSyntaxError, RuleTypeError
from salesfsm.rules import core, syntax
from salesfsm.rules.closure import compile_all_met, compile_verdict
from salesfsm.rules.explanation import explain
from salesfsm.rules.parser import LONGEST_RULE, parse
from salesfsm.rules.printer import print_rule
from salesfsm.rules.resolve import MOST_NODES, resolve
from salesfsm.rules.sets import SETS
from salesfsm.rules.types import BOOL, INTEGER
from salesfsm.rules.vocabulary import Vocabulary

GOLDEN = Path(__file__).parent / "golden" / "rule_errors.txt"

BAD_SYNTAX = [
    "",
    " \n\t ",
    "budget >",
    "known(budget",
    "budget > 5)",
    "budget = 5",
    "budget == 'five",
    "budget > 5 # large",
    "known(budget) &&  flag",
    "budget > 5\x1b[31m",
    "a\0b",
    "need == '\ud800'",
    "flag; flag",
    "import os",
    "x" * (LONGEST_RULE + 1),
    "need.upper().lower == 'A'",
    "'a'.join == need",
    "need.__class__.__mro__ == 1",
    "__import__('os').system('x')",
    "__import__ == 1",
    "_private",
    "_known(budget)",
    "flag._private",
    "(known)(budget) and known.of(budget)",
    "(lambda: flag)()",
    "lambda: flag",
    "[x for x in need]",
    "known(x for x in need)",
    "{x: 1 for x in need}",
    "{1, 2} == count",
    "{} == count",
    "need[0] == 'a'",
    "f'{need}' == 'a'",
    "b'need' == need",
    "(found := budget) > 5",
    "flag if flag else flag",
    "await flag",
    "(yield)",
    "count is 1",
    "count is not None",
    "count == None",
    "count == ...",
    "count == 1j",
    "count == 1e9",
    "count == 0x1F",
    "count == .5",
    "ratio > 0.1234567890123",
    "count > " + "9" * 19,
    "count > " + "9" * 3_000,
    "9**9**9",
    "count ** 2 > 5",
    "count % 2 == 0",
    "count // 2 == 0",
    "flag & flag",
    "flag | flag",
    "~flag",
    "+count > 1",
    "known(*facts)",
    "bant(**facts)",
    "bant(of=3, of=2)",
    "not " * 41 + "flag",
    # habits of other languages, and of none
    "ratio > 20%",
    "ratio > 20% * 2",
    "20 % ratio > 1",
    "flag OR flag",
    "flag And known(budget)",
    "NOT flag",
    "flag || flag",
    "count <> 1",
    "need == rest of world",
    "need in [rest of world, europe]",
    "need == “world”",
    "count > 10 000",
    "budget > 500 EUR",
    "flag and",
]

BAD_TYPES = [
    # names
    "budgt > 5",
    "known(budget) and known(ned)",
    "nothing_like_it",
    "need.length > 1",
    "today.year == 2026",
    "provn(signature)",
    "proven(signatur)",
    "proven(signature, shortlist)",
    "proven()",
    "proven(1)",
    "proven(name=signature)",
    "done(signature)",
    "buyer_at(qualification)",
    "attempts(meeting) > 1",
    "attempts(call, email) > 1",
    "attempts(kind=call) > 1",
    "authority == boss",
    "authority in [user, boss]",
    "stage == closing",
    'lost_reason == "prize"',
    "known",
    "bant",
    "owner == anna",
    "signature",
    "need == signature and flag",
    "known(discovery_call)",
    "selecting",
    "closing",
    "call > 1",
    "is_friendly",
    "OR",
    "NOT(flag)",
    "AND(flag, flag) > 1",
    # conditions and values
    "budget",
    "today",
    "5",
    "'text'",
    "days(5)",
    "[flag]",
    "count + 1",
    "count and flag",
    "flag + 1 > 2",
    "known(budget) == true",
    "(budget > 5) > 3",
    "known(budget > 5)",
    "known([budget])",
    "known()",
    "known(budget, need)",
    "count == [1, 2]",
    "count in 5",
    "count in []",
    "count in [count]",
    "count in [[1]]",
    "is_friendly(1)",
    "is_friendly() > 1",
    "friendly() > 1",
    # kinds that do not fit
    "budget > cost",
    "budget > money(5, USD)",
    "budget + cost > 5",
    "budget in [money(5, USD)]",
    "budget / cost > 1",
    "budget > need",
    "budget > count",
    "budget * spend > 1",
    "need > 'a'",
    "flag < true",
    "authority >= user",
    "need == 5",
    "count == '5'",
    "count == 1.5 and count == true",
    "flag == 1",
    "decide_by > now",
    "called_at > today",
    "decide_by > 5",
    "decide_by > '31.12.2026'",
    "decide_by + 5 > today",
    "decide_by + decide_by > today",
    "called_at > '2026-12-31T12:00'",
    "effort > 90",
    "effort > '10 business days'",
    "effort > '3 months'",
    "effort / 2 > days(1)",
    "effort * 1.5 > days(1)",
    "'a' * 1000000000 == need",
    "need + need == 'ab'",
    "-need == 'a'",
    "-'a' == need",
    "-true == flag",
    "known(-true)",
    "-today > today",
    "authority == -user",
    # amounts and numbers
    "budget > '5 USD'",
    "money(5, euro) > budget",
    "money(5, 'EURO') > budget",
    "money(5) > budget",
    "money(budget, EUR) > budget",
    "money(money(5, EUR), USD) > cost",
    "money(true, EUR) > budget",
    "days(-5) < effort",
    "days(1.5) < effort",
    "days(count) < effort",
    "days(36501) < effort",
    "hours(876001) < effort",
    "weeks(5215) < effort",
    "at_least(0, flag)",
    "at_least(2, flag)",
    "at_least(count, flag)",
    "at_least(true, flag)",
    "at_least(1)",
    "at_least(1, flag, budget)",
    # criteria sets
    "bant(3)",
    "bant(off=3)",
    "bant(of=5)",
    "bant(of=0)",
    "bant(of=count)",
    "bant(budget='budget')",
    "bant(budget=bugdet)",
    "bant(need=wish)",
    "known(need) and bant(min_need=5)",
    "bant(min_budget=need)",
    "bant(authority_in=[boss])",
    "bant(authority_in=user)",
    "bant(within=90)",
    "bant(timeline=need, within=days(90))",
    "bant(min_budget=5, budget_in=[5, 6])",
    "champ(within=days(5))",
    "champ()",
    "spiced()",
    "bant() > 3",
]


def refusal(text: str) -> str:
    with pytest.raises(RuleError) as caught:
        resolve(parse(text), VOCABULARY)
    shown = text if len(text) < 100 else f"{text[:60]}… ({len(text)} characters)"
    name = type(caught.value).__name__
    said = "\n".join(f"    {line}".rstrip() for line in str(caught.value).splitlines())
    return f"{shown!r}\n  {name}\n{said}\n"


def test_each_refusal_says_what_is_wrong_where_and_how_to_mend_it():
    page = "\n".join(map(refusal, [*BAD_SYNTAX, *BAD_TYPES]))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(page, encoding="utf-8")
    assert page == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", BAD_SYNTAX)
def test_what_is_not_in_the_language_is_a_syntax_error(text):
    with pytest.raises(RuleSyntaxError) as caught:
        parse(text)
    assert 1 <= caught.value.column <= max(1, len(text))


@pytest.mark.parametrize("text", BAD_TYPES)
def test_what_does_not_fit_is_a_type_error_shown_in_its_printed_rule(text):
    with pytest.raises(RuleTypeError) as caught:
        resolve(parse(text), VOCABULARY)
    assert 1 <= caught.value.column <= len(caught.value.rule)
    assert "\0" not in caught.value.rule


def test_the_caret_points_at_the_part_that_is_wrong():
    with pytest.raises(RuleTypeError) as caught:
        resolve(parse("count > 5 and (flag or need == 5) and need == 6"), VOCABULARY)
    assert caught.value.rule[caught.value.column - 1 :] == "5) and need == 6"


def test_a_fault_inside_a_criteria_set_points_at_the_set():
    with pytest.raises(RuleTypeError) as caught:
        resolve(parse("flag and bant(within=90)"), VOCABULARY)
    assert caught.value.rule[caught.value.column - 1 :].startswith("bant(")


def test_a_name_that_is_a_fact_and_an_option_too_is_not_guessed():
    facts = {**VOCABULARY.facts, "user": VOCABULARY.facts["need"]}
    vocabulary = type(VOCABULARY)(facts=facts)
    for text in ("authority == user", "user != authority", "authority in [user]"):
        with pytest.raises(RuleTypeError, match='write "user" for the option'):
            resolve(parse(text), vocabulary)
    assert resolve(parse('authority == "user"'), vocabulary)
    assert resolve(parse("need == user"), vocabulary)


@pytest.mark.parametrize("rule", ["{} == price", "price == {}", "{} in [price]"])
@pytest.mark.parametrize("kind", [EUR, INTEGER, BOOL], ids=str)
def test_a_fact_of_any_type_that_is_called_like_a_reason_needs_quotes_for_the_reason(kind, rule):
    vocabulary = Vocabulary(facts={"price": kind}, reasons=("price", "silent"))
    with pytest.raises(RuleTypeError, match='write "price" for the option'):
        resolve(parse(rule.format("lost_reason")), vocabulary)
    assert resolve(parse(rule.replace("price", '"price"').format("lost_reason")), vocabulary)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("(", ")"),
        ("not ", ""),
        ("-", ""),
        ("[", "]"),
        ("known(", ")"),
        ("1 + ", ""),
        ("flag and (flag or ", ")"),
        ("lambda: ", ""),
        ("flag if flag else ", ""),
        ("2 ** ", ""),
        ("{1: ", "}"),
        ("flag < ", ""),
    ],
)
def test_a_thousand_levels_are_refused(before, after):
    levels = min(1_000, (LONGEST_RULE - 4) // (len(before) + len(after)))
    with pytest.raises(RuleError):
        resolve(parse(before * levels + "flag" + after * levels), VOCABULARY)


@pytest.mark.parametrize("joint", [" and ", " or "])
def test_the_longest_chain_is_a_rule(joint):
    text = joint.join(["flag"] * (LONGEST_RULE // (4 + len(joint))))
    condition = resolve(parse(text), VOCABULARY)
    assert compile_all_met([condition])(Opportunity(facts={"flag": True}), None)


def test_a_rule_that_expands_to_a_program_is_refused():
    facts = {
        element.fact or element.name: VOCABULARY.facts["count"]
        for element in SETS["meddpicc"].elements
    }
    text = " or ".join(["meddpicc()"] * 250)
    with pytest.raises(RuleTypeError, match="expands to more than 2000 parts"):
        resolve(parse(text), type(VOCABULARY)(facts=facts))


def test_a_rule_of_exactly_the_most_parts_is_read():
    flag = syntax.Name("flag")  # a truth and its fact: two parts
    most = syntax.Or((flag,) * 998 + (syntax.Not(flag),))
    assert len(core.walk(resolve(most, VOCABULARY))) == MOST_NODES
    with pytest.raises(RuleTypeError, match="expands to more than 2000 parts"):
        resolve(syntax.Or((flag,) * 1_000), VOCABULARY)


@pytest.mark.parametrize(
    "rule",
    [
        "at_least(1",
        "budget > money(5",
        "(known)(budget) and (flag",
        "count in [5, 6",
        '(count > 5 and (need == "x)")',
    ],
)
def test_a_rule_that_ends_at_a_comma_of_yaml_goes_in_quotes(rule):
    with pytest.raises(RuleSyntaxError, match="never closed") as caught:
        parse(rule)
    assert "between { } or [ ] of YAML, a rule with a ',' goes in quotes" in caught.value.hint


@pytest.mark.parametrize("rule", ['need == "a', "need == 'a b"])
def test_a_rule_that_ends_at_a_comment_of_yaml_goes_in_quotes(rule):
    with pytest.raises(RuleSyntaxError, match="unterminated string") as caught:
        parse(rule)
    assert "YAML takes ' #' for a comment: a rule with it goes in quotes" in caught.value.hint


@pytest.mark.parametrize("rule", ["flag == ) (", "flag = (count)", "lambda (count): flag"])
def test_another_fault_beside_a_parenthesis_is_not_said_to_mend_by_quotes(rule):
    with pytest.raises(RuleSyntaxError) as caught:
        parse(rule)
    assert "in quotes" not in caught.value.hint


def check_harmless(text: str, opportunity: Opportunity, at) -> None:
    """Whatever ``text`` is, it is a rule that works, or a RuleError."""
    try:
        condition = resolve(parse(text), VOCABULARY)
    except RuleError:
        return
    found = compile_verdict(condition, PREDICATES)(opportunity, at)
    assert explain(condition, opportunity, at, PREDICATES).verdict == found
    assert resolve(parse(print_rule(parse(text))), VOCABULARY) == condition


_WORDS = r"""
( ) [ ] { } , . : := = == != < <= > >= + - * / ** // % @ ~ & | ^ -> not and or in is if else lambda
for True None true 0 1 1.5 1e9 999999999999999999 "a" 'b' "\ud800" b'' f'{x}' r'\' # \ ...
budget cost count ratio need flag authority user today now decide_by effort stage known proven
signature done days hours money EUR at_least attempts call buyer_at bant of within min_budget
is_friendly __class__ _x é
"""
_TOKENS = st.sampled_from([*_WORDS.split(), "\xa0"])


@given(st.lists(_TOKENS, max_size=14).map(" ".join), opportunities, times)
@example("-(-(1)) < --count", Opportunity(), None)
@example("1and flag", Opportunity(), None)
@example("budget > 1 <= 2 in [2]", Opportunity(), None)
def test_no_row_of_words_does_harm(text, opportunity, at):
    check_harmless(text, opportunity, at)


@given(st.text(max_size=60), opportunities, times)
def test_no_text_does_harm(text, opportunity, at):
    check_harmless(text, opportunity, at)


@given(nodes, opportunities, times)
def test_no_well_formed_rule_does_harm(node, opportunity, at):
    check_harmless(print_rule(node), opportunity, at)


@given(rules.map(print_rule), st.data(), opportunities, times)
def test_no_slip_of_the_pen_does_harm(text, data, opportunity, at):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 12)))
    check_harmless(text[:start] + data.draw(_TOKENS | st.just("")) + text[end:], opportunity, at)


def test_an_operator_that_is_none_of_the_language_never_becomes_code() -> None:
    node = syntax.Comparison(syntax.Name("n"), (("or print() or", syntax.Literal(3)),))
    with pytest.raises(RuleTypeError, match="no comparison of rules"):
        resolve(node, Vocabulary(facts={"n": INTEGER}))
    built = core.Compare("or print() or", core.Fact(INTEGER, "n"), core.Constant(INTEGER, 3))
    with pytest.raises(ValueError, match="not in tuple"):
        compile_all_met([built])

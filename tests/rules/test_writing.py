"""Rules as text, as nodes, and as Python's operators write them: three forms of one thing."""

from __future__ import annotations

import decimal
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import assume, given, strategies as st
from rule_strategies import VOCABULARY, decimals, nodes, rules

from salesfsm.errors import RuleError, RuleSyntaxError, UnknownNameError, ValueTypeError
from salesfsm.rules import build, core, parser, syntax
from salesfsm.rules.build import Rule, fact, rule
from salesfsm.rules.parser import LONGEST_RULE, is_name, parse
from salesfsm.rules.printer import column_of, print_rule
from salesfsm.rules.resolve import resolve
from salesfsm.rules.syntax import And, Call, Comparison, Literal, Name, Negative, Not, Or
from salesfsm.rules.values import Money


@given(nodes)
def test_parsing_a_printed_rule_gives_its_nodes_back(node):
    text = print_rule(node)
    assume(len(text) <= LONGEST_RULE)
    assert parse(text) == node
    assert repr(parse(text)) == repr(node)  # 1 equals Decimal("1.0"), and they are two things
    assert print_rule(parse(text)) == text


@given(rules)
def test_a_printed_rule_has_no_parentheses_to_spare(node):
    text = print_rule(node)
    for index, character in enumerate(text):
        if character == "(" and (index == 0 or not (text[index - 1].isalnum())):
            closing = _closing(text, index)
            bare = text[:index] + " " + text[index + 1 : closing] + " " + text[closing + 1 :]
            try:
                assert parse(bare) != node
            except RuleSyntaxError:
                continue


def _closing(text: str, opening: int) -> int:
    depth, quoted = 0, False
    for index in range(opening, len(text)):
        if text[index] == '"' and text[index - 1] != "\\":
            quoted = not quoted
        if not quoted:
            depth += {"(": 1, ")": -1}.get(text[index], 0)
        if not depth:
            return index
    raise AssertionError(text)


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("budget>=10_000", "budget >= 10000"),
        ("  budget\n >= 1\r\n", "budget >= 1"),
        ("((a)) and (b or c)", "a and (b or c)"),
        ("(a and b) and c", "(a and b) and c"),
        ("not (a == b)", "not a == b"),
        ("(not a) == b", "(not a) == b"),
        ("a - (b - c) - d", "a - (b - c) - d"),
        ("(a - b) - c", "a - b - c"),
        ("a * -b / (c * d)", "a * -b / (c * d)"),
        ("-(a + b) < - - c", "-(a + b) < --c"),
        ("a < b <= c", "a < b <= c"),
        ("(a < b) < c", "(a < b) < c"),
        ("a in ('x', \"y\")", 'a in ["x", "y"]'),
        ("a in ['x',]", 'a in ["x"]'),
        ("a == 'it\\'s \"x\" \\\\ \\n ż'", 'a == "it\'s \\"x\\" \\\\ \\n ż"'),
        ("a == 'it' \"s\"", 'a == "its"'),
        ("a == '# no comment'", 'a == "# no comment"'),
        ("True and False", "true and false"),
        ("bant( of = 3 )", "bant(of=3)"),
        ("winback . budget > 1.50", "winback.budget > 1.50"),
        ("x == 'ż\\ud800'", 'x == "ż\\ud800"'),
    ],
)
def test_a_rule_is_printed_in_one_form(written, printed):
    assert print_rule(parse(written)) == printed


def test_columns_count_characters_from_one():
    with pytest.raises(RuleSyntaxError) as refused:
        parse('  "żółć" == a and b ** 2 > 1')
    assert refused.value.column == 19


def test_a_part_is_found_in_its_rule_by_identity_not_by_its_letters():
    rule_node = parse("(bant() or a == 1) and not (a == 1)")
    either, negated = rule_node.items
    text = print_rule(rule_node)
    assert column_of(either.items[1], rule_node) == text.index("a == 1") + 1
    assert column_of(negated.item, rule_node) == text.rindex("a == 1") + 1
    assert column_of(parse("a == 1"), rule_node) is None


def test_a_comment_does_not_swallow_the_lines_behind_it():
    with pytest.raises(RuleSyntaxError, match="no comments") as caught:
        parse(" (budget > 5)  # large\nand known(need) ")
    assert caught.value.column == len(" (budget > 5)  #")


def test_a_parameter_given_twice_is_an_error():
    with pytest.raises(RuleSyntaxError, match="of= is given twice"):
        parse("bant(of=3, of=4)")


def test_a_rule_that_parses_is_not_too_long_when_it_is_printed():
    tight = "x<1" + " and x<1" * 490
    assert len(tight) <= LONGEST_RULE
    with pytest.raises(RuleSyntaxError, match="when it is written out"):
        parse(tight)


def test_forty_levels_are_allowed_and_no_more():
    deepest = "not " * 40 + "flag"
    assert print_rule(parse(deepest)) == deepest
    assert resolve(parse(deepest), VOCABULARY)
    with pytest.raises(RuleSyntaxError, match="nested more than 40 levels deep"):
        parse("not " + deepest)
    with pytest.raises(RuleError, match="nested more than 40 levels deep"):
        resolve(Not(parse(deepest)), VOCABULARY)


def test_two_threads_never_change_the_filter_of_warnings_at_once(monkeypatch):
    inside, overlaps = [], []

    class Watched:
        def __enter__(self) -> None:
            overlaps.extend(inside)
            inside.append(self)
            time.sleep(0.002)  # long enough for another thread to come in

        def __exit__(self, *_: object) -> None:
            inside.remove(self)

    watched = SimpleNamespace(catch_warnings=Watched, simplefilter=lambda _: None)
    monkeypatch.setattr(parser, "warnings", watched)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(parse, ["flag"] * 20))
    assert not overlaps


def test_what_python_warns_of_is_no_concern_of_rules():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert print_rule(parse(r"a == '\d' and 1 < 1or b")) == r'a == "\\d" and 1 < 1 or b'


@pytest.mark.parametrize("name", ["budget", "winback.budget", "Żółw", "is_", "match"])
def test_names_may_be_dotted_and_of_any_letters(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", " a", "a b", "1a", "_a", "a._b", "class", "true", "None", "a-b", "a)", "a.", "ﬁt"]
)
def test_what_would_not_be_read_back_is_no_name(name):
    assert not is_name(name)
    with pytest.raises(RuleSyntaxError, match="cannot be the name"):
        fact(name)


# operators

_facts = st.sampled_from(["budget", "count", "winback.count", "today"]).map(fact)
_plain = st.one_of(
    st.booleans(),
    st.text(max_size=5),
    st.integers(-(10**18) + 1, 10**18 - 1),
    st.floats(-1e6, 1e6),
    decimals,
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 5_000).map(lambda hours: timedelta(hours=hours)),
    decimals.map(lambda amount: Money(amount, "EUR")),
)
_CONDITIONS = [
    lambda one, other: one == other,
    lambda one, other: one != other,
    lambda one, other: one < other,
    lambda one, other: one <= other,
    lambda one, other: one > other,
    lambda one, other: one >= other,
    lambda one, other: one.is_in([other, 1]),
]
_SIGNS = [
    lambda one, other: one + other,
    lambda one, other: one - other,
    lambda one, other: one * other,
    lambda one, other: one / other,
    lambda one, _: -one,
]
_computed = st.recursive(
    _facts,
    lambda items: st.builds(
        lambda sign, one, other: sign(one, other), st.sampled_from(_SIGNS), items, items | _plain
    ),
    max_leaves=4,
)
_compared = st.builds(
    lambda sign, one, other: sign(one, other),
    st.sampled_from(_CONDITIONS),
    _computed,
    _computed | _plain,
)
built = st.recursive(
    _compared,
    lambda items: st.one_of(
        st.builds(lambda one, other: one & other, items, items),
        st.builds(lambda one, other: one | other, items, items),
        items.map(lambda one: ~one),
        st.builds(lambda one, other: build.at_least(1, one, other), items, items),
    ),
    max_leaves=5,
)


@given(built)
def test_operators_build_what_their_text_says(found):
    assert parse(str(found)) == found.node
    assert print_rule(parse(str(found))) == str(found)


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ((fact("a") > 1) & (fact("b") < 2) & ~fact("c"), "a > 1 and b < 2 and not c"),
        (fact("a") | fact("b") | fact("c"), "a or b or c"),
        ((fact("a") | fact("b")) & fact("c"), "(a or b) and c"),
        (rule("a and b") & rule("c or d"), "a and b and (c or d)"),
        (fact("a") >= -1.5, "a >= -1.5"),
        (fact("a") == 10**18 - 1, "a == 999999999999999999"),
        (1 + fact("a") * 2 - 3 * fact("b") / 2 != 4 - fact("c"), "1 + a * 2 - 3 * b / 2 != 4 - c"),
        (fact("decide_by") <= date(2026, 12, 31), 'decide_by <= "2026-12-31"'),
        (
            fact("called_at") < datetime(2026, 1, 1, tzinfo=UTC),
            'called_at < "2026-01-01T00:00:00+00:00"',
        ),
        (fact("effort") > timedelta(days=2), "effort > days(2)"),
        (fact("effort") > timedelta(hours=36), "effort > hours(36)"),
        (fact("budget") >= Money(Decimal("-5"), "EUR"), 'budget >= money(-5.0, "EUR")'),
        (fact("today") + build.days(3) > fact("decide_by"), "today + days(3) > decide_by"),
        (fact("a").is_in(["x", "y"]), 'a in ["x", "y"]'),
        (build.known("a"), "known(a)"),
        (build.proven("signature"), "proven(signature)"),
        (build.proven("class"), 'proven("class")'),
        (build.done("send the offer"), 'done("send the offer")'),
        (build.attempts() > build.attempts("call"), "attempts() > attempts(call)"),
        (build.buyer_at("defining"), "buyer_at(defining)"),
        (build.at_least(2, fact("a"), fact("b"), True), "at_least(2, a, b, true)"),
        (
            build.criteria("bant", min_budget=10_000, within=build.days(90), timeline="by", of=3),
            "bant(min_budget=10000, within=days(90), timeline=by, of=3)",
        ),
        (
            build.criteria("bant", authority_in={"user", "boss", "agent"}),
            'bant(authority_in=["agent", "boss", "user"])',
        ),
    ],
)
def test_the_text_of_a_built_rule(found, text):
    assert str(found) == text
    assert parse(text) == found.node
    assert repr(found) == f"rule({text!r})"


@pytest.mark.parametrize(
    ("attempt", "error", "says"),
    [
        (lambda: fact("a") > 10**18, ValueTypeError, "below 10\\*\\*18"),
        (lambda: fact("a") > Decimal("Infinity"), ValueTypeError, "at most 12 decimal places"),
        (lambda: fact("a") > timedelta(minutes=1), TypeError, "full hours"),
        (lambda: fact("a") > timedelta(days=-1), TypeError, "full hours"),
        (lambda: fact("a") > object(), TypeError, "cannot stand in a rule"),
        (lambda: bool(fact("a") > 1), TypeError, "join rules with & | ~"),
        (lambda: 1 < fact("a") < 5, TypeError, r"\(a <= b\) & \(b <= c\)"),
        (lambda: hash(fact("a")), TypeError, "unhashable"),
        (lambda: build.criteria("bent"), UnknownNameError, "did you mean 'bant'"),
        (lambda: build.criteria("bant", budget="a b"), RuleSyntaxError, "cannot be the name"),
        (lambda: fact("budget > 0 or flag"), RuleSyntaxError, "cannot be the name"),
    ],
)
def test_what_operators_refuse(attempt, error, says):
    with pytest.raises(error, match=says):
        attempt()


def test_negative_numbers_keep_all_their_digits():
    text = "ratio == -123456789012345678.123456789012"
    with decimal.localcontext(decimal.Context(prec=3)):
        condition = resolve(parse(text), VOCABULARY)
        assert isinstance(condition, core.Compare)
        assert isinstance(condition.right, core.Constant)
        assert str(condition.right.value) == "-123456789012345678.123456789012"
        found = fact("ratio") == Decimal("-123456789012345678.123456789012")
        assert str(found) == text


def test_a_rule_built_by_hand_of_other_things_is_not_printed():
    with pytest.raises(TypeError, match="not a rule"):
        str(Rule(syntax.Node()))


def test_every_kind_of_node_has_its_children():
    node = parse("at_least(1, not a, x=-b) and (c + d < 1 or e in [f])")
    found: list[syntax.Node] = [node]
    for each in found:
        found += syntax.children(each)
    kinds = {type(each) for each in found}
    assert kinds >= {And, Or, Not, Negative, Call, Comparison, Literal, Name, syntax.Options}
    assert {each.identifier for each in found if isinstance(each, Name)} == set("abcdef")

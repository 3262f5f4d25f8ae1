"""Every language says all that a condition is about; English says it with the names of the rule."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from rule_strategies import PREDICATES, VOCABULARY, opportunities, rules, times

from salesfsm.messages import LANGUAGES
from salesfsm.rules import core
from salesfsm.rules.explanation import explain
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.values import Duration, Money, format_span
from salesfsm.rules.wording import AS_WRITTEN, Wording, own_name

SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}


def shown(value: object) -> str:
    """A value, written out without any catalogue."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="minutes")
        case timedelta():
            return spelled_out(value)
        case Decimal():
            return f"{value:f}"
    return str(value)


def spelled_out(span: timedelta) -> str:
    """The short form of a length of time with its units as English words."""
    if span < timedelta(0):
        return f"-{spelled_out(-span)}"
    units = {"d": "day", "h": "hour", "min": "minute", "s": "second"}
    parts = re.findall(r"(\d+)([a-z]+)", format_span(span))
    return " ".join(f"{int(count):,} {units[unit]}" + "s" * (count != "1") for count, unit in parts)


def english(node: core.Expression | core.Condition) -> str:
    """A condition in English, written out without any catalogue."""
    match node:
        case core.Constant(_, value):
            return shown(value)
        case core.Fact(_, name) | core.Reserved(_, name) | core.Predicate(name):
            return name
        case core.Attempts(_, activity):
            return f"attempts({activity})"
        case core.Arithmetic(_, operator, left, right):
            sides = [
                f"({english(side)})" if isinstance(side, core.Arithmetic) else english(side)
                for side in (left, right)
            ]
            return f" {operator} ".join(sides)
        case core.Always(holds):
            return "always" if holds else "never"
        case core.Truth(item) | core.Named(_, item):
            return english(item)
        case core.Known(value):
            return f"{english(value)} is known"
        case core.Compare(operator, left, right):
            return f"{english(left)} {SIGNS.get(operator, operator)} {english(right)}"
        case core.OneOf(value, (option,)):
            return f"{english(value)} = {english(option)}"
        case core.OneOf(value, options):
            return f"{english(value)} is one of {', '.join(map(english, options))}"
        case core.Proven(name):
            return f"{name} is proven"
        case core.Done(name):
            return f"{name} is done"
        case core.Not(item):
            return f"not {part(item)}"
        case core.AtLeast(needed, items) if needed == len(items):
            return " and ".join(map(part, items))
        case core.AtLeast(1, items):
            return " or ".join(map(part, items))
        case core.AtLeast(needed, items):
            return f"{needed} of: {', '.join(map(part, items))}"
    raise TypeError(node)


def part(node: core.Condition) -> str:
    inner = node.item if isinstance(node, core.Named) else node
    return f"({english(node)})" if isinstance(inner, core.AtLeast | core.Not) else english(node)


@given(rules)
def test_english_calls_everything_by_its_own_name(rule):
    condition = resolve(rule, VOCABULARY)
    assert AS_WRITTEN.condition(condition) == english(condition)
    assert Wording("en", own_name).condition(condition) == english(condition)


@given(rules)
def test_every_language_says_all_that_a_condition_is_about(rule):
    condition = resolve(rule, VOCABULARY)
    told = {
        language: Wording(language, lambda kind, name: f"«{kind}:{name}»").condition(condition)
        for language in LANGUAGES
    }
    assert all(told.values())
    named = {language: Counter(re.findall("«.*?»", text)) for language, text in told.items()}
    assert named["pl"] == named["bg"] == named["en"]


@given(rules, opportunities, times)
def test_every_language_says_what_was_found_where_anything_was(rule, opportunity, at):
    found = explain(resolve(rule, VOCABULARY), opportunity, at, PREDICATES)
    for leaf in (found, *found.leaves()):
        for language in LANGUAGES:
            text = Wording(language).found(leaf.condition, leaf.found)
            assert (text is None) is (leaf.found is None)
        assert leaf.actual == AS_WRITTEN.found(leaf.condition, leaf.found)


@pytest.mark.parametrize(
    ("rule", "polish", "bulgarian"),
    [
        ("flag", "flag", "flag"),
        ("flag == true", "flag = tak", "flag = да"),
        ("true or flag", "zawsze lub flag", "винаги или flag"),
        ("known(need)", "informacja: need", "информация: need"),
        ("not known(need)", "brak informacji: need", "липса на информация: need"),
        ("proven(signature)", "dowód: signature", "доказателство: signature"),
        ("not proven(signature)", "brak dowodu: signature", "липса на доказателство: signature"),
        ("done(offer)", "wykonanie zadania: offer", "изпълнение на задачата: offer"),
        ("not done(offer)", "zadanie niewykonane: offer", "неизпълнена задача: offer"),
        ("not flag", "nie: flag", "не: flag"),
        (
            "not (flag and known(need))",
            "nie: (flag i informacja: need)",
            "не: (flag и информация: need)",
        ),
        (
            "authority in [user, influencer]",
            "authority – jedno z: user, influencer",
            "authority – едно от: user, influencer",
        ),
        ("attempts() >= 3", "wszystkie próby ≥ 3", "всички опити ≥ 3"),
        ("attempts(call) >= 3", "próby (call) ≥ 3", "опити (call) ≥ 3"),
        (
            "at_least(2, flag, count > 1, known(need))",
            "2 z: flag, count > 1, informacja: need",
            "2 от: flag, count > 1, информация: need",
        ),
    ],
)
def test_polish_and_bulgarian_say_it_without_inflecting_names(rule, polish, bulgarian):
    condition = resolve(parse(rule), VOCABULARY)
    assert Wording("pl").condition(condition) == polish
    assert Wording("bg").condition(condition) == bulgarian


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("stage == won", "reserved:stage = stage:won"),
        ("stage in [won, lost]", "reserved:stage is one of stage:won, stage:lost"),
        ("lost_reason != price", "reserved:lost_reason ≠ reason:price"),
        ("'inside' == team", "team:inside = reserved:team"),
        ("owner == 'ewa'", "reserved:owner = ewa"),
        ("authority == user", "fact:authority = option:user"),
        (
            "authority in [user, influencer]",
            "fact:authority is one of option:user, option:influencer",
        ),
        ("attempts(call) > 1", "attempts(activity:call) > 1"),
    ],
)
def test_values_that_are_names_are_called_by_their_labels_too(rule, text):
    condition = resolve(parse(rule), VOCABULARY)
    assert Wording(label=lambda kind, name: f"{kind}:{name}").condition(condition) == text


def test_what_was_found_is_called_by_its_label_too():
    labelled = Wording(label=lambda kind, name: f"{kind}:{name}")
    for rule, found, text in (
        ("stage == won", "lost", "stage:lost"),
        ("not (stage == won)", "won", "stage:won"),
        ("lost_reason in [price, silent]", "silent", "reason:silent"),
        ("known(team)", "inside", "team:inside"),
        ("known(need)", "inside", "inside"),
        ("authority != user", "influencer", "option:influencer"),
        ("known(authority)", "user", "option:user"),
    ):
        assert labelled.found(resolve(parse(rule), VOCABULARY), found) == text


def test_tasks_and_evidence_are_found_in_words():
    done, proven = core.Done("offer"), core.Not(core.Named("x", core.Proven("signature")))
    until = datetime(2026, 6, 1, 12, tzinfo=UTC)
    found = [
        [wording.found(done, True), wording.found(done, False), wording.found(proven, until)]
        for wording in (AS_WRITTEN, Wording("pl"), Wording("bg"))
    ]
    assert found == [
        ["done", "open", "expired on 2026-06-01"],
        ["wykonane", "niewykonane", "dowód stracił ważność 2026-06-01"],
        ["изпълнена", "неизпълнена", "доказателството е изтекло на 2026-06-01"],
    ]


@pytest.mark.parametrize(
    "value",
    [1204, Decimal("1.50"), Money(Decimal(500), "EUR"), date(2026, 6, 1), "x"],
)
def test_numbers_money_dates_and_texts_look_the_same_in_every_language(value):
    assert {Wording(language).value(value) for language in LANGUAGES} == {shown(value)}


@pytest.mark.parametrize(
    ("length", "english", "polish", "bulgarian"),
    [
        (Duration(business_days=5), "5 business days", "5 dni roboczych", "5 работни дни"),
        (Duration(days=90), "90 days", "90 dni", "90 дни"),
        (Duration(timedelta(hours=36)), "36 hours", "36 godzin", "36 часа"),
        (Duration(timedelta(minutes=5), 1), "1 day 5 minutes", "1 dzień 5 minut", "1 ден 5 минути"),
        (timedelta(days=1), "1 day", "1 dzień", "1 ден"),
        (timedelta(hours=36), "1 day 12 hours", "1 dzień 12 godzin", "1 ден 12 часа"),
        (timedelta(minutes=-22), "-22 minutes", "-22 minuty", "-22 минути"),
        (timedelta(seconds=1), "1 second", "1 sekunda", "1 секунда"),
        (timedelta(0), "0 days", "0 dni", "0 дни"),
    ],
)
def test_lengths_of_time_are_said_in_words_of_the_language(length, english, polish, bulgarian):
    said = [Wording(language).value(length) for language in ("en", "pl", "bg")]
    assert said == [english, polish, bulgarian]

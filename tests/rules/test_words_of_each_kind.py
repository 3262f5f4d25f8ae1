"""Everything that a condition names is called by the label of its kind, also where it is denied."""

from __future__ import annotations

import pytest
from rule_strategies import VOCABULARY

from salesfsm.rules import core
from salesfsm.rules.parser import parse
from salesfsm.rules.resolve import resolve
from salesfsm.rules.wording import Wording


def labelled(language: str) -> Wording:
    return Wording(language, lambda kind, name: f"{kind}:{name}")


@pytest.mark.parametrize(
    ("rule", "english", "polish"),
    [
        ("known(need)", "fact:need is known", "informacja: fact:need"),
        ("not known(need)", "not fact:need is known", "brak informacji: fact:need"),
        ("proven(shortlist)", "milestone:shortlist is proven", "dowód: milestone:shortlist"),
        (
            "not proven(shortlist)",
            "not milestone:shortlist is proven",
            "brak dowodu: milestone:shortlist",
        ),
        ("done(offer)", "task:offer is done", "wykonanie zadania: task:offer"),
        ("not done(offer)", "not task:offer is done", "zadanie niewykonane: task:offer"),
        ("is_friendly()", "predicate:is_friendly", "predicate:is_friendly"),
    ],
)
def test_a_name_has_the_label_of_its_kind(rule, english, polish):
    condition = resolve(parse(rule), VOCABULARY)
    assert labelled("en").condition(condition) == english
    assert labelled("pl").condition(condition) == polish


def test_a_criterion_with_a_code_is_said_as_its_condition_is():
    known = resolve(parse("known(need)"), VOCABULARY)
    either = resolve(parse("flag or known(need)"), VOCABULARY)
    named = core.Named("bant.need", known)
    polish = labelled("pl").condition
    assert polish(core.Not(named)) == "brak informacji: fact:need"
    several = core.Not(core.Named("bant", either))
    assert polish(several) == "nie: (fact:flag lub informacja: fact:need)"


def test_what_was_found_is_told_by_its_label_on_either_side_of_a_comparison():
    for rule in ("team == 'inside'", "'inside' == team"):
        condition = resolve(parse(rule), VOCABULARY)
        assert labelled("en").found(condition, "inside") == "team:inside"

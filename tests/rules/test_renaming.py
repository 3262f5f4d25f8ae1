"""Renaming in rules: what is a stage or a task gets its new name, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, strategies as st
from rule_strategies import VOCABULARY, nodes, rules

from salesfsm.rules import core
from salesfsm.rules.parser import parse
from salesfsm.rules.printer import print_rule
from salesfsm.rules.renaming import Renaming, mentions, rename
from salesfsm.rules.resolve import resolve
from salesfsm.rules.types import Type
from salesfsm.rules.vocabulary import Vocabulary

NEW = ("p.x", "class.y", "b", "today", "with", "flag", "lost", "discovery_call")
"""Names that dots, keywords, reserved names or facts make hard to write."""


@st.composite
def renamings(draw: st.DrawFn) -> Renaming:
    """Injective mappings of all stages and tasks of the vocabulary."""
    stages = draw(st.permutations(NEW))
    tasks = draw(st.permutations([name for name in NEW if name != "with"]))
    return Renaming(
        dict(zip(VOCABULARY.stages, stages, strict=False)),
        dict(zip(VOCABULARY.tasks, tasks, strict=False)),
        VOCABULARY.facts,
    )


def renamed(words: Vocabulary, names: Renaming) -> Vocabulary:
    return replace(
        words,
        stages=tuple(map(names.stage, words.stages)),
        tasks=tuple(map(names.task, words.tasks)),
    )


def mapped(node: object, names: Renaming) -> object:
    """What is meant, with other names: worked out on the core, which has no text."""
    if isinstance(node, core.Constant) and node.type.options == VOCABULARY.stages:
        return core.Constant(mapped(node.type, names), names.stage(node.value))
    if isinstance(node, core.Done):
        return core.Done(names.task(node.task))
    if isinstance(node, Type):
        is_stage = node.options == VOCABULARY.stages
        return replace(node, options=tuple(map(names.stage, node.options))) if is_stage else node
    if isinstance(node, tuple):
        return tuple(mapped(each, names) for each in node)
    if isinstance(node, msgspec.Struct):
        return type(node)(
            *(mapped(getattr(node, field), names) for field in node.__struct_fields__)
        )
    return node


@given(rules, renamings())
def test_a_renamed_rule_means_the_same_of_the_new_names(rule, names):
    words = renamed(VOCABULARY, names)
    assert resolve(rename(rule, names), words) == mapped(resolve(rule, VOCABULARY), names)


@given(rules, renamings())
def test_a_renamed_rule_is_read_as_it_is_written(rule, names):
    found = rename(rule, names)
    assert resolve(parse(print_rule(found)), renamed(VOCABULARY, names)) == resolve(
        found, renamed(VOCABULARY, names)
    )


@given(rules, renamings())
def test_renaming_can_be_reversed(rule, names):
    back = Renaming(
        {new: old for old, new in names.stages.items()},
        {new: old for old, new in names.tasks.items()},
        VOCABULARY.facts,
    )
    again = rename(rename(rule, names), back)
    assert resolve(again, VOCABULARY) == resolve(rule, VOCABULARY)


@given(nodes)
def test_any_rule_stays_the_same_object_where_no_name_changes(rule):
    assert rename(rule, Renaming()) is rule
    assert rename(rule, Renaming({"no such stage": "x"}, {"no such task": "y"})) is rule


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("stage == a", "stage == w.a"),
        ('stage == "a"', 'stage == "w.a"'),
        ("a != stage", "w.a != stage"),
        ("stopped_in in [a, other, 'c']", 'stopped_in in [w.a, other, "c"]'),
        ("stage == odd", 'stage == "w.class"'),
        ("stage == fact", 'stage == "w.fact"'),
        ("done(t) and not done('t')", 'done(w.t) and not done("w.t")'),
        ("known(a) and proven(t) and a == t", "known(a) and proven(t) and a == t"),
        ('lost_reason == a or owner == "a"', 'lost_reason == a or owner == "a"'),
        ('stage == "a" == owner', '(stage == "w.a") and ("a" == owner)'),
        ("at_least(1, stage == a, done(t))", "at_least(1, stage == w.a, done(w.t))"),
    ],
)
def test_names_are_renamed_where_they_mean_a_stage_or_a_task(before, after):
    names = Renaming(
        {"a": "w.a", "odd": "w.class", "fact": "w.fact"}, {"t": "w.t"}, facts=["w.fact"]
    )
    assert rename(parse(before), names) == parse(after)


def test_untouched_parts_of_a_rule_are_the_same_objects():
    rule = parse("known(budget) and stage == a")
    found = rename(rule, Renaming({"a": "b"}))
    assert found.items[0] is rule.items[0]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("stage == a", True),
        ("not (done(t) or calm)", True),
        ("stopped_in in [b, a]", True),
        ("stage == b and done(u)", False),
        ('lost_reason == a and owner == "a"', False),
    ],
)
def test_a_rule_tells_whether_it_mentions_a_stage_or_its_tasks(rule, expected):
    assert mentions(parse(rule), stage="a", tasks=["t"]) is expected

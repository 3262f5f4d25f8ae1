"""Changes laid over a process, in the form of a file."""

from __future__ import annotations

import pytest
from planes import sales

import salesfsm as sf
from sales.b2b import b2b
from salesfsm.process.composition.composing import chain, override


def test_keys_that_are_given_replace_and_the_others_stay():
    found = override(sales(), {"stages": [{"name": "closing", "expected": "5d"}]})
    closing = found.stage_by_name["closing"]
    assert (str(closing.expected), closing.mirrors, closing.tasks) == (
        "5d",
        "weighing",
        sales().stage_by_name["closing"].tasks,
    )


def test_definitions_change_what_they_were_given():
    raw = override(sales(), {"stages": [{"name": "closing", "expected": "5d"}]})
    assert override(sales(), {"stages": [sf.Stage(name="closing", expected="5d")]}) == raw


def test_new_names_are_added_at_the_end_of_their_list():
    found = override(
        sales(),
        {
            "stages": [{"name": "closing", "tasks": ["call_back"]}, "review"],
            "facts": {"region": "text"},
            "buyer": {"milestones": ["visit"], "jobs": [{"name": "consensus"}]},
            "teams": [{"name": "hunters"}],
        },
    )
    assert [task.name for task in found.stage_by_name["closing"].tasks] == [
        "send_offer",
        "call_back",
    ]
    assert found.stages[-1].name == "review"
    assert list(found.facts) == ["budget", "offer", "region"]
    assert [each.name for each in found.buyer.milestones][-1] == "visit"
    assert found.buyer.phases == sales().buyer.phases


def test_named_things_within_others_merge_too():
    found = override(
        b2b(), {"stages": [{"name": "lost", "reasons": [{"name": "price", "label": "P"}]}]}
    )
    assert [(each.name, each.label) for each in found.stage_by_name["lost"].reasons] == [
        ("price", "P"),
        ("competitor", None),
        ("other", "Other"),
    ]
    found = override(b2b(), {"facts": {"budget": {"minimum": 10}}})
    assert (found.facts["budget"].label, found.facts["budget"].minimum) == (
        {"en": "Budget", "pl": "Budżet"},
        10,
    )


def test_none_takes_away():
    found = override(
        b2b(),
        {
            "label": None,
            "facts": {"need": None},
            "overrides": None,
            "stages": [
                {"name": "qualification", "exit": None, "tasks": None, "expected": None},
            ],
        },
    )
    first = found.stages[0]
    assert (found.label, found.overrides, first.exit, first.tasks) == (None, (), (), ())
    assert "need" not in found.facts
    assert first.probability is not None
    lost = override(sales(), {"stages": [{"name": "lost", "reasons": None}]}).stage_by_name["lost"]
    assert lost.reasons == ()


def test_criteria_and_texts_replace_as_a_whole():
    found = override(b2b(), {"label": {"en": "B"}, "stages": [{"name": "closing", "exit": "true"}]})
    assert found.label == {"en": "B"}
    assert (
        len(override(b2b(), {"stages": [{"name": "qualification", "exit": "true"}]}).stages[0].exit)
        == 1
    )


def test_a_transition_replaces_the_one_of_its_trigger_and_source():
    ways = [
        {"trigger": "win", "source": "closing", "target": "won"},
        {"trigger": "offer", "source": "presenting", "target": "won", "when": "true"},
        {"trigger": "leap", "source": "qualification", "target": "closing"},
    ]
    before, after = b2b().transitions, override(b2b(), {"transitions": ways}).transitions
    changed = [i for i, (old, new) in enumerate(zip(before, after, strict=False)) if old != new]
    assert [before[i].trigger for i in changed] == ["offer", "win"]
    assert before[changed[0]].target == "won"
    assert [each.trigger for each in after[len(before) :]] == ["leap"]


def test_which_branch_of_a_diamond_is_meant_must_be_clear():
    ways = [{"trigger": "offer", "source": "presenting", "target": "lost"}]
    with pytest.raises(sf.DefinitionError, match="they lead to closing, won"):
        override(b2b(), {"transitions": ways})


def test_a_process_may_get_another_name():
    assert override(b2b(), {"process": "c", "version": "7"}).key == "c 7"


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"stagse": []}, ("stagse",), "did you mean 'stages'"),
        ({"stages": {}}, ("stages",), "must be a list"),
        ({"stages": [5]}, ("stages", 0), "must be a mapping"),
        ({"stages": [{"label": "x"}]}, ("stages", 0), "the key 'name' is missing"),
        ({"stages": [{"name": "closing"}, "closing"]}, ("stages", "closing"), "stands here twice"),
        (
            {"stages": [{"name": "closing", "expcted": "5d"}]},
            ("stages", "closing", "expcted"),
            "did you mean 'expected'",
        ),
        (
            {"stages": [{"name": "closing", "expected": "soon"}]},
            ("stages", "closing", "expected"),
            "soon",
        ),
        (
            {"stages": [{"name": "closing", "tasks": [{"name": "send_offer", "level": "no"}]}]},
            ("stages", "closing", "tasks", "send_offer", "level"),
            "must be 'block', 'warn' or 'advise', not 'no'",
        ),
        (
            {"stages": [{"name": "closing", "exit": ["true", "known(budgt)"]}]},
            ("stages", "closing", "exit", 1),
            "did you mean 'budget'",
        ),
        (
            {"stages": [{"name": "closing", "exit": ["true", "1 +"]}]},
            ("stages", "closing", "exit", 1),
            "this is not a rule",
        ),
        (
            {"transitions": [{"trigger": "x", "source": "closing", "target": "wn"}]},
            ("transitions", "x: closing -> wn", "target"),
            "did you mean 'won'",
        ),
        ({"transitions": [{"trigger": "x"}]}, ("transitions", 0), "the key 'source' is missing"),
        ({"facts": {"budget": {"type": "text", "minimum": 1}}}, ("facts", "budget"), "no number"),
        ({"facts": {"offer": 5}}, ("facts", "offer"), "must be a mapping"),
        ({"facts": {"a b": "text"}}, ("facts", "a b"), "'a b' is not a name"),
        ({"buyer": {"milestones": [{"name": "signature", "moves": "a -> b"}]}},
         ("buyer", "milestones", "signature", "moves"), "unknown phase"),
        ({"version": 2}, ("version",), "quotes"),
        ({"name": None}, ("name",), "None"),
        ({"receives": {"facts": ["offr"]}}, ("receives", "facts", "offr"), "did you mean 'offer'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_the_names_that_lead_to_it(changes, path, message):
    with pytest.raises(sf.DefinitionError) as raised:
        override(sales(), changes)
    problem = raised.value.problems[0]
    assert problem.path[: len(path)] == path
    assert message in str(problem)


def test_all_mistakes_are_told_at_once():
    changes = {"stages": [{"name": "closing", "expected": "x"}], "facts": {"offer": 5}, "a": 1}
    with pytest.raises(sf.DefinitionError) as raised:
        override(sales(), changes)
    assert len(raised.value.problems) == 3


def test_problems_of_a_composed_process_lead_by_names():
    bad = override(sales(), {"stages": [{"name": "closing", "exit": "lost_reason == price"}]})
    with pytest.raises(sf.DefinitionError) as raised:
        chain("two", {"a": bad}, stages=[{"name": "a.lost", "reasons": None}])
    assert raised.value.problems[0].path == ("stages", "a.closing", "exit", 0)

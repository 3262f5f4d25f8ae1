"""One stage more, one less, another order."""

from __future__ import annotations

import pytest
from planes import keys, prospecting, sales, winback

import salesfsm as sf
from sales.b2b import b2b
from salesfsm.process.composition.composing import insert, override, remove, reorder, variant

COMPLIANCE = sf.Stage(name="compliance", tasks=("check_papers",))


def test_a_stage_is_inserted_into_every_way_ahead():
    found = insert(sales(), COMPLIANCE, before="closing", trigger="clear")
    assert [stage.name for stage in found.stages][:3] == ["qualification", "compliance", "closing"]
    assert keys(found)[:3] == [
        "qualification --offer--> compliance",
        "closing --win--> won",
        "closing --step_back--> qualification",
    ]
    assert keys(found)[-1] == "compliance --clear--> closing"
    assert insert(sales(), COMPLIANCE, after="qualification", trigger="clear") == found


def test_a_trigger_that_is_no_name_is_told_where_it_is_given():
    with pytest.raises(sf.DefinitionError, match="'not a name' is not a name") as caught:
        insert(sales(), COMPLIANCE, before="closing", trigger="not a name")
    assert [each.path for each in caught.value.problems] == [("insert", "trigger")]


def test_a_stage_before_the_won_one_stands_in_every_way_to_it():
    found = insert(sales(), COMPLIANCE, before="won", trigger="clear")
    assert "closing --win--> compliance" in keys(found)
    assert [arc.kind for arc in found.arcs if arc.trigger in ("win", "clear")] == ["advance", "win"]


def test_a_stage_of_another_process_brings_along_what_it_asks():
    part = override(
        winback(),
        {
            "teams": [{"name": "rescuers", "members": ["ola"]}],
            "currency": "USD",
            "facts": {"debt": "money", "unused": "text"},
            "predicates": {"is_calm": "The buyer is calm."},
            "buyer": {"phases": ["unaware", "weighing", "deciding"]},
            "stages": [
                {
                    "name": "talk",
                    "team": "rescuers",
                    "mirrors": "deciding",
                    "exit": ["still_needed", "debt < 10", "is_calm()", "done(talk_again)"],
                }
            ],
        },
    )
    found = insert(sales(), "talk", before="closing", trigger="on", source=part)
    assert list(found.facts) == ["budget", "offer", "still_needed", "debt"]
    assert found.facts["debt"].currency == "USD"
    assert list(found.predicates) == ["is_calm"]
    assert [team.name for team in found.teams] == ["rescuers"]
    assert found.buyer == sales().buyer


def test_money_that_is_taken_along_keeps_its_currency():
    part = override(sales(), {"stages": [{"name": "qualification", "exit": "budget >= 1000"}]})
    found = insert(winback(), "qualification", before="talk", trigger="on", source=part)
    assert (found.currency, found.facts["budget"].currency) == (None, "EUR")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"facts": {"still_needed": "text"}}, "the fact 'still_needed' is not the same in the"),
        ({"facts": {"still_needed": None}}, None),
    ],
)
def test_a_stage_that_asks_for_something_else_of_the_same_name_is_an_error(changes, message):
    host = override(sales(), changes)
    if message is None:
        assert (
            "still_needed"
            in insert(host, "talk", before="closing", trigger="on", source=winback()).facts
        )
        return
    with pytest.raises(sf.DefinitionError, match=message):
        insert(host, "talk", before="closing", trigger="on", source=winback())


def test_a_stage_that_asks_a_task_of_another_stage_cannot_come_alone():
    part = override(winback(), {"stages": [{"name": "talk", "exit": "done(dated_plan)"}]})
    with pytest.raises(sf.DefinitionError, match="asks tasks of other stages there: dated_plan"):
        insert(sales(), "talk", before="closing", trigger="on", source=part)


@pytest.mark.parametrize(
    ("stage", "place", "error", "message"),
    [
        (COMPLIANCE, {}, sf.CommandError, "either before= or after="),
        (COMPLIANCE, {"before": "a", "after": "b"}, sf.CommandError, "and not both"),
        (COMPLIANCE, {"before": "closin"}, sf.UnknownNameError, "did you mean 'closing'"),
        (COMPLIANCE, {"after": "lost"}, sf.CommandError, "nothing follows 'lost'"),
        (COMPLIANCE, {"before": "qualification"}, sf.CommandError, "no way leads ahead into"),
        (COMPLIANCE, {"before": "lost"}, sf.CommandError, "no way leads ahead into"),
        (sf.Stage(name="won"), {"before": "closing"}, sf.CommandError, "has a stage 'won' already"),
        (sf.Stage(name="x", outcome="won"), {"before": "closing"}, sf.CommandError, "is closed"),
        (sf.Stage(name="x", path="p"), {"before": "closing"}, sf.CommandError, "no way leads"),
        ("compliance", {"before": "closing"}, sf.CommandError, "is only a name"),
    ],
)
def test_a_stage_that_fits_nowhere_is_an_error(stage, place, error, message):
    with pytest.raises(error, match=message):
        insert(sales(), stage, trigger="clear", **place)


def test_a_transition_that_leads_ahead_and_back_is_to_be_written_as_two():
    ways = [sf.Transition(trigger="jump", source=["qualification", "won"], target="closing")]
    mixed = override(sales(), {"transitions": ways})
    with pytest.raises(sf.CommandError) as raised:
        insert(mixed, COMPLIANCE, before="closing", trigger="clear")
    assert (
        "'jump: qualification, won -> closing' leads ahead into 'closing' from qualification"
        in str(raised.value)
    )
    assert "and from won otherwise: write it as two transitions" in str(raised.value)


def test_a_removed_stage_leaves_its_ways_to_where_it_leads():
    found = remove(prospecting(), "meeting")
    assert keys(found) == ["lead --invite--> accepted", "lead --lose--> rejected"]


def test_a_removed_stage_may_lead_elsewhere():
    found = remove(b2b(), "presenting", to="closing")
    assert "qualification --qualify--> closing" in keys(found)
    assert found.opens_in == ("qualification",)
    assert not any("presenting" in key for key in keys(found))


@pytest.mark.parametrize(
    ("process", "stage", "to", "error", "message"),
    [
        (b2b(), "presenting", None, sf.CommandError, "leads ahead to closing, won: say with to="),
        (sales(), "lost", None, sf.CommandError, "'lost' leads ahead nowhere: say with to="),
        (sales(), "closin", None, sf.UnknownNameError, "did you mean 'closing'"),
        (sales(), "closing", "wn", sf.UnknownNameError, "did you mean 'won'"),
        (sales(), "closing", "closing", sf.CommandError, "cannot lead to itself"),
        (remove(prospecting(), "meeting"), "lead", None, sf.CommandError, "last open stage"),
        (sales(), "closing", None, sf.DefinitionError, "names the stage 'closing' or one of its"),
    ],
)
def test_what_cannot_be_removed_says_why(process, stage, to, error, message):
    with pytest.raises(error, match=message):
        remove(process, stage, to=to)


def test_rules_that_name_a_removed_stage_are_told_by_name():
    with pytest.raises(sf.DefinitionError) as raised:
        remove(sales(), "closing")
    assert [problem.path for problem in raised.value.problems] == [
        ("stages", "qualification", "exit", 1)
    ]


def test_a_removed_stage_leaves_handovers():
    made = [{"name": "on", "source": ["accepted", "meeting"], "target": "meeting"}]
    process = override(prospecting(), {"handovers": made})
    with pytest.raises(sf.DefinitionError, match="'accepted', which is closed"):
        remove(process, "meeting")
    found = remove(process, "meeting", to="lead").handovers[0]
    assert (found.source, found.target) == (("accepted",), "lead")


def test_the_named_stages_change_places_and_the_others_stay():
    found = reorder(b2b(), ["closing", "presenting"])
    assert [stage.name for stage in found.stages][:4] == [
        "qualification",
        "closing",
        "presenting",
        "won",
    ]
    kinds = {arc.key: arc.kind for arc in found.arcs}
    assert kinds["offer", "presenting", "closing"] == "regress"


@pytest.mark.parametrize(
    ("names", "error", "message"),
    [
        (["closing", "closing"], sf.CommandError, "twice"),
        (["closin"], sf.UnknownNameError, "did you mean 'closing'"),
        ("closing", sf.CommandError, "reorder takes a list .*'closing'"),
        (COMPLIANCE, sf.CommandError, "reorder takes a list"),
        (["won", "qualification"], sf.DefinitionError, "first stage is closed"),
    ],
)
def test_an_order_that_cannot_be_is_an_error(names, error, message):
    with pytest.raises(error, match=message):
        reorder(sales(), names)


def test_a_variant_takes_all_steps_at_once():
    found = variant(
        b2b(),
        name="small",
        version="2",
        remove=[
            {"stage": "winback", "to": "qualification"},
            {"stage": "presenting", "to": "closing"},
        ],
        insert=[{"stage": {"name": "demo"}, "before": "closing", "trigger": "show"}],
        reorder=["qualification", "demo"],
        changes={"label": "Small", "stages": [{"name": "demo", "expected": "3d"}]},
    )
    assert (found.key, found.label) == ("small 2", "Small")
    assert [stage.name for stage in found.stages] == [
        "qualification",
        "demo",
        "closing",
        "won",
        "lost",
    ]
    assert str(found.stages[1].expected) == "3d"


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        (
            {"remove": [{"stage": "closing", "too": "won"}]},
            sf.UnknownNameError,
            "did you mean 'to'",
        ),
        ({"insert": [{"stage": "x"}]}, sf.CommandError, "insert needs trigger"),
        (
            {"insert": [{"stage": {"name": "1x"}, "before": "closing", "trigger": "t"}]},
            sf.DefinitionError,
            "'1x' is not a name",
        ),
        ({"remove": "closing"}, sf.CommandError, "remove takes a list .*'closing'"),
        ({"remove": [1]}, sf.CommandError, "remove takes mappings .* not 1"),
        ({"insert": "closing"}, sf.CommandError, "insert takes a list"),
        ({"insert": ["x"]}, sf.CommandError, "insert takes mappings .*'x'"),
        ({"reorder": "closing"}, sf.CommandError, "reorder takes a list"),
        ({"reorder": 1}, sf.CommandError, "reorder takes a list .* not 1"),
    ],
)
def test_steps_of_a_variant_that_cannot_be_read_are_errors(steps, error, message):
    with pytest.raises(error, match=message):
        variant(sales(), **steps)


def test_a_way_into_a_removed_stage_that_asks_for_it_goes_too() -> None:
    process = sf.loads("""
salesfsm: 1
process: resuming
stages: [talking, {name: offered}, {name: quiet, path: aside}, {name: won, outcome: won}]
transitions:
  - {trigger: offer, source: talking, target: offered}
  - {trigger: win, source: offered, target: won}
  - {trigger: fall_silent, source: [talking, offered], target: quiet}
  - {trigger: resume, source: quiet, target: talking, when: stopped_in == talking}
  - {trigger: resume, source: quiet, target: offered, when: stopped_in == offered}
""")
    smaller = sf.remove(process, "offered")
    assert [(a.trigger, a.source, a.target) for a in smaller.arcs] == [
        ("offer", "talking", "won"),
        ("fall_silent", "talking", "quiet"),
        ("resume", "quiet", "talking"),
    ]


def test_where_only_a_removed_stage_opened_the_one_that_it_leads_to_does():
    process = sf.loads("""
salesfsm: 1
process: later
opens_in: b
stages: [a, b, c, {name: won, outcome: won}]
transitions:
  - {trigger: on, source: a, target: b}
  - {trigger: on, source: b, target: c}
  - {trigger: win, source: c, target: won}
""")
    assert sf.remove(process, "b").starts == ("c",)


def test_a_way_back_into_a_removed_stage_never_comes_to_lead_ahead():
    process = sf.loads("""
salesfsm: 1
process: back
stages: [a, b, c, d, {name: won, outcome: won}]
transitions:
  - {trigger: on, source: a, target: b}
  - {trigger: on, source: b, target: c}
  - {trigger: on, source: c, target: d}
  - {trigger: back, source: [c, d], target: b}
  - {trigger: win, source: d, target: won}
""")
    smaller = sf.remove(process, "b", to="d")
    assert [arc.key for arc in smaller.arcs if arc.trigger == "back"] == []
    assert ("back", "d", "c") in [arc.key for arc in sf.remove(process, "b").arcs]

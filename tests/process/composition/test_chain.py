"""The planes side by side: what they share, what is handed over, and what cannot be."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from planes import PLANES, TO_SALES, keys, prospecting, sales
from told import same

import salesfsm as sf
from sales.b2b import NOW
from salesfsm.process.composition.composing import chain, override


def test_each_plane_stands_on_a_path_of_its_own_and_keeps_its_plane():
    found = chain("planes", PLANES, handovers=[TO_SALES], version="2026.1")
    assert found.key == "planes 2026.1"
    assert [(stage.name, stage.path, stage.plane) for stage in found.stages][3:5] == [
        ("prospecting.rejected", "prospecting", "prospecting"),
        ("sales.qualification", "sales", "sales"),
    ]
    assert found.starts == ("prospecting.lead", "sales.qualification")
    assert list(found.facts) == ["budget", "segment", "offer"]
    assert [team.name for team in found.teams] == ["hunters"]


def test_a_group_of_one_plane_takes_in_no_stage_of_another():
    assert [key for key in keys(chain("planes", PLANES)) if "--lose-->" in key] == [
        "prospecting.lead --lose--> prospecting.rejected",
        "prospecting.meeting --lose--> prospecting.rejected",
        "sales.qualification --lose--> sales.lost",
        "sales.closing --lose--> sales.lost",
    ]


def test_a_handover_needs_what_the_plane_receives():
    found = chain("planes", PLANES, handovers=[TO_SALES])
    assert found.handovers[0].needs == sf.Contract(facts=("budget",), milestones=("reason_to_act",))
    assert found.receives == sf.Contract()
    assert same(found) == found


def test_the_engine_hands_over_from_plane_to_plane():
    engine = sf.Engine(chain("planes", PLANES, handovers=[TO_SALES]))
    deal = engine.adopt("1", "prospecting.accepted", at=NOW, facts={"budget": 5000}).unwrap()
    refused = engine.hand_over(deal, "to_sales", id="2", at=NOW)
    assert [each.code for each in refused.giving.blockers] == ["handover.reason_to_act"]
    deal = engine.record(deal, sf.Evidence("reason_to_act", kind="email"), at=NOW).unwrap()
    _, received = engine.hand_over(deal, "to_sales", id="2", at=NOW).unwrap()
    assert received.stage == "sales.qualification"
    assert received.facts["budget"].amount == 5000


def test_own_handovers_of_a_part_come_along_under_its_prefix():
    inner = chain("planes", PLANES, handovers=[TO_SALES])
    found = chain("world", {"north": inner, "south": inner})
    assert [(each.name, each.source, each.target) for each in found.handovers] == [
        (f"{part}.to_sales", (f"{part}.prospecting.accepted",), f"{part}.sales.qualification")
        for part in ("north", "south")
    ]
    assert found.stages[0].path == "north.prospecting"


def test_a_contract_that_cannot_be_met_says_which_plane_must_declare_what():
    poor = override(prospecting(), {"facts": {"budget": None}})
    with pytest.raises(sf.DefinitionError) as raised:
        chain("planes", {"prospecting": poor, "sales": sales()}, handovers=[TO_SALES])
    assert str(raised.value) == (
        "handovers.to_sales.needs: the hand-over 'to_sales' from prospecting (prospecting) to "
        "sales.qualification needs the fact 'budget', which prospecting does not declare\n"
        "  hint: declare the fact 'budget' in prospecting, where it must be there before; of a "
        "process of the library, include a file of your own that extends it"
    )


def test_what_the_whole_declares_is_declared_by_each_part():
    needing = TO_SALES.model_copy(update={"needs": sf.Contract(facts=("region",))})
    with pytest.raises(sf.DefinitionError, match="needs the fact 'region', which prospecting does"):
        chain("planes", PLANES, handovers=[needing])
    found = chain("planes", PLANES, handovers=[needing], facts={"region": "text"})
    assert found.handovers[0].needs.facts == ("region", "budget")


@pytest.mark.parametrize(
    ("handover", "message"),
    [
        (
            {"source": "prospecting.acepted", "target": "sales.qualification"},
            "has the unknown stage 'prospecting.acepted' as its source; did you mean "
            "'prospecting.accepted'?",
        ),
        (
            {"source": "prospecting.accepted", "target": "qualification"},
            "has the unknown stage 'qualification' as its target; did you mean",
        ),
        (
            {"source": "prospecting.accepted", "target": "sales.won"},
            "leads to 'sales.won', which is closed: nothing could begin there\n"
            "  hint: name an open stage, such as sales.qualification",
        ),
    ],
)
def test_a_handover_from_or_to_no_open_stage_is_an_error(handover, message):
    with pytest.raises(sf.DefinitionError) as raised:
        chain("planes", PLANES, handovers=[sf.Handover(name="to_sales", **handover)])
    assert message in str(raised.value)
    assert raised.value.problems[0].path[:2] == ("handovers", "to_sales")


def test_equal_definitions_are_one_and_different_ones_name_both_planes():
    other = override(sales(), {"facts": {"budget": {"minimum": 5}, "segment": "text"}})
    with pytest.raises(sf.DefinitionError) as raised:
        chain("planes", {"prospecting": prospecting(), "sales": other})
    assert [problem.message for problem in raised.value.problems] == [
        "the fact 'budget' is not the same in prospecting and in sales (minimum)",
        "the fact 'segment' is not the same in prospecting and in sales (type, options)",
    ]
    assert [problem.path for problem in raised.value.problems] == [
        ("facts", "budget"),
        ("facts", "segment"),
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"buyer": {"phases": ["resting"]}}, "the list of the buyer's phases is not the same"),
        ({"buyer": {"start": "weighing"}}, "where the buyer begins is not the same"),
        ({"buyer": {"milestones": [{"name": "signature", "valid_for": "1d"}]}}, "'signature'"),
        ({"teams": [{"name": "hunters", "label": "Hunters"}]}, "the team 'hunters'"),
        ({"currency": "USD"}, "'currency' is not the same"),
    ],
)
def test_planes_share_the_buyer_the_teams_and_the_currency(changes, message):
    parts = {"prospecting": prospecting(), "sales": override(sales(), changes)}
    with pytest.raises(sf.DefinitionError, match=message):
        chain("planes", parts)


def test_a_plane_in_another_currency_keeps_it():
    parts = {
        "here": override(prospecting(), {"facts": {"budget": None}}),
        "there": override(sales(), {"currency": "USD"}),
    }
    found = chain("planes", parts, currency="EUR")
    assert {name: fact.currency for name, fact in found.facts.items()} == {
        "segment": None,
        "budget": "USD",
        "offer": "PLN",
    }


def test_the_chain_decides_what_the_planes_do_differently():
    parts = {
        "one": override(prospecting(), {"acting": "team"}),
        "two": override(sales(), {"acting": "owner"}),
    }
    planes = chain("planes", parts)
    assert planes.acting == "anyone"
    assert {planes.acting_in(each) for each in planes.stages if each.path == "one"} == {"team"}
    assert {planes.acting_in(each) for each in planes.stages if each.path == "two"} == {"owner"}
    mixed = chain("planes", {"one": parts["one"], "two": sales()}, acting="owner")
    assert {mixed.acting_in(each) for each in mixed.stages if each.path == "one"} == {"team"}
    assert {mixed.acting_in(each) for each in mixed.stages if each.path == "two"} == {"owner"}


def test_no_part_opens_the_gates_or_lends_its_roles_to_another():
    weak = override(
        prospecting(), {"mirror": {"level": "advise"}, "overrides": ["clerk"], "acting": "owner"}
    )
    planes = chain("planes", {"weak": weak, "strict": sales()}, overrides=["director"])
    assert planes.mirror.level == "block"
    for stage in planes.stages:
        wanted = ("clerk",) if stage.path == "weak" else ("director",)
        assert planes.overrides_in(stage) == wanted


def test_rules_of_assignment_speak_of_their_own_plane_alone():
    team = {"teams": [{"name": "x"}, {"name": "y"}]}
    one = override(prospecting(), {**team, "assignments": [{"name": "all", "team": "x"}]})
    two = override(sales(), {**team, "assignments": [{"name": "all", "team": "y"}]})
    engine = sf.Engine(chain("planes", {"one": one, "two": two}))
    now = datetime(2026, 3, 2, tzinfo=UTC)
    for path, wanted in (("one", "x"), ("two", "y")):
        start = next(each.name for each in engine.process.stages if each.path == path)
        deal = engine.adopt("A", start, at=now).unwrap()
        step = engine.assign(deal, at=now)
        assert (step.unwrap().team, step.events[0].rule) == (wanted, f"{path}.all")


def test_a_chain_may_say_where_opportunities_begin():
    assert chain("planes", PLANES, opens_in="prospecting.lead").starts == ("prospecting.lead",)


@pytest.mark.parametrize(
    ("parts", "fields", "error", "message"),
    [
        ({}, {}, sf.CommandError, "at least one part"),
        ({"a b": sales()}, {}, sf.CommandError, "'a b' cannot be put before names"),
        ({"class": sales()}, {}, sf.CommandError, "keyword"),
        ({"a" * 95: sales()}, {}, sf.CommandError, "longer than 100 characters"),
        ({"a": "sales"}, {}, sf.CommandError, "takes a Process, not str"),
        ({"a": sales()}, {"lable": "A"}, sf.UnknownNameError, "did you mean 'label'"),
        ({"a": sales(), "a.qualification": sales()}, {"version": 1}, sf.DefinitionError, "quotes"),
    ],
)
def test_arguments_that_make_no_sense_are_errors(parts, fields, error, message):
    with pytest.raises(error, match=message):
        chain("planes", parts, **fields)

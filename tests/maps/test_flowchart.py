"""The flowchart shows every stage and every way of a process, each exactly once."""

from __future__ import annotations

import os
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from drawings import parts
from hypothesis import given, settings, strategies as st

import salesfsm as sf
from salesfsm.maps import Edge, flowchart, to_dot, to_svg
from salesfsm.maps.ways import arcs_told

GOLDEN = Path(__file__).parent / "golden" / "demo.dot"
FORKS = """
salesfsm: 1
process: forks
facts: {amount: decimal}
stages:
  - {name: first, label: {en: First talk, pl: Pierwsza rozmowa}, probability: 12.5%}
  - {name: legal}
  - {name: won, outcome: won, probability: 100%}
  - {name: lost, outcome: lost}
  - {name: winback, path: winback}
transitions:
  - trigger: go_on
    label: {en: go on, pl: dalej}
    source: first
    target: legal
    when: amount >= 100
  - {trigger: go_on, source: first, target: won}
  - {trigger: win, source: legal, target: won}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win_back, source: lost, target: winback, after: 90d}
  - {trigger: again, source: winback, target: first}
"""


@pytest.fixture(scope="module")
def demo() -> sf.Process:
    return sf.loads(files("salesfsm.cli").joinpath("demo_files", "b2b.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def forks() -> sf.Process:
    return sf.loads(FORKS)


def fork(*branches: str, stages: str = "", top: str = "") -> sf.Process:
    """A process in which ``review`` forks in ``trial`` into these branches, to a and to b."""
    lines = "\n".join(f"  - {{trigger: review, source: trial, {each}}}" for each in branches)
    return sf.loads(
        f"""
salesfsm: 1
process: review
currency: EUR
facts: {{budget: {{type: money, label: {{en: Budget, pl: Budżet}}}}, size: integer}}
buyer:
  milestones:
    - {{name: plan_agreed, label: {{en: Agreement on the plan, pl: Uzgodniony plan}}}}
{top}
stages:
  - name: trial
{stages}
  - name: a
  - name: b
  - {{name: won, outcome: won}}
  - {{name: lost, outcome: lost}}
transitions:
{lines}
  - {{trigger: win, source: open, target: won}}
"""
    )


def branches(process: sf.Process, language: str = "en") -> list[str]:
    """What stands on the arrows that leave the only diamond."""
    edges = flowchart(process, language=language).edges
    return [edge.label for edge in edges if edge.source == "decision.trial.review"]


def arrows(edges: tuple[Edge, ...]) -> set[tuple[str, str, str]]:
    """Label, source and target of each arrow, without the prefix of stages."""
    return {(e.label, e.source.removeprefix("stage."), e.target[6:]) for e in edges}


@st.composite
def processes(draw: st.DrawFn) -> sf.Process:
    """Processes of up to nine stages, with groups as sources and triggers that fork."""
    opened = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    stages: list[dict[str, Any]] = [{"name": name} for name in opened]
    for stage in stages[1:]:
        if draw(st.integers(0, 4)) == 0:
            stage["path"] = "aside"
    stages += [{"name": "won", "outcome": "won"}, {"name": "lost", "outcome": "lost"}]
    names = [stage["name"] for stage in stages]
    sources = st.lists(
        st.sampled_from([*names, "open", "closed", "*"]), min_size=1, max_size=3, unique=True
    )
    transitions = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "trigger": st.sampled_from(["t1", "t2", "t3", "t4"]),
                    "source": sources,
                    "target": st.sampled_from(names),
                },
                optional={"when": st.sampled_from(["amount > 1", "amount < 1"])},
            ),
            min_size=1,
            max_size=8,
            unique_by=lambda each: (each["trigger"], each["target"]),
        )
    )
    facts = {"amount": "decimal"}
    return sf.Process.model_validate(
        {"process": "drawn", "facts": facts, "stages": stages, "transitions": transitions}
    )


def bundles() -> sf.Process:
    """A process with a bundle from a run of stages, from all, from a list, and from open ones."""
    stages: list[dict[str, str]] = [{"name": f"s{n}", "label": f"s{n}"} for n in range(6)]
    stages += [{"name": "won", "outcome": "won"}, {"name": "lost", "outcome": "lost"}]
    moves: list[dict[str, Any]] = [
        {"trigger": "back", "source": ["s1", "s2", "s3", "s4"], "target": "s0"},
        {"trigger": "again", "source": "*", "target": "s1"},
        {"trigger": "jump", "source": ["s0", "s2", "s4"], "target": "s5"},
        {"trigger": "lose", "source": "open", "target": "lost", "when": "amount < 1"},
    ]
    moves[-1]["after"] = "30d"
    return sf.Process.model_validate(
        {"process": "p", "facts": {"amount": "decimal"}, "stages": stages, "transitions": moves}
    )


@given(process=processes())
def test_every_stage_and_every_way_is_drawn_exactly_once(process: sf.Process) -> None:
    diagram = flowchart(process)
    stages = [node.id for node in diagram.nodes if node.id.startswith("stage.")]
    assert stages == [f"stage.{stage.name}" for stage in process.stages]
    drawn = Counter(key for edge in diagram.edges for key in arcs_told(edge))
    assert drawn == Counter(arc.key for arc in process.arcs)


@given(process=processes())
def test_an_arrow_joins_the_stages_of_the_ways_that_it_stands_for(process: sf.Process) -> None:
    diagram = flowchart(process)
    roles = {node.id: node.role for node in diagram.nodes}
    for edge in diagram.edges:
        keys = arcs_told(edge)
        assert {f"stage.{target}" for _, _, target in keys} <= {edge.target}
        if edge.source.startswith("stage."):
            assert {f"stage.{source}" for _, source, _ in keys} <= {edge.source}
        else:
            assert keys
            assert roles[edge.source] in ("decision", "note", "start")


@given(process=processes())
def test_a_diamond_stands_where_a_trigger_forks_and_nowhere_else(process: sf.Process) -> None:
    diagram = flowchart(process)
    diamonds = {node.id for node in diagram.nodes if node.role == "decision"}
    leaves: dict[tuple[str, str], set[str]] = {}
    for edge in diagram.edges:
        for trigger, source, _ in arcs_told(edge):
            leaves.setdefault((source, trigger), set()).add(edge.source)
    forks = Counter((arc.source, arc.trigger) for arc in process.arcs)
    forking = [leaves[fork] for fork, branches in forks.items() if branches > 1]
    assert all(len(found) == 1 for found in forking)
    assert set().union(*forking) == diamonds


@given(process=processes(), data=st.data())
def test_counts_stand_on_the_arrow_of_each_arc_that_was_taken(
    process: sf.Process, data: st.DataObject
) -> None:
    keys = sorted({(arc.trigger, arc.source, arc.target) for arc in process.arcs})
    taken = dict.fromkeys(keys, st.integers(1, 5000))
    counts = data.draw(st.fixed_dictionaries({}, optional=taken))
    diagram = flowchart(process, counts=counts)
    assert {node.role for node in diagram.nodes} <= {"stage", "path", "won", "lost"}
    drawn = [(edge.source, edge.target, edge.count) for edge in diagram.edges if edge.count != "0"]
    for (_, source, target), count in counts.items():
        assert (f"stage.{source}", f"stage.{target}", f"{count:,}") in drawn
    for edge in diagram.edges:
        count = int(edge.count.replace(",", ""))
        assert edge.weight == pytest.approx(count / max((10, *counts.values())))


@given(process=processes())
@settings(max_examples=10)
def test_the_drawing_has_as_many_arrows_as_the_model(process: sf.Process) -> None:
    diagram = flowchart(process)
    svg = to_svg(diagram)
    assert len(parts(svg, "edge")) == len(diagram.edges)
    assert len(parts(svg, "node")) == len(diagram.nodes)


def test_the_dot_of_the_demo_is_the_golden_one(demo: sf.Process) -> None:
    """After a change on purpose: UPDATE_GOLDEN=1 pytest tests/maps/test_flowchart.py."""
    dot = to_dot(flowchart(demo))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(dot, encoding="utf-8")
    assert dot == GOLDEN.read_text("utf-8")


def test_a_trigger_is_called_by_its_label_where_it_is_shown_by_name() -> None:
    told = "labels: {go_on: {pl: Co dalej?}, lose: {pl: przegraj}}\n"
    diagram = flowchart(sf.loads(f"{FORKS}{told}"), language="pl")
    (diamond,) = [node for node in diagram.nodes if node.role == "decision"]
    assert diamond.title == "Co dalej?"
    assert {edge.label for edge in diagram.edges if edge.role == "lose"} == {"przegraj"}


def test_a_single_move_is_no_stream(forks: sf.Process) -> None:
    edges = flowchart(forks, counts={("win", "legal", "won"): 1}).edges
    assert max(edge.weight for edge in edges) == pytest.approx(0.1)


def test_a_process_without_any_move_lies_as_others_do() -> None:
    bare = sf.loads("salesfsm: 1\nprocess: bare\nstages: [{name: a}, {name: won, outcome: won}]\n")
    assert flowchart(bare).direction == "LR"


def test_a_fork_shows_its_questions_and_what_else_happens(forks: sf.Process) -> None:
    diagram = flowchart(forks)
    (diamond,) = [node for node in diagram.nodes if node.role == "decision"]
    assert (diamond.id, diamond.title) == ("decision.first.go_on", "go on")
    branches = [(e.target, e.label, e.role) for e in diagram.edges if e.source == diamond.id]
    assert branches == [
        ("stage.legal", "go on\nif amount ≥ 100", "advance"),
        ("stage.won", "else", "win"),
    ]


def test_branches_after_one_that_is_always_open_are_never_taken() -> None:
    process = fork("target: a", "target: b, when: budget < 10000", "target: won")
    never = "never taken: an earlier branch is open"
    assert branches(process) == ["", f"if Budget < 10000 EUR\n{never}", never]
    deal = sf.Engine(process).open("D-1", facts={"budget": 1}).unwrap()
    assert sf.Engine(process).fire(deal, "review").unwrap().stage == "a"


def test_a_branch_that_needs_more_than_an_earlier_one_is_never_taken() -> None:
    process = fork("target: a, when: size > 1", "target: b, when: [size > 1, budget < 5]")
    assert branches(process)[1].endswith("never taken: an earlier branch is open")
    other = fork("target: a, when: [size > 1, budget < 5]", "target: b, when: size > 1")
    assert branches(other) == ["if Budget < 5 EUR", "else"]


def test_what_all_branches_ask_stands_in_the_diamond() -> None:
    process = fork(
        "target: a, when: [size > 1, budget < 5]", "target: b, when: [size > 1, budget > 9]"
    )
    (diamond,) = [node for node in flowchart(process).nodes if node.role == "decision"]
    assert diamond.lines == ("if size > 1",)
    assert branches(process) == ["if Budget < 5 EUR", "if Budget > 9 EUR"]


def test_a_branch_is_else_where_the_stage_guards_only_the_one_before_it() -> None:
    process = fork("target: a", "target: lost", stages="    exit: known(size)")
    assert branches(process) == ["", "else"]
    deal = sf.Engine(process).open("D-1").unwrap()
    assert sf.Engine(process).fire(deal, "review").unwrap().stage == "lost"


def test_a_criterion_that_only_warns_closes_no_branch() -> None:
    process = fork("target: a, when: {rule: size > 1, level: warn}", "target: b")
    assert branches(process) == ["", "never taken: an earlier branch is open"]


@given(process=processes(), amount=st.sampled_from([None, 0, 1, 2]))
def test_what_the_map_calls_never_taken_is_never_taken(
    process: sf.Process, amount: int | None
) -> None:
    engine = sf.Engine(process)
    facts = {} if amount is None else {"amount": amount}
    for edge in flowchart(process).edges:
        if "never taken" in edge.label:
            for trigger, source, target in arcs_told(edge):
                deal = engine.adopt("D-1", source, facts=facts).unwrap()
                moves = engine.moves(deal)
                open_to = {m.target for m in moves if m.trigger == trigger and m.allowed}
                assert target not in open_to


def test_each_branch_shows_its_own_label_its_condition_and_when_it_opens_by_itself() -> None:
    process = fork(
        "target: a, label: {en: Go on, pl: Dalej}, when: proven(plan_agreed)",
        "target: b, label: Ask again, after: 10d",
    )
    (diamond,) = [node for node in flowchart(process).nodes if node.role == "decision"]
    assert diamond.title == "review"
    assert branches(process) == [
        "Go on\nif Agreement on the plan is proven",
        "Ask again\nelse\n⏱ after 10 days",
    ]


def test_a_label_that_all_branches_share_stands_in_the_diamond() -> None:
    label = "label: {en: Look again, pl: Sprawdź}"
    process = fork(f"target: a, when: size > 1, {label}", f"target: b, {label}")
    titles = [n.title for n in flowchart(process, language="pl").nodes if n.role == "decision"]
    assert titles == ["Sprawdź"]
    assert branches(process, "pl") == ["warunek: size > 1", "w przeciwnym razie"]


def test_conditions_name_facts_milestones_tasks_and_predicates_as_the_language_does() -> None:
    process = fork(
        "target: a, when: [budget < 5, proven(plan_agreed) or done(demo), is_friendly()]",
        "target: b",
        stages="    tasks: [{name: demo, label: {en: The demo, pl: Pokaz}, optional: true}]",
        top="predicates: {is_friendly: {en: a friendly buyer, pl: przyjazny klient}}",
    )
    assert branches(process, "pl")[0] == (
        "warunek: Budżet < 5 EUR\n"
        "i dowód: Uzgodniony plan lub wykonanie zadania: Pokaz\n"
        "i przyjazny klient"
    )
    assert "\nand Agreement on the plan is proven" in branches(process)[0]


def test_a_condition_reads_as_its_criterion_says() -> None:
    process = fork("target: a, when: {rule: budget < 5, says: too small}", "target: b")
    assert branches(process) == ["if too small", "else"]


def test_a_way_that_opens_by_itself_says_when(forks: sf.Process) -> None:
    labels = {edge.target: edge.label for edge in flowchart(forks).edges}
    assert labels["stage.winback"] == "win back\n⏱ after 90 days"


def test_reserved_names_stages_and_lengths_of_time_read_as_words() -> None:
    process = fork(
        "target: a, when: [days_in_stage > 5, stage == trial], after: 10 business days",
        "target: b",
        stages="    label: {en: First talk, bg: Първи разговор}",
    )
    assert branches(process)[0] == (
        "if days in the stage > 5\nand stage = First talk\n⏱ after 10 business days"
    )
    assert branches(process, "bg")[0] == (
        "условие: дни в етапа > 5\nи етап = Първи разговор\n⏱ след 10 работни дни"
    )


def test_the_sources_of_a_bundle_are_told_in_the_language() -> None:
    for language, told in {
        "en": ["from s1 to s4", "from any stage", "from s0, s2 or s4", "from any open stage"],
        "pl": ["od etapu s1 do s4", "z każdego etapu", "z etapu s0, s2 lub s4"],
        "bg": ["от s1 до s4", "от всеки етап", "от етап s0, s2 или s4"],
    }.items():
        nodes = flowchart(bundles(), language=language).nodes
        leaves = [node.lines[0] for node in nodes if node.role == "note"]
        assert leaves[: len(told)] == told


def test_a_bundle_tells_its_trigger_condition_and_delay_beside_its_target() -> None:
    notes = {node.id: node for node in flowchart(bundles()).nodes if node.role == "note"}
    note = notes["ways.s0.lose"]
    assert (note.title, note.lines) == (
        "lose",
        ("from any open stage", "if amount < 1", "⏱ after 30 days"),
    )
    (edge,) = [edge for edge in flowchart(bundles()).edges if edge.source == note.id]
    assert (edge.target, edge.label, edge.role) == ("stage.lost", "", "lose")
    assert edge.id == "lose:s0,s1,s2,s3,s4,s5:lost"


def test_many_bundles_from_the_same_stages_leave_from_one_sign() -> None:
    diagram = flowchart(sf.load("library:crm_frappe"))
    (sign,) = [node for node in diagram.nodes if node.role == "start"]
    assert sign.title == "from any stage"
    assert {edge.source for edge in diagram.edges} == {sign.id}
    assert {edge.target for edge in diagram.edges} == {
        node.id for node in diagram.nodes if node is not sign
    }


def test_a_trigger_that_forks_in_many_stages_has_one_diamond_that_says_where() -> None:
    diagram = flowchart(sf.load("library:complex_b2b"))
    nodes = {node.id: node for node in diagram.nodes}
    assert nodes["decision.sales.revisit"].lines == ("from Discovery to Closing",)
    assert {
        (edge.target, edge.label) for edge in diagram.edges if edge.source[-8:] == ".revisit"
    } == {
        ("stage.negotiation", "if the buyer is at Negotiating\nfrom Closing"),
        ("stage.presenting", "if the buyer is at Selecting\nfrom Negotiation or Closing"),
        ("stage.discovery", "if the buyer is at Defining\nfrom Presenting to Closing"),
        ("stage.qualification", "else"),
    }


def test_a_fork_that_leads_back_across_the_map_is_named_where_it_leaves() -> None:
    nodes = {node.id: node for node in flowchart(sf.load("library:silence")).nodes}
    assert nodes["stage.silent"].lines == ("→ fight on",)
    assert nodes["decision.sales.fight_on"].lines == ("from Silent", "if the next step has a date")


def test_each_plane_has_a_frame_and_names_both_ends_of_its_hand_overs() -> None:
    process = sf.load("library:four_planes")
    diagram = flowchart(process)
    assert [group.title for group in diagram.groups] == [
        "Prospecting",
        "Sales",
        "Cross-selling",
        "Retention",
    ]
    framed = [name for group in diagram.groups for name in group.nodes]
    assert sorted(framed) == sorted(node.id for node in diagram.nodes)
    nodes = {node.id: node for node in diagram.nodes}
    assert nodes["stage.sales.won"].lines == ("→ Onboarding", "→ Account review")
    assert nodes["handover.to_sales"].lines == ("from Accepted by sales",)
    handed = {edge.id: edge.target for edge in diagram.edges if edge.role == "handover"}
    assert handed["handover.to_sales:prospecting.accepted"] == "stage.sales.qualification"
    assert len(handed) == len(process.handovers)
    main = {"sales.qualification", "retention.adoption", "prospecting.lead"}
    assert {nodes[f"stage.{name}"].role for name in main} == {"stage"}
    assert nodes["stage.sales.silent"].role == "path"


def test_two_planes_are_joined_by_the_arrow_of_their_hand_over() -> None:
    process = sf.loads(
        "salesfsm: 1\nprocess: two\nstages:\n  - {name: lead, plane: prospecting}\n"
        "  - {name: offer, path: sale}\n"
        "handovers: [{name: pass_on, label: Pass on, source: lead, target: offer}]\n"
    )
    (edge,) = flowchart(process).edges
    assert edge == Edge(
        "stage.lead", "stage.offer", "Pass on", "handover", id="handover.pass_on:lead"
    )


def test_each_role_follows_from_outcome_and_path(forks: sf.Process) -> None:
    roles = {node.id: node.role for node in flowchart(forks).nodes}
    assert roles == {
        "stage.first": "stage",
        "stage.legal": "stage",
        "stage.won": "won",
        "stage.lost": "lost",
        "stage.winback": "path",
        "decision.first.go_on": "decision",
    }


def test_open_stages_show_their_probability_and_a_history_shows_who_stands_where(
    forks: sf.Process,
) -> None:
    badges = {node.id: node.badge for node in flowchart(forks).nodes}
    assert (badges["stage.first"], badges["stage.legal"], badges["stage.won"]) == ("12.5%", "", "")
    standing = {node.id: node.badge for node in flowchart(forks, standing={"won": 1234}).nodes}
    assert (standing["stage.first"], standing["stage.won"]) == ("0", "1,234")


def test_numbers_are_written_as_in_the_language_of_the_map(forks: sf.Process) -> None:
    arc = forks.arcs[0]
    chart = flowchart(forks, language="pl", counts={arc.key: 12_345}, standing={"won": 1234})
    assert "12\u00a0345" in [edge.count for edge in chart.edges]
    assert "1\u00a0234" in [node.badge for node in chart.nodes]


def test_texts_are_in_the_language_asked_for_and_else_in_one_that_there_is(
    forks: sf.Process,
) -> None:
    polish = flowchart(forks, language="pl")
    assert polish.language == "pl"
    titles = {node.id: node.title for node in polish.nodes}
    assert titles["stage.first"] == "Pierwsza rozmowa"
    assert titles["stage.legal"] == "Legal"
    assert "dalej\nwarunek: amount ≥ 100" in {edge.label for edge in polish.edges}
    french = {node.id: node.title for node in flowchart(forks, language="fr").nodes}
    assert french["stage.first"] == "First talk"


def test_two_criteria_for_one_way_are_two_branches_of_the_process_and_one_way_of_its_history() -> (
    None
):
    text = FORKS.replace("target: won}\n", "target: legal, when: amount < 1}\n", 1)
    process = sf.loads(text)
    plain = [edge.label for edge in flowchart(process).edges if edge.source[:9] == "decision."]
    assert plain == ["go on\nif amount ≥ 100", "if amount < 1"]
    counted = flowchart(process, counts={("go_on", "first", "legal"): 3}).edges
    assert [edge.count for edge in counted if edge.label == "go on"] == ["3"]


def test_a_history_in_which_nothing_moved_can_be_drawn(forks: sf.Process) -> None:
    diagram = flowchart(forks, counts={}, standing={})
    assert {edge.count for edge in diagram.edges} == {"0"}
    assert {edge.weight for edge in diagram.edges} == {0}


def test_a_stage_that_no_move_entered_hangs_where_the_process_puts_it(demo: sf.Process) -> None:
    stages = ("qualification", "presenting", "negotiation", "closing")
    loses = {("lose", stage, "lost") for stage in stages}
    nothing_lost = flowchart(demo, counts={("qualify", "qualification", "presenting"): 1})
    assert arrows(nothing_lost.edges) >= loses
    some_lost = flowchart(demo, counts={("lose", "qualification", "lost"): 1})
    assert arrows(some_lost.edges) & loses == {("lose", "qualification", "lost")}


def test_of_a_tangle_in_which_little_happened_one_way_into_each_stage_is_drawn() -> None:
    opened = [f"s{number}" for number in range(5)]
    stages = [*opened, {"name": "won", "outcome": "won"}, {"name": "lost", "outcome": "lost"}]
    moves = [{"trigger": f"to_{name}", "source": "*", "target": name} for name in opened]
    moves += [{"trigger": name[:3], "source": "open", "target": name} for name in ("won", "lost")]
    process = sf.Process.model_validate({"process": "p", "stages": stages, "transitions": moves})
    counted = flowchart(process, counts={("to_s3", "s0", "s3"): 1}).edges
    assert {(source, target) for _, source, target in arrows(counted)} == {
        ("s0", "s3"),
        ("s0", "s1"),
        ("s1", "s2"),
        ("s3", "s4"),
        ("s4", "won"),
        ("s4", "lost"),
    }


def test_a_stage_that_nothing_leads_to_hangs_on_what_it_leads_to() -> None:
    process = fork("target: a")  # nothing leads to b, and only a group leads on from it
    counted = flowchart(process, counts={("win", "a", "won"): 4}).edges
    assert arrows(counted) == {("review", "trial", "a"), ("win", "a", "won"), ("win", "b", "won")}


@given(process=processes(), data=st.data())
def test_every_stage_that_can_be_reached_is_reached_in_a_chart_of_what_happened(
    process: sf.Process, data: st.DataObject
) -> None:
    keys = sorted({(arc.trigger, arc.source, arc.target) for arc in process.arcs})
    counts = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(keys, st.just(1))))
    drawn = arrows(flowchart(process, counts=counts).edges)

    def reached(pairs: set[tuple[str, str]]) -> set[str]:
        found = {process.starts[0]}
        for _ in process.stages:
            found |= {target for source, target in pairs if source in found}
        return found

    possible = reached({(arc.source, arc.target) for arc in process.arcs})
    assert reached({(source, target) for _, source, target in drawn}) == possible
    ends = {name for _, source, target in drawn for name in (source, target)}
    assert ends == {name for arc in process.arcs for name in (arc.source, arc.target)}


def test_few_arrows_from_many_stages_are_drawn_one_by_one(demo: sf.Process) -> None:
    assert not [node for node in flowchart(demo).nodes if node.role == "note"]
    data = demo.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data["transitions"].append({"trigger": "restart", "source": "*", "target": "qualification"})
    bundled = flowchart(sf.Process.model_validate(data))
    notes = [(node.title, node.lines) for node in bundled.nodes if node.role == "note"]
    assert notes == [("lose", ("from any open stage",)), ("restart", ("from any stage",))]


def test_ways_that_differ_in_nothing_but_their_sources_are_one_bundle() -> None:
    stages = [{"name": f"s{n}"} for n in range(3)]
    stages += [{"name": "won", "outcome": "won"}, {"name": "lost", "outcome": "lost"}]
    process = sf.Process.model_validate(
        {
            "process": "two",
            "stages": stages,
            "transitions": [
                {"trigger": "a", "source": ["open", "closed"], "target": "s0"},
                {"trigger": "b", "source": "open", "target": "s1"},
                {"trigger": "b", "source": ["won", "lost"], "target": "s1"},
            ],
        }
    )
    edges = [(edge.id, edge.target) for edge in flowchart(process).edges]
    assert edges == [("a:s1,s2,won,lost:s0", "stage.s0"), ("b:s0,s2,won,lost:s1", "stage.s1")]


def test_counts_of_what_the_process_does_not_have_are_refused() -> None:
    process = sf.loads(
        "salesfsm: 1\nprocess: x\nstages: [a, b]\n"
        "transitions: [{trigger: go, source: a, target: b}]\n"
    )
    with pytest.raises(sf.UnknownNameError, match="did you mean 'go, a, b'"):
        flowchart(process, counts={("go", "a", "c"): 3})
    with pytest.raises(sf.UnknownNameError, match="unknown stage 'c'"):
        flowchart(process, standing={"c": 3})
    with pytest.raises(sf.MapError, match="whole numbers from 0, not -3"):
        flowchart(process, counts={("go", "a", "b"): -3})
    with pytest.raises(sf.MapError, match="takes a Process"):
        flowchart("x.yaml")  # type: ignore[arg-type]
    with pytest.raises(sf.MapError, match=r"flowchart\(process\) makes one"):
        to_dot(process)  # type: ignore[arg-type]


def test_branches_that_only_the_buyers_phase_tells_apart_say_the_phase() -> None:
    chart = flowchart(sf.load("library:complex_b2b"))
    labels = {edge.target: edge.label for edge in chart.edges if edge.id.startswith("reopen:")}
    assert labels == {
        "stage.presenting": "if the buyer is at Selecting",
        "stage.qualification": "if the buyer is at Investigating",
        "stage.prospecting": "else",
    }

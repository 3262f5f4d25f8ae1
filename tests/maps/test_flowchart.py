"""The flowchart shows every stage and every way of a process, each exactly once."""

from __future__ import annotations

import os
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from drawings import parts
from hypothesis import given, settings
from hypothesis import strategies as st

import salesfsm as sf
from salesfsm.maps import Diagram, to_dot, to_svg
from salesfsm.maps.flowchart import flowchart

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


def ways(diagram: Diagram) -> Counter[tuple[str, str]]:
    """How often the diagram leads from a stage or group to a stage, over a diamond or directly."""
    over = {edge.target: edge.source for edge in diagram.edges if edge.target[:9] == "decision."}
    found = Counter[tuple[str, str]]()
    for edge in diagram.edges:
        if edge.target not in over:
            found[over.get(edge.source, edge.source), edge.target] += 1
    return found


def group_of(process: sf.Process, source: str, transition: int) -> str | None:
    """The group by which a stage is a source, read from the definition."""
    sources = process.transitions[transition].source
    if source in sources:
        return None
    if "*" in sources:
        return "group.any"
    return "group.open" if process.stage_by_name[source].is_open else "group.closed"


@given(process=processes())
def test_every_stage_and_every_way_is_drawn_exactly_once(process: sf.Process) -> None:
    diagram = flowchart(process)
    stages = [node.id for node in diagram.nodes if node.id.startswith("stage.")]
    assert stages == [f"stage.{stage.name}" for stage in process.stages]
    by_group = [group_of(process, arc.source, arc.transition) for arc in process.arcs]
    tangled = sum(group is not None for group in by_group) > 1.5 * len(process.stages)
    expected = Counter[tuple[str, str]]()
    bundled = set()
    for arc, group in zip(process.arcs, by_group, strict=True):
        if group is not None and tangled:
            bundled.add((arc.transition, group, f"stage.{arc.target}"))
        else:
            expected[f"stage.{arc.source}", f"stage.{arc.target}"] += 1
    expected.update((group, target) for _, group, target in bundled)
    assert ways(diagram) == expected
    assert any(node.id.startswith("group.") for node in diagram.nodes) == bool(bundled)


@given(process=processes())
def test_a_diamond_stands_where_a_trigger_forks_and_nowhere_else(process: sf.Process) -> None:
    diagram = flowchart(process)
    diamonds = {node.id for node in diagram.nodes if node.role == "decision"}
    forks = Counter((arc.source, arc.trigger) for arc in process.arcs)
    forking = {f"decision.{source}.{trigger}" for (source, trigger), n in forks.items() if n > 1}
    bundles = any(node.role == "start" for node in diagram.nodes)
    assert diamonds <= forking if bundles else diamonds == forking


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
    if counts:
        assert max(edge.weight for edge in diagram.edges) == 1
    for edge in diagram.edges:
        count = int(edge.count.replace(",", ""))
        assert edge.weight == pytest.approx(count / max((1, *counts.values())))


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


def test_a_fork_shows_its_questions_and_what_else_happens(forks: sf.Process) -> None:
    diagram = flowchart(forks)
    (diamond,) = [node for node in diagram.nodes if node.role == "decision"]
    assert (diamond.id, diamond.title) == ("decision.first.go_on", "go on")
    branches = [(e.target, e.label, e.role) for e in diagram.edges if e.source == diamond.id]
    assert branches == [
        ("stage.legal", "if amount ≥ 100", "advance"),
        ("stage.won", "else", "win"),
    ]


def test_a_way_that_opens_by_itself_says_when(forks: sf.Process) -> None:
    labels = {edge.target: edge.label for edge in flowchart(forks).edges}
    assert labels["stage.winback"] == "win back\nafter 90d"


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


def test_texts_are_in_the_language_asked_for_and_else_in_one_that_there_is(
    forks: sf.Process,
) -> None:
    polish = flowchart(forks, language="pl")
    assert polish.language == "pl"
    titles = {node.id: node.title for node in polish.nodes}
    assert titles["stage.first"] == "Pierwsza rozmowa"
    assert titles["stage.legal"] == "Legal"
    assert titles["decision.first.go_on"] == "dalej"
    french = {node.id: node.title for node in flowchart(forks, language="fr").nodes}
    assert french["stage.first"] == "First talk"


def test_two_criteria_for_one_way_are_two_branches_of_the_process_and_one_way_of_its_history() -> (
    None
):
    text = FORKS.replace("target: won}\n", "target: legal, when: amount < 1}\n", 1)
    process = sf.loads(text)
    plain = [edge.label for edge in flowchart(process).edges if edge.source[:9] == "decision."]
    assert plain == ["if amount ≥ 100", "if amount < 1"]
    counted = flowchart(process, counts={("go_on", "first", "legal"): 3}).edges
    assert [edge.count for edge in counted if edge.label == "go on"] == ["3"]


def test_a_history_in_which_nothing_moved_can_be_drawn(forks: sf.Process) -> None:
    diagram = flowchart(forks, counts={}, standing={})
    assert {edge.count for edge in diagram.edges} == {"0"}
    assert {edge.weight for edge in diagram.edges} == {0}


def test_one_group_is_drawn_from_each_stage_and_two_from_a_node_of_their_own(
    demo: sf.Process,
) -> None:
    assert not [node for node in flowchart(demo).nodes if node.role == "start"]
    data = demo.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data["transitions"].append({"trigger": "restart", "source": "*", "target": "qualification"})
    bundled = flowchart(sf.Process.model_validate(data))
    starts = [(node.id, node.title) for node in bundled.nodes if node.role == "start"]
    assert starts == [("group.open", "from any open stage"), ("group.any", "from any stage")]


def test_two_groups_in_one_transition_are_both_drawn() -> None:
    stages = [{"name": f"s{n}"} for n in range(3)]
    stages += [{"name": "won", "outcome": "won"}, {"name": "lost", "outcome": "lost"}]
    move = {"trigger": "a", "source": ["open", "closed"], "target": "s0"}
    again = {"trigger": "b", "source": ["open", "closed"], "target": "s1"}
    process = sf.Process.model_validate(
        {"process": "two", "stages": stages, "transitions": [move, again]}
    )
    edges = [(edge.source, edge.target) for edge in flowchart(process).edges]
    assert edges == [
        ("group.open", "stage.s0"),
        ("group.closed", "stage.s0"),
        ("group.open", "stage.s1"),
        ("group.closed", "stage.s1"),
    ]

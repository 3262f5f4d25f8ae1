"""A part of a map shows the stages that were named, and what leads into the part and out of it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

import salesfsm as sf
from sales.processes import processes
from salesfsm.maps import FORMATS, Diagram, Edge, Node, flowchart, only, process_map
from salesfsm.maps.selecting import stages_told
from salesfsm.maps.ways import arcs_told

ORDER = ["lead", "talk", "offer", "deal"]
B2B = sf.load("library:complex_b2b")
"""Reopens and goes back by forks, and loses by a bundle."""


def roles(diagram: Diagram) -> dict[str, str]:
    return {node.id.removeprefix("stage."): node.role for node in diagram.nodes}


@given(names=st.sets(st.sampled_from([stage.name for stage in B2B.stages]), min_size=1))
def test_a_part_of_a_flow_has_every_way_into_it_and_out_of_it_and_no_other(
    names: set[str],
) -> None:
    whole = flowchart(B2B)
    part = only(whole, names)

    def touching(edge: Edge) -> bool:
        return any({source, target} & names for _, source, target in arcs_told(edge))

    assert [edge for edge in part.edges if edge.id] == [e for e in whole.edges if touching(e)]
    stages = {node.id[6:] for node in part.nodes if node.id.startswith("stage.")}
    inside = {node.id[6:] for node in part.nodes if node.id[:6] == "stage." and node.role != "note"}
    assert inside == names <= stages


@pytest.mark.parametrize("name", FORMATS)
@given(names=st.sets(st.sampled_from([stage.name for stage in B2B.stages]), min_size=1))
def test_a_part_of_any_format_shows_its_stages_as_the_whole_does(
    name: str, names: set[str]
) -> None:
    whole = FORMATS[name](B2B)
    shown = {node.id: node.title for node in only(whole, names).nodes}
    for node in whole.nodes:
        if node.id.removeprefix("stage.") in names:
            assert shown[node.id] == node.title


def test_what_lies_beyond_is_a_note_with_its_name() -> None:
    part = only(flowchart(B2B), ["discovery"])
    shown = {node.id: (node.role, node.title) for node in part.nodes}
    assert shown["stage.discovery"] == ("stage", "Discovery")
    assert shown["stage.qualification"] == ("note", "… Qualification")
    assert shown["stage.presenting"] == ("note", "… Presenting")
    assert "stage.won" not in shown


def test_a_fork_of_which_a_branch_is_shown_keeps_the_arrow_that_leads_to_it() -> None:
    process = sf.loads(
        "salesfsm: 1\nprocess: x\nfacts: {size: integer}\nstages: [a, b, c]\ntransitions:\n"
        "  - {trigger: go, source: a, target: b, when: size > 1}\n"
        "  - {trigger: go, source: a, target: c}\n"
    )
    part = only(flowchart(process), ["b"])
    assert [(edge.source, edge.target) for edge in part.edges] == [
        ("stage.a", "decision.a.go"),
        ("decision.a.go", "stage.b"),
    ]
    assert roles(part) == {"a": "note", "b": "stage", "decision.a.go": "decision"}


def assert_no_islands(whole: Diagram, names: set[str]) -> None:
    """Everything hangs together with a stage of the part, and what had an arrow to it has one."""
    part = only(whole, names)
    reached = {f"stage.{name}" for name in names}
    while True:
        joined = {e.target for e in part.edges if e.source in reached}
        joined |= {e.source for e in part.edges if e.target in reached}
        if joined <= reached:
            break
        reached |= joined
    assert {node.id for node in part.nodes} <= reached
    entered = {edge.target for edge in part.edges}
    before = {edge.target for edge in whole.edges}
    for node in part.nodes:
        if not node.id.startswith("stage.") and node.id in before:
            assert node.id in entered


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(process=processes(), data=st.data())
def test_no_part_of_a_process_leaves_an_island(process: sf.Process, data: st.DataObject) -> None:
    names = [stage.name for stage in process.stages]
    assert_no_islands(flowchart(process), data.draw(st.sets(st.sampled_from(names), min_size=1)))


@pytest.mark.parametrize("name", ["four_planes", "complex_b2b", "silence", "crm_pipedrive"])
def test_no_run_of_stages_of_a_tangled_process_leaves_an_island(name: str) -> None:
    process = sf.load(f"library:{name}")
    whole, names = flowchart(process), [stage.name for stage in process.stages]
    for first in range(len(names)):
        for count in (1, 2, 3, 6):
            assert_no_islands(whole, set(names[first : first + count]))


@pytest.mark.parametrize(
    ("names", "left"),
    [
        (["negotiation"], ["negotiation"]),
        (["presenting", "negotiation"], ["presenting", "negotiation"]),
        (["discovery", "presenting", "negotiation"], ["negotiation"]),
    ],
)
def test_a_sign_that_leads_out_of_the_part_is_reached_from_what_it_leaves(
    names: list[str], left: list[str]
) -> None:
    """From each stage of the part, or from the last of many: the sign names them all."""
    part = only(flowchart(B2B), names)
    (sign,) = [edge.source for edge in part.edges if edge.target == "stage.lost"]
    to_it = [edge for edge in part.edges if edge.target == sign]
    assert [edge.source.removeprefix("stage.") for edge in to_it] == left
    assert {edge.role for edge in to_it} == {"lose"}
    reopening = [edge for edge in only(flowchart(B2B), ["lost"]).edges if edge.role == "lose"]
    assert [edge.source for edge in reopening] == [sign]


def test_frames_keep_what_is_left_of_them() -> None:
    part = only(flowchart(sf.load("library:four_planes")), ["retention.onboarding"])
    assert {group.title for group in part.groups} == {"Retention"}
    framed = {name for group in part.groups for name in group.nodes}
    assert framed == {node.id for node in part.nodes}


def test_columns_close_ranks() -> None:
    whole = process_map(B2B)
    part = only(whole, ["presenting", "closing"])
    assert [node.column for node in part.nodes if node.id.startswith("stage.")] == [0, 1]
    assert not part.edges


def test_a_diagram_of_no_process_can_be_cut_too() -> None:
    nodes = (Node("stage.a", "A"), Node("stage.b", "B"), Node("stage.c", "C"))
    diagram = Diagram("D", nodes, (Edge("stage.a", "stage.b"), Edge("stage.b", "stage.c")))
    part = only(diagram, ["a"])
    assert roles(part) == {"a": "stage", "b": "note"}
    assert part.edges == (Edge("stage.a", "stage.b"),)


@pytest.mark.parametrize(
    ("language", "told"), [("en", "2 of 8 stages"), ("pl", "2 z 8 etapów"), ("bg", "2 от 8 етапа")]
)
def test_the_subtitle_says_how_much_of_the_map_it_is(language: str, told: str) -> None:
    diagram = flowchart(B2B, language=language, subtitle="2026")
    assert only(diagram, ["won", "lost"]).subtitle == f"2026 · {told}"


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("talk..deal", ["talk", "offer", "deal"]),
        ("deal, lead", ["deal", "lead"]),
        (" lead .. talk ,deal", ["lead", "talk", "deal"]),
        ("talk..talk,talk", ["talk"]),
    ],
)
def test_stages_are_told_as_a_range_or_a_list(text: str, stages: list[str]) -> None:
    assert stages_told(text, ORDER) == stages


def test_stages_that_cannot_be_told_are_named() -> None:
    with pytest.raises(sf.UnknownNameError, match="unknown stage 'ofer'; did you mean 'offer'"):
        stages_told("talk..ofer", ORDER)
    for empty in ("talk,", "", " ", ".."):
        with pytest.raises(sf.MapError, match="does not say which stages to show"):
            stages_told(empty, ORDER)
    with pytest.raises(sf.MapError, match=r"deal\.\.talk leads back: write talk\.\.deal"):
        stages_told("deal..talk", ORDER)
    with pytest.raises(sf.UnknownNameError, match="unknown stage 'x' in Complex B2B sale"):
        only(flowchart(B2B), ["x"])
    with pytest.raises(sf.MapError, match="at least one stage"):
        only(flowchart(B2B), [])


def test_a_range_without_an_end_goes_to_the_end_of_the_process() -> None:
    assert stages_told(f"{ORDER[1]}..", ORDER) == ORDER[1:]
    assert stages_told(f"..{ORDER[1]}", ORDER) == ORDER[:2]


def test_what_proves_a_crossing_is_shown_only_between_the_phases_that_it_joins() -> None:
    whole = FORMATS["buyer"](sf.load("library:complex_b2b"))

    def milestones(*stages: str) -> list[str]:
        part = only(whole, stages)
        return [node.id for node in part.nodes if node.id.startswith("milestone.")]

    assert milestones("prospecting", "qualification") == ["milestone.interest_shown"]
    assert milestones("prospecting", "closing") == []

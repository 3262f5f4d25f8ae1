"""The buyer-aligned map: phases and stages face each other, and what does not fit is marked."""

from __future__ import annotations

from collections import Counter

import pytest
from drawings import outline, parts, texts
from hypothesis import assume, given, settings
from sheets import HOSTILE, assert_nothing_is_lost, assert_nothing_overlaps, items

import salesfsm as sf
from sales.processes import processes
from salesfsm.errors import MapError
from salesfsm.maps import THEMES, Diagram, Node, to_svg
from salesfsm.maps.buyer_map import buyer_map
from salesfsm.process.mirror import mirror_report

ALIGNED = ("complex_b2b", "regulated", "four_planes", "buyer_journey")
DEVIANT = """
salesfsm: 1
process: deviant
buyer:
  phases:
    - {name: unaware, commitments: [Talks to us.]}
    - {name: exploring, decisions: [Act now or wait?]}
    - name: choosing
    - {name: buying, commitments: [Signs.]}
  milestones:
    - {name: met, moves: unaware -> exploring, definition: A talk was held.}
    - {name: met_twice, moves: unaware -> exploring, accepts: [email], valid_for: 30d}
    - {name: back, moves: buying -> exploring}
    - {name: signed, moves: choosing -> buying, made_by: [third_party]}
  jobs: [{name: consensus, definition: All win each other over., milestones: [signed]}]
stages:
  - {name: research, tasks: [look_up]}
  - {name: first_call, mirrors: unaware}
  - {name: offer, mirrors: buying, probability: 40%}
  - {name: negotiation, mirrors: buying}
  - {name: discovery, mirrors: exploring}
  - {name: party}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost}
  - {name: winback, path: winback}
transitions:
  - {trigger: next, source: research, target: first_call}
  - {trigger: next, source: first_call, target: offer}
  - {trigger: next, source: offer, target: negotiation}
  - {trigger: next, source: negotiation, target: discovery}
  - {trigger: next, source: discovery, target: party}
  - {trigger: win, source: party, target: won}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win_back, source: lost, target: winback}
  - {trigger: again, source: winback, target: offer}
"""


@pytest.fixture(scope="module")
def deviant() -> Diagram:
    return buyer_map(sf.loads(DEVIANT))


def node(diagram: Diagram, name: str) -> Node:
    return next(node for node in diagram.nodes if node.id == name)


def column(diagram: Diagram, name: str) -> int | None:
    return node(diagram, name).column


def test_each_stage_stands_under_the_phase_that_it_mirrors(deviant: Diagram) -> None:
    mirrored = {"first_call": "unaware", "offer": "buying", "discovery": "exploring"}
    for stage, phase in mirrored.items():
        assert column(deviant, f"stage.{stage}") == column(deviant, f"phase.{phase}")
    boxes = {part.get("id"): outline(part) for part in parts(to_svg(deviant), "node")}
    assert boxes["stage.offer"].left == boxes["phase.buying"].left
    assert boxes["stage.offer"].top > boxes["phase.buying"].bottom


def test_stages_of_one_phase_are_stacked_in_their_order(deviant: Diagram) -> None:
    boxes = {part.get("id"): outline(part) for part in parts(to_svg(deviant), "node")}
    assert boxes["stage.offer"].bottom < boxes["stage.negotiation"].top
    assert boxes["stage.offer"].left == boxes["stage.negotiation"].left


def test_a_stage_that_mirrors_nothing_stands_under_its_nearest_and_says_so(
    deviant: Diagram,
) -> None:
    assert column(deviant, "stage.party") == column(deviant, "phase.exploring")
    assert column(deviant, "stage.research") == column(deviant, "phase.unaware")
    for name in ("stage.party", "stage.research"):
        assert node(deviant, name).role == "stage", "it is no path aside"
        assert node(deviant, name).lines[0] == "⚠\u00a0Mirrors no phase"


def test_won_and_lost_stand_after_the_last_phase(deviant: Diagram) -> None:
    assert column(deviant, "stage.won") == column(deviant, "stage.lost") == 4
    assert (node(deviant, "stage.won").role, node(deviant, "stage.lost").role) == ("won", "lost")


def test_a_line_that_mirrors_nothing_has_a_lane_of_its_own(deviant: Diagram) -> None:
    lane = next(group for group in deviant.groups if "stage.winback" in group.nodes)
    assert lane.nodes == ("stage.winback",)
    assert lane.title.startswith("Plan B")


def test_main_lines_that_mirror_no_phase_do_not_look_like_paths_aside() -> None:
    process = sf.load("library:four_planes")
    told = buyer_map(process)
    for stage in process.stages:
        if stage.is_open:
            aside = stage.path not in process.homes
            assert node(told, f"stage.{stage.name}").role == ("path" if aside else "stage")


def test_a_milestone_that_proves_no_crossing_stands_at_the_end_with_who_gets_it() -> None:
    text = DEVIANT.replace(
        "  jobs:", "    - {name: signature, owner: the director, accepts: [paper]}\n  jobs:"
    )
    text = text.replace("look_up", "{name: look_up, optional: true}")
    text = text.replace("target: won}", "target: won, when: proven(signature)}")
    told = buyer_map(sf.loads(text))
    assert column(told, "milestone.signature") == column(told, "phase.buying")
    assert "the director" in node(told, "milestone.signature").lines[-1]
    assert next(
        item.text for each in node(told, "stage.research").sections for item in each.items
    ).endswith("(optional)")
    unasked = text.replace("when: proven(signature)", "when: known_by_heart").replace(
        "stages:", "facts: {known_by_heart: bool}\nstages:", 1
    )
    assert all(each.id != "milestone.signature" for each in buyer_map(sf.loads(unasked)).nodes)


def test_phases_tell_commitments_and_decisions(deviant: Diagram) -> None:
    (commits,) = node(deviant, "phase.unaware").sections
    assert (commits.title, commits.items[0].text) == ("Commits to", "Talks to us.")
    (decides,) = node(deviant, "phase.exploring").sections
    assert (decides.title, decides.items[0].text) == ("Decides", "Act now or wait?")


def test_milestones_stand_at_their_crossing_with_act_evidence_and_force(deviant: Diagram) -> None:
    assert [column(deviant, f"milestone.{name}") for name in ("met", "met_twice", "signed")] == [
        0,
        0,
        2,
    ]
    assert node(deviant, "milestone.met").lines[0] == "A talk was held."
    (evidence,) = node(deviant, "milestone.met_twice").lines
    assert "email" in evidence
    assert "buyer" in evidence
    assert "30 days" in evidence
    assert "third party" in node(deviant, "milestone.signed").lines[-1]


def test_a_milestone_that_leads_back_or_far_names_its_phases(deviant: Diagram) -> None:
    assert node(deviant, "milestone.back").lines[0] == "Buying → Exploring"


def test_a_job_runs_along_all_phases_with_what_proves_it(deviant: Diagram) -> None:
    job = node(deviant, "job.consensus")
    assert job.column is None
    assert [item.id for each in job.sections for item in each.items] == ["milestone.signed"]
    boxes = {part.get("id"): outline(part) for part in parts(to_svg(deviant), "node")}
    assert boxes["job.consensus"].left == boxes["phase.unaware"].left
    assert boxes["job.consensus"].right == boxes["phase.buying"].right


def test_every_deviation_of_the_report_is_marked_on_the_map(deviant: Diagram) -> None:
    found = {(each.kind, each.name) for each in mirror_report(sf.loads(DEVIANT)).deviations}
    assert found == {
        ("phase", "choosing"),
        ("order", "discovery"),
        ("crossing", "exploring -> choosing"),
        ("commitment", "choosing"),
    }
    gap = node(deviant, "gap.choosing")
    assert (gap.title, gap.state, gap.column) == ("No stage mirrors this phase", "blocked", 2)
    unproven = node(deviant, "crossing.exploring.choosing")
    assert (unproven.state, unproven.column) == ("blocked", 1)
    assert node(deviant, "stage.discovery").lines[0].startswith("⚠\u00a0Mirrors an earlier phase")
    assert node(deviant, "phase.choosing").lines == (
        "⚠\u00a0Names neither commitments nor decisions",
    )
    assert "71%" in deviant.subtitle


def test_a_map_whose_sides_mirror_each_other_marks_nothing() -> None:
    aligned = buyer_map(sf.load("library:complex_b2b"))
    assert "100%" in aligned.subtitle
    assert all(each.state is None and "⚠" not in str(each.lines) for each in aligned.nodes)


def test_what_comes_before_the_start_of_the_buyer_is_no_gap() -> None:
    process = sf.Process(
        name="late",
        buyer={"phases": ["idle", "early", "late"], "start": "early"},
        stages=[sf.Stage(name="a", mirrors="early"), sf.Stage(name="b", mirrors="late")],
    )
    marked = {each.id for each in buyer_map(process).nodes if each.state}
    assert marked == {"crossing.early.late"}


def test_a_process_without_phases_is_refused_with_what_to_add() -> None:
    with pytest.raises(MapError, match=r"buyer: phases:.*mirrors:"):
        buyer_map(sf.load("library:six_stage"))
    with pytest.raises(MapError, match=r"load\(file\)"):
        buyer_map("b2b.yaml")  # type: ignore[arg-type]


def test_arrows_follow_the_phases_and_the_stages(deviant: Diagram) -> None:
    moves = [edge.id for edge in deviant.edges if edge.id]
    assert moves == [
        "next:research:first_call",
        "next:first_call:offer",
        "next:offer:negotiation",
        "next:negotiation:discovery",
        "next:discovery:party",
        "win:party:won",
    ]
    proofs = {edge.source: edge.target for edge in deviant.edges if edge.source.startswith("mile")}
    assert proofs["milestone.met"] == "phase.exploring"
    assert proofs["milestone.signed"] == "phase.buying"


def test_a_map_with_gaps_and_ways_around_is_drawn_without_an_overlap(deviant: Diagram) -> None:
    for theme in THEMES.values():
        svg = to_svg(deviant, theme)
        assert_nothing_overlaps(svg)
        assert_nothing_is_lost(deviant, svg)


@pytest.mark.parametrize("language", ["en", "pl", "bg"])
@pytest.mark.parametrize("name", ALIGNED)
def test_mirrored_processes_of_the_library_are_drawn_whole(name: str, language: str) -> None:
    process = sf.load(f"library:{name}")
    diagram = buyer_map(process, language=language)
    svg = to_svg(diagram)
    assert_nothing_overlaps(svg)
    assert_nothing_is_lost(diagram, svg)
    assert_each_stage_and_task_stands_once(process, svg)


@settings(max_examples=15, deadline=None)
@given(processes())
def test_any_process_with_phases_is_drawn_with_each_stage_and_task_once(
    process: sf.Process,
) -> None:
    assume(process.buyer.phases)
    diagram = buyer_map(process)
    svg = to_svg(diagram)
    assert_nothing_overlaps(svg)
    assert_nothing_is_lost(diagram, svg)
    assert_each_stage_and_task_stands_once(process, svg)
    assert svg == to_svg(buyer_map(process))
    phases = [part.get("id") for part in parts(svg, "node")]
    assert all(f"phase.{phase.name}" in phases for phase in process.buyer.phases)


def assert_each_stage_and_task_stands_once(process: sf.Process, svg: str) -> None:
    drawn = Counter(part.get("id") for part in parts(svg, "node"))
    for stage in process.stages:
        assert drawn[f"stage.{stage.name}"] == 1
    tasks = Counter((part.get("id") or "").partition(":")[2] for part in items(svg))
    for name in process.task_by_name:
        assert tasks[f"task.{name}"] == 1


@pytest.mark.parametrize("label", [each for each in HOSTILE[:-1] if "\x00" not in each])
def test_labels_that_look_like_code_come_out_as_they_are(label: str) -> None:
    process = sf.Process(
        name="hostile",
        label=label,
        buyer={
            "phases": [{"name": "p", "label": label, "commitments": [label]}, {"name": "q"}],
            "milestones": [{"name": "m", "label": label, "definition": label, "moves": "p -> q"}],
            "jobs": [{"name": "j", "label": label, "definition": label, "milestones": ["m"]}],
        },
        stages=[sf.Stage(name="a", label=label, mirrors="p"), sf.Stage(name="b", mirrors="q")],
    )
    diagram = buyer_map(process)
    svg = to_svg(diagram)
    assert_nothing_overlaps(svg)
    assert_nothing_is_lost(diagram, svg)
    job = next(part for part in parts(svg, "node") if part.get("id") == "job.j")
    assert len([text for text, _ in texts(job)]) > 2

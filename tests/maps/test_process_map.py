"""The process map: every stage a column, every task and criterion in it, each exactly once."""

from __future__ import annotations

from collections import Counter
from itertools import cycle
from xml.etree import ElementTree as ET

import pytest
from drawings import outline, parts, texts
from hypothesis import given, settings
from sheets import HOSTILE, assert_nothing_is_lost, assert_nothing_overlaps, items

import salesfsm as sf
from sales.processes import processes
from salesfsm.errors import MapError
from salesfsm.library import names
from salesfsm.maps import THEMES, Diagram, Node, to_svg
from salesfsm.maps.process_map import process_map

TRIAL = """
salesfsm: 1
process: trial
label: {en: Trial sale, pl: Sprzedaż próbna}
buyer:
  phases: [{name: curious}, {name: deciding, label: {en: Deciding, pl: Decyduje}}]
  milestones: [{name: signature, label: Signed order, moves: curious -> deciding}]
facts: {budget: money}
currency: EUR
stages:
  - name: talk
    label: {en: First talk, pl: Pierwsza rozmowa}
    definition: The buyer has named a problem.
    mirrors: curious
    probability: 20%
    expected: 10d
    tasks:
      - {name: call, label: {en: Call, pl: Zadzwoń}, owner: account executive}
      - {name: visit, optional: true}
    exit: budget >= 10000
  - {name: try_out, mirrors: curious}
  - {name: closing, mirrors: deciding, exit: {rule: proven(signature), level: warn}}
  - {name: won, outcome: won, entry: proven(signature)}
  - {name: lost, outcome: lost, reasons: [price, {name: silence, label: The buyer fell silent}]}
  - {name: winback, path: winback}
transitions:
  - {trigger: test, source: talk, target: try_out}
  - {trigger: close, source: try_out, target: closing}
  - {trigger: hurry, label: {en: skip the test, pl: pomiń próbę}, source: talk, target: closing}
  - {trigger: back, source: closing, target: talk}
  - {trigger: win, source: closing, target: won}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win_back, source: lost, target: winback, after: 90d}
  - {trigger: fade, source: [talk, try_out, closing], target: winback}
  - {trigger: again, source: winback, target: talk}
handovers:
  - {name: service, source: won, target: talk}
"""


@pytest.fixture(scope="module")
def trial() -> Diagram:
    return process_map(sf.loads(TRIAL))


def node(diagram: Diagram, name: str) -> Node:
    return next(node for node in diagram.nodes if node.id == name)


def section(diagram: Diagram, stage: str, title: str) -> list[str]:
    found = [each for each in node(diagram, f"stage.{stage}").sections if each.title == title]
    return [item.text for each in found for item in each.items]


def test_each_line_is_a_row_and_its_stages_stand_in_their_order(trial: Diagram) -> None:
    assert [(group.title, group.nodes) for group in trial.groups] == [
        (
            "Main line",
            ("phase.curious", "stage.talk", "stage.try_out", "stage.closing", "stage.won",
             "stage.lost"),
        ),
        ("Plan B", ("stage.winback",)),
    ]  # fmt: skip
    boxes = {part.get("id"): outline(part) for part in parts(to_svg(trial), "node")}
    lefts = [boxes[f"stage.{name}"].left for name in ("talk", "try_out", "closing", "won")]
    assert lefts == sorted(set(lefts))
    assert boxes["stage.won"].left == boxes["stage.lost"].left
    assert boxes["stage.winback"].top > boxes["stage.lost"].bottom


def test_a_process_of_one_line_gives_it_no_title() -> None:
    assert [group.title for group in process_map(sf.load("library:six_stage")).groups] == [""]


def test_each_plane_has_a_row_of_its_own_and_the_paths_beside_it_follow() -> None:
    titles = [group.title for group in process_map(sf.load("library:four_planes")).groups]
    assert titles == [
        "Prospecting", "Prospecting: Plan B", "Sales", "Sales: Win-back", "Sales: Silent",
        "Cross-selling", "Cross-selling: Plan B",
        "Retention", "Retention: At risk", "Retention: Returning",
    ]  # fmt: skip


def test_two_paths_have_a_row_each_under_what_readers_call_them() -> None:
    text = TRIAL.replace(
        "{name: winback, path: winback}",
        """{name: winback, path: winback}
  - {name: small, path: plan_b}
  - {name: pause, path: rest, label: {en: A pause, pl: Przerwa}}""",
    ).replace(
        "transitions:",
        """transitions:
  - {trigger: shrink, source: talk, target: small}
  - {trigger: rest, source: talk, target: pause}""",
    )
    rows = {each.title: each.nodes for each in process_map(sf.loads(text), language="pl").groups}
    assert rows["Odzyskiwanie klienta"] == ("stage.winback",)
    assert rows["Plan awaryjny"] == ("stage.small",)
    assert rows["Przerwa"] == ("stage.pause",)
    svg = to_svg(process_map(sf.loads(text)))
    boxes = {part.get("id"): outline(part) for part in parts(svg, "node")}
    aside = [boxes[f"stage.{name}"] for name in ("winback", "small", "pause")]
    assert len({box.top for box in aside}) == 1, "short rows stand beside each other"
    assert_nothing_overlaps(svg)


def test_a_card_tells_definition_probability_and_expected_time(trial: Diagram) -> None:
    talk = node(trial, "stage.talk")
    assert talk.title == "First talk"
    assert talk.badge == "20%"
    assert talk.lines == ("The buyer has named a problem.", "expected: 10 days")


def test_tasks_are_boxes_to_tick_with_their_owner_and_optional_ones_marked(trial: Diagram) -> None:
    tasks = [item for each in node(trial, "stage.talk").sections[:1] for item in each.items]
    assert [(item.text, item.mark, item.note, item.id) for item in tasks] == [
        ("Call", "open", "account executive", "task.call"),
        ("Visit (optional)", "open", "", "task.visit"),
    ]


def test_exit_criteria_follow_the_tasks_and_tell_what_does_not_block(trial: Diagram) -> None:
    assert [each.title for each in node(trial, "stage.talk").sections][:2] == [
        "Tasks",
        "Exit criteria",
    ]
    (asked,) = section(trial, "talk", "Exit criteria")
    assert "≥ 10000 EUR" in asked
    (criterion,) = node(trial, "stage.closing").sections[0].items
    assert criterion.id == "criterion.proven.signature"
    assert "warning" in criterion.note


def test_a_criteria_set_is_told_element_by_element() -> None:
    told = process_map(sf.load("library:complex_b2b"))
    codes = [
        item.id
        for each in node(told, "stage.qualification").sections
        for item in each.items
        if item.id.startswith("criterion.")
    ]
    assert codes == [
        f"criterion.bant.{each}" for each in ("budget", "authority", "need", "timeline")
    ]


def test_what_winning_asks_stands_on_the_won_card(trial: Diagram) -> None:
    assert len(section(trial, "won", "Entry criteria")) == 1


def test_a_lost_stage_lists_its_reasons(trial: Diagram) -> None:
    assert section(trial, "lost", "Reason") == ["Price", "The buyer fell silent"]


def test_arrows_lead_to_the_next_column_and_carry_the_phase_that_is_entered(
    trial: Diagram,
) -> None:
    assert [(edge.source, edge.target, edge.label, edge.id) for edge in trial.edges] == [
        ("phase.curious", "stage.talk", "", ""),
        ("stage.talk", "stage.try_out", "", "test:talk:try_out"),
        ("stage.try_out", "stage.closing", "Deciding", "close:try_out:closing"),
        ("stage.closing", "stage.won", "", "win:closing:won"),
    ]


def test_ways_that_no_arrow_shows_are_told_at_the_foot(trial: Diagram) -> None:
    assert section(trial, "talk", "Also leads to") == ["skip the test →\u00a0Closing"]
    assert section(trial, "lost", "Also leads to") == ["win back →\u00a0Winback"]
    assert section(trial, "winback", "Also leads to") == ["again →\u00a0First talk"]
    assert section(trial, "closing", "Also leads to") == ["back →\u00a0First talk"]


def test_a_timer_that_gives_up_and_a_loss_from_many_stages_are_told() -> None:
    text = TRIAL.replace(
        "handovers:",
        """  - trigger: give_up
    source: winback
    target: lost
    after: 60d
    when: budget < 5
handovers:""",
    )
    told = process_map(sf.loads(text))
    (line,) = (
        item
        for each in node(told, "stage.winback").sections
        for item in each.items
        if item.id == "give_up:winback:lost"
    )
    assert line.text == "give up →\u00a0Lost"
    assert line.note == "after 60 days · if: budget < 5 EUR"
    assert node(told, "stage.lost").lines == ("lose: from any open stage",)


def test_conditions_of_the_moves_ahead_are_exit_criteria_too() -> None:
    text = TRIAL.replace("target: try_out}", "target: try_out, when: known(budget)}").replace(
        "target: won}", "target: won, when: budget > 50000}"
    )
    told = process_map(sf.loads(text))
    first = {item.id: item for each in node(told, "stage.talk").sections for item in each.items}
    assert first["criterion.budget"].note == ""
    assert first["criterion.budget:0"].text == "budget is known"
    assert first["criterion.budget:0"].note == "Only for: test →\u00a0Try out"
    assert section(told, "closing", "Exit criteria")[-1] == "budget > 50000 EUR"


def test_a_way_that_many_stages_share_is_told_once_where_it_leads_to(trial: Diagram) -> None:
    assert node(trial, "stage.winback").lines == ("fade: from First talk to Closing",)


def test_hand_overs_are_named_at_the_foot_of_their_source(trial: Diagram) -> None:
    assert section(trial, "won", "Hands over to") == ["→\u00a0First talk"]
    items_of = [item.id for each in node(trial, "stage.won").sections for item in each.items]
    assert "handover.service:won" in items_of


def test_details_tell_more_than_the_map_has_room_for(trial: Diagram) -> None:
    told = {each.title: each for each in node(trial, "stage.talk").details}
    assert told["Definition"].items[0].text == "The buyer has named a problem."
    ways = " ".join(item.text for each in told.values() for item in each.items)
    assert "lose" in ways
    assert "lose" not in str(node(trial, "stage.talk").sections)


def test_the_map_speaks_the_language_that_is_asked_for() -> None:
    polish = process_map(sf.loads(TRIAL), language="pl")
    assert polish.title == "Sprzedaż próbna"
    assert node(polish, "stage.talk").title == "Pierwsza rozmowa"
    assert [edge.label for edge in polish.edges if edge.label] == ["Decyduje"]


@pytest.mark.parametrize(
    ("name", "language"), [*zip(names(), cycle(("en", "pl", "bg")), strict=False)]
)
def test_each_process_of_the_library_is_drawn_without_an_overlap(name: str, language: str) -> None:
    process = sf.load(f"library:{name}")
    diagram = process_map(process, language=language)
    svg = to_svg(diagram, THEMES["print"])
    assert_nothing_overlaps(svg)
    assert_nothing_is_lost(diagram, svg)
    assert_each_stage_and_task_stands_once(process, svg)


@settings(max_examples=20, deadline=None)
@given(processes())
def test_any_process_is_drawn_with_each_stage_and_task_once(process: sf.Process) -> None:
    diagram = process_map(process)
    svg = to_svg(diagram)
    assert_nothing_overlaps(svg)
    assert_nothing_is_lost(diagram, svg)
    assert_each_stage_and_task_stands_once(process, svg)
    assert svg == to_svg(process_map(process))


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
        stages=[
            sf.Stage(
                name="a", label=label, definition=label, tasks=[{"name": "t", "label": label}]
            ),
            sf.Stage(name="b", label=label, mirrors="p"),
            sf.Stage(
                name="l", label=label, outcome="lost", reasons=[{"name": "r", "label": label}]
            ),
        ],
        buyer={"phases": [{"name": "p", "label": label}]},
        transitions=[{"trigger": "t", "source": "a", "target": "b", "label": label}],
    )
    diagram = process_map(process)
    svg = to_svg(diagram)
    assert_nothing_overlaps(svg)
    assert_nothing_is_lost(diagram, svg)
    (edge,) = parts(svg, "edge")
    shown = "".join("".join(text.split()) for text, _ in texts(edge))
    assert shown == "".join(label.split())
    assert "script" not in {each.tag.rpartition("}")[2] for each in ET.fromstring(svg).iter()}


def test_what_is_no_process_is_refused_with_what_to_do() -> None:
    with pytest.raises(MapError, match=r"load\(file\)"):
        process_map("b2b.yaml")  # type: ignore[arg-type]

"""The checklist holds whatever a process asks, each exactly once, and draws all of it whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from drawings import SVG, parts, texts
from hypothesis import HealthCheck, given, settings

import salesfsm as sf
from sales.processes import processes
from salesfsm.errors import MapError
from salesfsm.maps import THEMES, Diagram, Item, Node, Section, to_png, to_svg
from salesfsm.maps.checklist import checklist
from salesfsm.maps.text import clean
from salesfsm.messages import message
from salesfsm.process.requirements import Requirement

TRIAL = """
salesfsm: 1
process: trial
version: "2026.1"
label: {en: Short sale, pl: Krótka sprzedaż, bg: Кратка продажба}
currency: EUR
facts: {budget: money, authority: text, need: text, decide_by: date, size: integer}
buyer:
  phases: [searching, signing]
  milestones:
    - name: chosen
      label: {en: We are chosen, pl: Wybrano nas}
      moves: searching -> signing
      definition: The buyer has chosen us in writing.
      accepts: [email, signed_minutes]
      valid_for: 90d
      owner: account executive
      hint: Ask what would have to be true to choose us today.
stages:
  - name: first
    label: {en: First talk, pl: Pierwsza rozmowa}
    definition: The buyer has named a problem.
    expected: 10d
    probability: 20%
    tasks:
      - {name: call, label: Call the buyer, owner: anna, hint: In the morning.}
      - {name: visit, label: Visit the buyer, optional: true}
      - {name: recap, label: Send the recap, level: warn}
    exit:
      - bant(of=3)
      - {rule: known(size), code: sized, says: The size is known, owner: ewa, since: 2027-01-01}
      - {rule: size < 50, code: large, says: Somebody else has looked at it, level: advise}
  - {name: closing, mirrors: signing}
  - {name: later, path: winback, label: Try later}
  - {name: won, outcome: won}
  - name: lost
    outcome: lost
    reasons: [price, {name: silent, label: They are silent, when: days_in_stage > 5}]
transitions:
  - {trigger: go_on, source: first, target: closing, label: go on}
  - {trigger: order, source: first, target: won, when: known(need), roles: [director]}
  - {trigger: win, source: closing, target: won, when: proven(chosen)}
  - {trigger: revise, source: closing, target: first, when: size > 5}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win_back, source: lost, target: later, after: 90d}
  - {trigger: again, source: later, target: first}
handovers:
  - {name: care, label: Hand over to care, source: won, target: first, needs: {facts: [size]}}
"""


@pytest.fixture(scope="module")
def trial() -> sf.Process:
    return sf.loads(TRIAL)


def sections(diagram: Diagram, stage: str) -> dict[str, tuple[Item, ...]]:
    """The sections of a stage by their titles."""
    node = next(node for node in diagram.nodes if node.id == f"stage.{stage}")
    return {section.title: section.items for section in node.sections}


def asked(process: sf.Process, stage: sf.Stage) -> set[Requirement]:
    """What the moves ahead out of a stage ask, but for the tasks that must be done."""
    arcs = [a for a in process.arcs if a.source == stage.name and a.kind in ("advance", "win")]
    tasks = {f"task.{task.name}": task for task in stage.tasks if not task.optional}
    return {
        each
        for arc in arcs
        for each in arc.requirements
        if each.code != "buyer.active"
        if each.code not in tasks
        or (each.level, each.owner, each.says, each.since)
        != (tasks[each.code].level, tasks[each.code].owner, tasks[each.code].label, None)
    }


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(process=processes())
def test_every_stage_task_criterion_reason_and_way_is_on_the_list_once(process) -> None:
    diagram = checklist(process)
    nodes = {node.id: node for node in diagram.nodes}
    assert Counter(node.id for node in diagram.nodes) == Counter(
        f"stage.{stage.name}" for stage in process.stages
    )
    begin = message("map.checklist.begin")
    for stage in process.stages:
        found = Counter(
            item.id.partition(":")[0] if item.id.startswith("criterion.") else item.id
            for section in nodes[f"stage.{stage.name}"].sections
            if section.title != begin
            for item in section.items
            if item.depth == 0
        )
        handed = [h.name for h in process.handovers if stands_in(process, h, stage)]
        assert found == Counter(
            [f"task.{task.name}" for task in stage.tasks]
            + [f"criterion.{each.code}" for each in asked(process, stage)]
            + [f"reason.{reason.name}" for reason in stage.reasons]
            + [":".join(arc.key) for arc in process.arcs if arc.source == stage.name]
            + [f"handover.{name}:{stage.name}" for name in handed]
        )


def stands_in(process: sf.Process, handover: sf.Handover, stage: sf.Stage) -> bool:
    groups = {"*": True, "open": stage.is_open, "closed": not stage.is_open}
    return any(groups.get(source, source == stage.name) for source in handover.source)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(process=processes())
def test_every_text_of_the_list_is_drawn_whole_and_within_the_paper(process) -> None:
    assert_whole(checklist(process, language="pl"))


HOSTILE = (
    '<script>alert(1)</script> & "quoted" \\N {|} ]]> --> end',
    "two\nlines\r\nand a third",
    "🚀 Launch 👩‍👩‍👧‍👦 now",
    "מכירה ללקוח مرحبا",
    "x" * 500,
    "The buyer acknowledges in writing a material business reason to act. " * 8,
    "\x00\x07control",
)


@pytest.mark.parametrize("label", HOSTILE)
def test_hostile_labels_come_out_whole_and_escaped(label: str) -> None:
    item = Item(label, "open", label)
    section = Section(label, (item, replace(item, depth=1), Item(label), Item(label)))
    diagram = Diagram(
        label,
        tuple(
            Node(role, label, role, (label, label), label[:60], (section,))  # type: ignore[arg-type]
            for role in ("stage", "path", "won", "lost", "note")
        ),
        subtitle=label,
        layout="list",
    )
    assert_whole(diagram)
    assert "<script" not in to_svg(diagram)


def assert_whole(diagram: Diagram) -> None:
    """Nothing lost, nothing over the margins, no text upon another, each node with its own."""
    svg = to_svg(diagram)
    root = ET.fromstring(svg)
    everything = list(texts(root))
    for _, place in everything:
        assert 42 - 0.1 <= place.left
        assert place.right <= 595 - 42 + 0.1
        assert place.bottom <= float(root.get("height", "0pt").removesuffix("pt")) - 42
    for part, node in zip(parts(svg, "node"), in_order(diagram), strict=True):
        assert part.get("id") == node.id
        drawn = Counter("".join("".join(text.split()) for text, _ in texts(part)))
        told = [node.title, *node.lines, node.badge, *(each.title for each in node.sections)]
        told += [text for s in node.sections for i in s.items for text in (i.text, i.note)]
        expected = Counter("".join("".join(clean(text).split()) for text in told))
        assert expected <= drawn
    boxes = [place for text, place in everything if text.strip()]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]


def in_order(diagram: Diagram) -> list[Node]:
    """The nodes as they are listed: group by group, or as they stand where there is no group."""
    by_id = {node.id: node for node in diagram.nodes}
    grouped = [by_id[name] for group in diagram.groups for name in group.nodes]
    return grouped or list(diagram.nodes)


def test_open_stages_come_before_other_paths_and_these_before_closed_ones(trial) -> None:
    diagram = checklist(trial)
    assert [(group.title, group.nodes) for group in diagram.groups] == [
        ("Open stages", ("stage.first", "stage.closing")),
        ("Other paths", ("stage.later",)),
        ("Closed stages", ("stage.won", "stage.lost")),
    ]
    assert [(node.title, node.role) for node in diagram.nodes] == [
        ("1. First talk", "stage"),
        ("2. Closing", "stage"),
        ("3. Try later", "path"),
        ("Won", "won"),
        ("Lost", "lost"),
    ]


def test_a_process_of_several_planes_tells_one_plane_after_another() -> None:
    groups = checklist(sf.load("library:four_planes")).groups
    titles = [group.title for group in groups]
    assert titles[:4] == [
        "Prospecting: Open stages",
        "Prospecting: Other paths",
        "Prospecting: Closed stages",
        "Sales: Open stages",
    ]
    assert len(titles) == 12


def test_a_stage_tells_what_shows_that_an_opportunity_is_there(trial) -> None:
    first, closing = checklist(trial).nodes[:2]
    assert first.lines == ("The buyer has named a problem.", "expected: 10 days")
    assert first.badge == "20%"
    assert closing.lines == ("buyer’s phase: signing",)


def test_tasks_tell_who_does_them_how_and_whether_they_must_be_done(trial) -> None:
    assert sections(checklist(trial), "first")["Tasks"] == (
        Item("Call the buyer", "open", "anna · In the morning.", id="task.call"),
        Item("Visit the buyer (optional)", "open", id="task.visit"),
        Item("Send the recap", "open", "warning only", id="task.recap"),
    )


def test_a_set_of_which_some_suffice_is_told_element_by_element(trial) -> None:
    found = sections(checklist(trial), "first")["Exit criteria"]
    assert [(item.text, item.depth, item.id) for item in found[:5]] == [
        ("BANT: at least 3 of these 4", 0, "criterion.bant"),
        ("Budget is known", 1, "criterion.bant.budget"),
        ("Authority is known", 1, "criterion.bant.authority"),
        ("Need is known", 1, "criterion.bant.need"),
        ("Timeline: decide_by is known", 1, "criterion.bant.timeline"),
    ]
    assert {item.mark for item in found} == {"open"}


def test_criteria_tell_how_strict_they_are_since_when_and_who_can_meet_them(trial) -> None:
    found = {item.text: item.note for item in sections(checklist(trial), "first")["Exit criteria"]}
    assert found["The size is known"] == "from 2027-01-01 on · ewa"
    assert found["Somebody else has looked at it"] == "advice only"


def test_what_one_way_alone_asks_stands_under_a_title_that_names_the_way(trial) -> None:
    found = sections(checklist(trial), "first")
    assert [item.id for item in found["Only for: order → Won"]] == ["criterion.need:1"]
    assert [item.id for item in found["Only for: go on → Closing"]] == [
        "criterion.mirror.signing:closing",
    ]


def test_that_the_buyer_goes_on_is_said_once_and_not_at_every_stage(trial) -> None:
    told = checklist(trial)
    assert "the buyer goes on with the purchase" in told.subtitle
    assert not [
        item
        for node in told.nodes
        for section in node.sections
        for item in section.items
        if "buyer.active" in item.id
    ]
    assert "goes on" not in checklist(sf.load("library:six_stage")).subtitle


def test_a_criterion_that_asks_a_milestone_tells_its_act_and_its_evidence(trial) -> None:
    diagram = checklist(trial)
    (signed,) = sections(diagram, "closing")["Exit criteria"]
    assert signed.text == "We are chosen is proven"
    assert signed.note.splitlines() == [
        "The buyer has chosen us in writing.",
        "evidence: email or signed minutes, made by the buyer · in force for 90 days",
        "account executive · Ask what would have to be true to choose us today.",
    ]
    mirrored = sections(diagram, "first")["Only for: go on → Closing"][-1]
    assert mirrored.text == "The buyer is proven to be at signing"
    assert mirrored.note.startswith("We are chosen: The buyer has chosen us in writing.\nevidence:")


def test_ways_tell_by_whom_and_when_they_are_taken(trial) -> None:
    diagram = checklist(trial)
    assert [(item.text, item.note) for item in sections(diagram, "first")["Leads to"]] == [
        ("go on → Closing", ""),
        ("order → Won", "only by: director"),
        ("lose → Lost", ""),
    ]
    closing = sections(diagram, "closing")["Leads to"]
    assert ("revise → First talk", "if: size > 5") in [(each.text, each.note) for each in closing]
    assert sections(diagram, "won")["Leads to"] == (
        Item("Hand over to care → First talk", note="if: size is known", id="handover.care:won"),
    )


def test_a_closed_stage_has_its_reasons_to_tick(trial) -> None:
    found = sections(checklist(trial), "lost")
    assert [(item.text, item.mark, item.note) for item in found["Reason"]] == [
        ("Price", "open", ""),
        ("They are silent", "open", "if: days in the stage > 5"),
    ]
    assert [item.note for item in found["Leads to"]] == ["after 90 days"]


def test_going_back_to_a_phase_is_told_by_the_phase_and_not_by_all_that_would_prove_it() -> None:
    diagram = checklist(sf.load("library:complex_b2b"))
    notes = {item.note for item in sections(diagram, "closing")["Leads to"]}
    assert "if: the buyer is proven to be at Selecting" in notes


@pytest.mark.parametrize(
    ("language", "title", "heading", "task"),
    [
        ("pl", "Krótka sprzedaż", "Etapy otwarte", "Zadania"),
        ("bg", "Кратка продажба", "Отворени етапи", "Задачи"),
    ],
)
def test_the_list_speaks_the_language_of_its_readers(trial, language, title, heading, task) -> None:
    diagram = checklist(trial, language=language)
    assert (diagram.title, diagram.groups[0].title) == (title, heading)
    assert task in sections(diagram, "first")
    assert f'lang="{language}"' in to_svg(diagram)


def test_what_is_no_process_is_refused() -> None:
    with pytest.raises(MapError, match=r"checklist takes a Process, .* load\(file\) gives one"):
        checklist("b2b.yaml")  # type: ignore[arg-type]


def marked(diagram: Diagram, **marks: str) -> Diagram:
    """The diagram with its first stage as an overlay leaves it."""
    first, *others = diagram.nodes
    sections = tuple(
        replace(s, items=tuple(replace(i, mark=marks.get(i.id[5:], i.mark)) for i in s.items))
        for s in first.sections
    )
    return replace(diagram, nodes=(replace(first, sections=sections, state="here"), *others))


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_done_missing_and_open_are_told_apart_by_more_than_colour(trial, theme) -> None:
    diagram = marked(checklist(trial), call="done", visit="missing")
    (first, *_) = parts(to_svg(diagram, theme), "node")
    assert first.get("class") == "node stage here"
    items = {item.get("id"): item for item in first.iter(f"{SVG}g") if item is not first}
    drawn = {
        name: len(items[f"stage.first:task.{name}"].findall(f"{SVG}path"))
        for name in ("call", "visit", "recap")
    }
    assert drawn == {"call": 2, "visit": 3, "recap": 1}
    title = next(text for text, _ in texts(first))
    assert title.startswith(theme.states["here"].symbol)
    ways = [text for text, _ in texts(first)]
    assert "go on → Closing" in ways


def test_the_list_is_the_same_each_time(trial) -> None:
    assert to_svg(checklist(trial)) == to_svg(checklist(sf.loads(TRIAL)))


def test_the_list_is_drawn_with_the_shipped_font_alone(trial, monkeypatch) -> None:
    resvg_py = pytest.importorskip("resvg_py")
    diagram = checklist(trial, language="bg")
    drawn = to_png(diagram)
    real = resvg_py.svg_to_bytes

    def without_any_fonts(**given: object) -> bytes:
        return real(**{**given, "skip_system_fonts": True, "font_files": []})

    monkeypatch.setattr(resvg_py, "svg_to_bytes", without_any_fonts)
    assert len(drawn) > 3 * len(to_png(diagram))

"""Two versions on one map: everything that differs is shown, and nothing that does not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from overlaid import FORMATS, edge, item, items, maps_of, node, nothing_lost, section, stage

import salesfsm as sf
from sales.b2b import TEXT, b2b
from sales.processes import processes
from salesfsm.maps import Diagram, flowchart, to_svg
from salesfsm.maps.buyer_map import buyer_map
from salesfsm.maps.checklist import checklist
from salesfsm.maps.overlays import with_difference
from salesfsm.maps.process_map import process_map
from salesfsm.process.difference import difference


def edited(*swaps: tuple[str, str]) -> sf.Process:
    """A second version of the B2B sale, with texts of its file replaced."""
    text = TEXT.replace('version: "2026.1"', 'version: "2026.2"')
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return sf.loads(text)


def compared(new: sf.Process, draw: str = "flowchart", old: sf.Process | None = None) -> Diagram:
    return with_difference(FORMATS[draw](new), old or b2b(), new)


def states(diagram: Diagram) -> dict[str, str]:
    """The stages that are told to differ."""
    return {
        each.id.removeprefix("stage."): each.state
        for each in diagram.nodes
        if each.state and each.id.startswith("stage.")
    }


LEGAL = ("  - {name: won,", "  - {name: legal, label: Legal check}\n  - {name: won,")
WITHOUT_WINBACK = (
    ("  - {name: winback, path: winback, expected: 90d}\n", ""),
    ('  - {trigger: win_back,  source: lost, target: winback, when: lost_reason != "other",'
     " after: 90d}\n", ""),
    ("  - {trigger: requalify, source: winback, target: qualification}\n", ""),
)  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_equal_processes_have_nothing_to_show(name: str) -> None:
    base = FORMATS[name](b2b())
    over = with_difference(base, b2b(), b2b())
    assert over.nodes == base.nodes
    assert over.edges == base.edges
    assert over.subtitle.endswith("nothing differs")


def test_a_stage_that_was_added_is_shown_with_its_ways() -> None:
    over = compared(edited(LEGAL))
    assert states(over) == {"legal": "added"}
    assert [each.id for each in over.edges if each.state] == ["lose:legal:lost"]
    assert edge(over, "lose:legal:lost").state == "added"


@pytest.mark.parametrize("name", FORMATS)
def test_a_stage_that_was_removed_is_put_back(name: str) -> None:
    over = compared(edited(*WITHOUT_WINBACK), name)
    assert states(over) == {"winback": "removed"}
    assert [each.title for each in over.nodes if each.id == "stage.winback"] == ["Winback"]


def test_a_removed_stage_stands_where_it_stood() -> None:
    old = edited(("  - {name: closing,", "  - {name: legal}\n  - {name: closing,"))
    for draw in (flowchart, process_map, checklist):
        over = with_difference(draw(b2b()), old, b2b())
        names = [each.id for each in over.nodes if each.id.startswith("stage.")]
        place = names.index("stage.legal")
        assert names[place - 1] == "stage.presenting"
        assert names[place + 1] == "stage.closing"
        for group in over.groups:
            assert ("stage.legal" in group.nodes) == ("stage.presenting" in group.nodes)


def test_removed_ways_are_arrows_of_a_flow() -> None:
    over = compared(edited(*WITHOUT_WINBACK))
    gone = {each.id for each in over.edges if each.state == "removed"}
    assert gone == {
        "win_back:lost:winback", "requalify:winback:qualification", "lose:winback:lost",
    }  # fmt: skip


def test_one_removed_transition_from_many_stages_is_one_arrow() -> None:
    new = edited(("  - {trigger: lose,      source: open, target: lost}\n", ""))
    (arrow,) = (each for each in compared(new).edges if each.state == "removed")
    assert arrow.id == "lose:qualification,presenting,closing,winback:lost"
    assert node(compared(new), arrow.source).lines == ("from any open stage",)


def test_a_removed_way_is_a_line_of_its_stage_where_there_are_no_arrows() -> None:
    new = edited(("  - {trigger: step_back, source: presenting, target: qualification}\n", ""))
    for name in ("map", "checklist", "buyer"):
        over = compared(new, name)
        assert states(over) == {"presenting": "changed"}
        assert section(stage(over, "presenting"), "Changes") == ["step back → Qualification"]


def test_what_changed_about_a_stage_is_told_on_its_card() -> None:
    new = edited(("probability: 20%", "probability: 25%"), ("expected: 10d", "expected: 5d"))
    told = section(stage(compared(new), "qualification"), "Changes")
    assert told == ["probability: 20% → 25%; expected time: 10 days → 5 days"]


def test_a_longer_text_is_told_as_changed_without_the_text() -> None:
    new = edited(("The first direct talk has been held.", "The buyer has named a problem to us."))
    assert section(stage(compared(new), "qualification"), "Changes") == ["definition"]


def test_tasks_and_criteria_that_were_added_are_marked_in_place() -> None:
    new = edited(
        ("      - {name: summary, level: advise}", "      - {name: minutes}"),
        ("      - proven(reason_to_act)", "      - known(need)"),
    )
    card = stage(compared(new, "map"), "qualification")
    assert item(card, "task.minutes").state == "added"
    assert item(card, "criterion.need").state == "added"
    assert item(card, "task.discovery_call").state is None
    told = [text.casefold() for text in section(card, "Changes")]
    assert told == ["task: summary", "exit criterion: reason_to_act is proven"]
    assert [each.state for each in items(card)[-2:]] == ["removed", "removed"]


def test_without_lines_on_the_card_what_was_added_is_told_as_a_change() -> None:
    new = edited(("      - {name: summary, level: advise}", "      - {name: minutes}"))
    card = stage(compared(new), "qualification")
    assert section(card, "Changes") == ["Task: Minutes", "Task: Summary"]
    assert [each.state for each in items(card)] == ["added", "removed"]


def test_a_criterion_that_changed_is_told_with_both_conditions() -> None:
    new = edited(("min_budget=10000", "min_budget=20000"))
    card = stage(compared(new, "checklist"), "qualification")
    assert item(card, "criterion.bant.budget").state == "changed"
    (told,) = section(card, "Changes")
    assert "Budget ≥ 10000 EUR → Budget ≥ 20000 EUR" in told


def test_a_way_that_changed_tells_what() -> None:
    new = edited(("after: 90d", "after: 30d"))
    assert edge(compared(new), "win_back:lost:winback").state == "changed"
    assert "90 days → 30 days" in edge(compared(new), "win_back:lost:winback").count
    line = item(stage(compared(new, "checklist"), "lost"), "win_back:lost:winback")
    assert line.state == "changed"
    assert "90 days → 30 days" in line.note


def test_milestones_and_phases_that_differ_are_marked() -> None:
    new = edited(
        ("valid_for: 180d", "valid_for: 90d"), ("[unconcerned, inv", "[asleep, unconcerned, inv")
    )
    over = with_difference(buyer_map(new), b2b(), new)
    assert node(over, "milestone.reason_to_act").state == "changed"
    assert any("180 days → 90 days" in line for line in node(over, "milestone.reason_to_act").lines)
    assert node(over, "phase.asleep").state == "added"
    assert node(over, "phase.defining").state is None


def test_the_subtitle_tells_the_differences_of_every_kind() -> None:
    new = edited(LEGAL, ("  need: text\n", ""), ("known(budget)", "known(authority)"),
                 ("bant(min_budget=10000, within=days(90))", "known(budget)"))  # fmt: skip
    told = compared(new).subtitle.replace("\u00a0", " ")
    marks = [each.id for each in compared(new).nodes if each.state == "changed"]
    assert marks == ["stage.qualification", "stage.presenting"]
    assert told == "b2b 2026.1 → 2026.2 · stages +1 ±2 · ways +1 · criteria +2 −5 · facts − Need"


def test_texts_come_in_the_language_of_the_map() -> None:
    new = edited(("      - {name: summary, level: advise}\n", ""))
    over = with_difference(flowchart(new, language="bg"), b2b(), new)
    assert section(stage(over, "qualification"), "Промени") == ["Задача: Summary"]


def test_a_map_of_another_process_is_refused() -> None:
    with pytest.raises(sf.MapError, match="it is no map of b2b"):
        with_difference(flowchart(sf.load("library:crm_oro")), b2b(), b2b())


@pytest.mark.parametrize("name", FORMATS)
def test_the_overlay_can_be_drawn(name: str) -> None:
    svg = to_svg(compared(edited(LEGAL, *WITHOUT_WINBACK), name))
    assert "Winback" in svg


@settings(max_examples=12, deadline=None)
@given(processes(), processes())
def test_every_stage_of_both_is_there_once_and_told_as_it_is(
    old: sf.Process, new: sf.Process
) -> None:
    found = difference(old, new)
    for before in maps_of(new):
        after = with_difference(before, old, new)
        nothing_lost(before, after)
        shown = [each.id.removeprefix("stage.") for each in after.nodes]
        shown = [name for name in shown if name in {**old.stage_by_name, **new.stage_by_name}]
        assert sorted(shown) == sorted({*old.stage_by_name, *new.stage_by_name})
        told = states(after)
        assert {name for name in told if told[name] == "added"} == set(found.stages.added)
        assert {name for name in told if told[name] == "removed"} == set(found.stages.removed)
        assert {*found.stages.changed} <= {name for name in told if told[name] == "changed"}
        if after.layout == "flow":
            arrows = {
                (trigger, source, target)
                for each in after.edges
                if each.state == "removed"
                for trigger, sources, target in [each.id.split(":")]
                for source in sources.split(",")
            }
            assert arrows == set(found.arcs.removed)

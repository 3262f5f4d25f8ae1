"""A stage that is asked about tells what it is in a panel, by mouse, by keys and read aloud."""

from __future__ import annotations

import re

import pytest
from pages import LAYOUTS, READ, sale
from playwright.sync_api import Page, expect

import salesfsm
from salesfsm.maps import Layout, flowchart


def stage(page: Page, name: str):
    return page.get_by_role("group", name="Short sale").get_by_role("button", name=name)


@pytest.mark.parametrize(
    ("layout", "way"),
    [("flow", "click"), ("columns", "Enter"), ("lanes", "Space"), ("list", "click")],
)
def test_a_stage_tells_its_definition_tasks_and_criteria(visit, way: str, layout: Layout) -> None:
    page = visit(sale(layout))
    asked = stage(page, "Qualification, stage, the opportunity is here")
    asked.click() if way == "click" else asked.press(way)
    panel = page.get_by_role("dialog", name="Qualification")
    expect(panel).to_be_visible()
    expect(panel.get_by_role("heading", name="Qualification")).to_be_focused()
    assert panel.get_by_role("heading", level=3).all_inner_texts() == [
        "Definition",
        "Tasks",
        "Criteria",
        "Leads to",
    ]
    expect(panel).to_contain_text("The buyer has named a problem.")
    assert panel.get_by_role("listitem").all_text_contents() == [
        "The buyer has named a problem.",
        "☑done: Hold the discovery callsales",
        "☐to do: Map the stakeholders",
        "☒missing: Budget is knownthe buyer says it",
        "→ Is there a budget?",
    ]
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(asked).to_be_focused()


def test_the_closing_button_closes_the_panel_and_gives_the_focus_back(visit) -> None:
    page = visit(sale())
    stage(page, "Closing").click()
    panel = page.get_by_role("dialog", name="Closing")
    expect(panel).to_contain_text("Umowa jest podpisana: Łódź, café")
    panel.get_by_role("button", name="Close", exact=True).click()
    expect(panel).to_be_hidden()
    expect(stage(page, "Closing")).to_be_focused()


def test_a_way_leads_to_the_panel_of_the_stage_where_it_ends(visit) -> None:
    page = visit(sale())
    stage(page, "Proposal").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="propose · 12 → Closing").press("Enter")
    expect(page.get_by_role("dialog", name="Closing")).to_be_visible()
    page.keyboard.press("Escape")
    expect(stage(page, "Closing")).to_be_focused()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_tab_goes_through_the_controls_and_the_stages_in_reading_order(visit, layout) -> None:
    page = visit(sale(layout))
    focused = "() => document.activeElement.dataset.node ?? document.activeElement.id"
    order = []
    for _ in range(5 + len(READ)):
        page.keyboard.press("Tab")
        order.append(page.evaluate(focused))
    assert order[:5] == ["words", "out", "in", "fit", "map"]
    assert [name.split(".")[0 if "decision" in name else 1] for name in order[5:]] == list(READ)


def test_a_stage_that_the_keyboard_reaches_is_in_view_and_shows_its_focus(visit) -> None:
    page = visit(sale(), size=(500, 500))
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    stage(page, "Closing").focus()
    page.keyboard.press("Tab")
    expect(stage(page, "Won")).to_be_focused()
    field, box = page.locator("#map").bounding_box(), stage(page, "Won").bounding_box()
    assert field["x"] <= box["x"]
    assert field["y"] <= box["y"] <= field["y"] + field["height"]
    ring = stage(page, "Won").locator(".ring")
    assert ring.evaluate("ring => getComputedStyle(ring).stroke") != "none"
    assert page.evaluate("[scrollX, scrollY, document.getElementById('map').scrollLeft]") == [0] * 3


@pytest.mark.parametrize("size", [(1000, 700), (360, 640)])
def test_the_panel_covers_neither_its_stage_nor_the_controls(visit, size) -> None:
    page = visit(sale(), size=size)
    stage(page, "Lost").press("Enter")
    panel, lost = page.get_by_role("dialog").bounding_box(), stage(page, "Lost").bounding_box()
    apart = (
        lost["x"] + lost["width"] <= panel["x"] + 1 or lost["y"] + lost["height"] <= panel["y"] + 1
    )
    assert apart
    header = page.locator("header").bounding_box()
    assert header["y"] == 0
    assert header["y"] + header["height"] <= panel["y"] + 1


def test_a_move_among_what_a_stage_tells_is_the_button_that_leads_on(visit) -> None:
    page = visit(flowchart(salesfsm.load("library:six_stage")))
    page.locator('[data-node^="stage."]').first.press("Enter")
    panel = page.get_by_role("dialog")
    targets = panel.get_by_role("button", name=re.compile("→")).all_inner_texts()
    assert len(targets) == len(set(targets)) > 1
    title = targets[0].partition("→")[2].strip()
    panel.get_by_role("button", name=targets[0]).click()
    expect(page.get_by_role("dialog", name=title)).to_be_visible()


def test_the_ring_around_the_title_does_not_meet_the_closing_button(visit) -> None:
    page = visit(sale())
    stage(page, "Closing").press("Enter")
    panel = page.get_by_role("dialog", name="Closing")
    title = panel.get_by_role("heading", name="Closing").bounding_box()
    cross = panel.get_by_role("button", name="Close", exact=True).bounding_box()
    assert title["x"] + title["width"] + 5 <= cross["x"]

"""A page can be used without seeing it: axe finds no fault, and roles and names are as meant."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages import LAYOUTS, hostile, sale
from playwright.sync_api import Page, expect

import salesfsm
from salesfsm.maps import Layout, flowchart
from salesfsm.maps.style import DARK, LIGHT, PRINT, THEMES

AXE = Axe()


def faults(page: Page) -> list[str]:
    """What axe finds fault with, by its strictest rules but those that are experimental."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = AXE.run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
    assert len(found["passes"]) > 15
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_axe_finds_no_fault_with_any_layout(visit, layout: Layout) -> None:
    page = visit(sale(layout))
    assert faults(page) == []
    page.locator('[data-node="stage.qualification"]').press("Enter")
    page.get_by_role("searchbox").fill("budget")
    assert faults(page) == []


@pytest.mark.parametrize(
    ("theme", "scheme"), [("light", "dark"), ("dark", "light"), ("print", "light")]
)
def test_axe_finds_no_fault_with_any_colours(visit, theme: str, scheme: str) -> None:
    page = visit(sale(), THEMES[theme], scheme=scheme)
    page.get_by_role("searchbox").fill("won")
    page.get_by_role("button", name="Details").click()
    assert faults(page) == []


@pytest.mark.parametrize("language", ["pl", "bg"])
def test_axe_finds_no_fault_with_a_real_process(visit, language: str) -> None:
    page = visit(flowchart(salesfsm.load("library:six_stage"), language=language), size=(400, 700))
    assert faults(page) == []


def test_axe_finds_no_fault_with_hostile_labels(visit) -> None:
    assert faults(visit(hostile())) == []


def test_a_light_page_turns_dark_for_readers_who_want_that_and_others_do_not(visit) -> None:
    ground = "() => getComputedStyle(document.body).backgroundColor"
    filled = "e => getComputedStyle(e.querySelector('path, polygon')).fill"

    def look(theme, scheme: str) -> tuple[str, str]:
        page = visit(sale(), theme, scheme=scheme)
        return page.evaluate(ground), page.locator('[data-node="stage.new"]').evaluate(filled)

    light, dark = look(LIGHT, "light"), look(DARK, "dark")
    assert light != dark
    assert look(LIGHT, "dark") == dark == look(DARK, "light")
    assert look(PRINT, "dark") == look(PRINT, "light")


def test_a_screen_reader_is_told_the_page_by_roles_and_names(visit) -> None:
    page = visit(sale())
    expect(page.locator("body")).to_match_aria_snapshot("""
      - banner:
        - heading "Short sale" [level=1]
        - paragraph: Version 2026.1
        - search:
          - text: Search
          - searchbox "Search"
          - button "Next hit" [disabled]
          - button "Previous hit" [disabled]
          - button "Details" [disabled]
          - status
        - group "Zoom":
          - button "Zoom out"
          - button "Zoom in"
          - button "Whole map"
      - main:
        - region "Short sale":
          - group "Short sale":
            - 'img "New lead → Qualification: engage"'
            - button "New lead, stage, 5%"
            - button "Qualification, stage, the opportunity is here"
            - button "Is there a budget?, decision"
            - button "Proposal, stage"
            - button "Closing, stage"
            - 'button "Won, closed stage: won"'
            - 'button "Lost, closed stage: lost"'
    """)

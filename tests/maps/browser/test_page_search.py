"""The search finds whatever a stage says of itself, goes from hit to hit, and tells which it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pages import sale
from playwright.sync_api import Page, expect


def search(page: Page, words: str) -> Page:
    page.get_by_role("searchbox", name="Search").fill(words)
    return page


def hits(page: Page) -> list[str | None]:
    return [node.get_attribute("data-node") for node in page.locator(".hit").all()]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("qualification", ["stage.qualification"]),  # a label
        ("DISCOVERY  call", ["stage.qualification"]),  # a task
        ("budget is known", ["stage.qualification"]),  # a criterion
        ("the buyer says", ["stage.qualification"]),  # its note
        ("offer is with", ["stage.proposal"]),  # a line of the drawing
        ("lodz, cafe", ["stage.closing"]),  # whatever the accents
        ("ŁÓDŹ", ["stage.closing"]),
        ("engage", ["stage.new"]),  # a way on
        ("budget", ["decision.qualification.qualify", "stage.qualification"]),  # a name first
    ],
)
def test_a_search_finds_labels_tasks_criteria_and_ways(visit, words: str, found) -> None:
    page = search(visit(sale()), words)
    assert set(hits(page)) == {*found}
    status = page.get_by_role("status")
    expect(status).to_have_text(f"1 of {len(found)}: {title(page, found[0])}")
    expect(status).to_have_attribute("role", "status")


def title(page: Page, node: str) -> str:
    name = page.locator(f'[data-node="{node}"]').get_attribute("aria-label")
    assert name is not None
    return name.partition(",")[0]


def test_next_and_previous_go_round_the_hits(visit) -> None:
    page = search(visit(sale()), "stage")
    status, field = page.get_by_role("status"), page.get_by_role("searchbox")
    expect(status).to_have_text("1 of 6: New lead")
    field.press("Enter")
    expect(status).to_have_text("1 of 6: New lead")  # what was typed led there
    field.press("Enter")
    expect(status).to_have_text("2 of 6: Qualification")
    page.get_by_role("button", name="Next hit").click()
    expect(status).to_have_text("3 of 6: Proposal")
    page.get_by_role("button", name="Previous hit").click()
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    expect(status).to_have_text("6 of 6: Lost")
    assert page.locator(".current").get_attribute("data-node") == "stage.lost"
    field.press("Enter")
    expect(status).to_have_text("1 of 6: New lead")


def test_what_bears_the_words_as_its_name_comes_before_what_mentions_them(visit) -> None:
    mentioned = replace(sale().nodes[0], lines=("Closing is far away.",))
    page = visit(replace(sale(), nodes=(mentioned, *sale().nodes[1:])))
    search(page, "closing")
    expect(page.get_by_role("status")).to_have_text("1 of 2: Closing")
    page.get_by_role("button", name="Next hit").click()
    expect(page.get_by_role("status")).to_have_text("2 of 2: New lead")


def test_a_hit_is_brought_into_view_and_ringed(visit) -> None:
    page = visit(sale())
    for _ in range(4):
        page.get_by_role("button", name="Zoom in").click()
    won = page.locator('[data-node="stage.won"]')
    field = page.locator("#map").bounding_box()
    assert won.bounding_box()["x"] > field["x"] + field["width"]
    search(page, "won")
    box = won.bounding_box()
    assert field["x"] < box["x"]
    assert box["x"] + box["width"] < field["x"] + field["width"]
    assert won.locator(".ring").evaluate("ring => getComputedStyle(ring).stroke") != "none"


def test_nothing_found_is_said_and_leaves_no_hit(visit) -> None:
    page = search(visit(sale()), "unicorn")
    expect(page.get_by_role("status")).to_have_text("Nothing found")
    assert hits(page) == []
    for name in ("Next hit", "Previous hit", "Details"):
        expect(page.get_by_role("button", name=name)).to_be_disabled()


def test_escape_ends_the_search(visit) -> None:
    page = search(visit(sale()), "closing")
    page.get_by_role("searchbox").press("Escape")
    assert page.get_by_role("searchbox").input_value() == ""
    assert hits(page) == []
    expect(page.get_by_role("status")).to_have_text("")


def test_the_details_of_a_hit_open_from_the_search_and_lead_back_to_it(visit) -> None:
    page = search(visit(sale()), "discovery")
    page.get_by_role("button", name="Details").press("Enter")
    expect(page.get_by_role("dialog", name="Qualification")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Details")).to_be_focused()

"""The drawing is dragged, scrolled, zoomed and fitted, by pointer, wheel, keys and buttons."""

from __future__ import annotations

import re

import pytest
from pages import sale
from playwright.sync_api import Page

import salesfsm
from salesfsm.maps import flowchart, to_svg
from salesfsm.maps.checklist import checklist

SEEN = "document.querySelector('#map svg').getAttribute('viewBox').split(' ').map(Number)"
"""What a page says of the part of the drawing that is seen: x, y, width, height."""

Box = dict[str, float]


def seen(page: Page) -> Box:
    """The part of the drawing that is seen, in its units."""
    return dict(zip(("x", "y", "width", "height"), page.evaluate(SEEN), strict=True))


def wait_until(page: Page, condition: str) -> None:
    """Waits for what comes with the next frames, as a wheel does."""
    page.wait_for_function(condition)


def scale(page: Page) -> float:
    """Pixels for a unit of the drawing."""
    return page.locator("#map").bounding_box()["width"] / seen(page)["width"]


def place(page: Page, name: str) -> Box:
    """Where a node stands in the window, in pixels."""
    box = page.locator(f'[data-node="stage.{name}"]').bounding_box()
    assert box is not None
    return dict(box)


def inside(page: Page, box: Box) -> bool:
    """Whether a box of the window lies in the part of it that shows the map."""
    field = page.locator("#map").bounding_box()
    assert field is not None
    return (
        field["x"] <= box["x"]
        and field["y"] <= box["y"]
        and box["x"] + box["width"] <= field["x"] + field["width"] + 1
        and box["y"] + box["height"] <= field["y"] + field["height"] + 1
    )


def test_dragging_moves_the_drawing_with_the_pointer_and_opens_nothing(visit) -> None:
    page = visit(sale())
    before = place(page, "qualification")
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 30, steps=4)
    page.mouse.up()
    after = place(page, "qualification")
    assert after["x"] - before["x"] == pytest.approx(60, abs=1.5)
    assert after["y"] - before["y"] == pytest.approx(30, abs=1.5)
    assert not page.locator("#panel").is_visible()


def test_the_wheel_zooms_and_the_place_under_the_pointer_stays(visit) -> None:
    page = visit(sale())
    before, whole = place(page, "proposal"), seen(page)
    page.mouse.move(before["x"], before["y"])
    page.mouse.wheel(0, -200)
    wait_until(page, f"() => {SEEN}[2] < {whole['width'] - 1}")
    after = place(page, "proposal")
    assert after["width"] > 1.2 * before["width"]
    assert after["x"] == pytest.approx(before["x"], abs=3)
    assert after["y"] == pytest.approx(before["y"], abs=3)


def test_the_wheel_scrolls_a_list_which_begins_large_enough_to_read(visit) -> None:
    page = visit(checklist(salesfsm.load("library:six_stage")))
    before, was = seen(page), scale(page)
    assert was >= 1
    field = page.locator("#map").bounding_box()
    page.mouse.move(field["x"] + 200, field["y"] + 200)
    page.mouse.wheel(0, 200)
    wait_until(page, f"() => {SEEN}[1] > {before['y'] + 1}")
    assert scale(page) == pytest.approx(was)


def test_a_map_that_nearly_fits_is_shown_whole_and_another_readable(visit) -> None:
    process = salesfsm.load("library:six_stage")
    width = float(re.search(r'viewBox="\S+ \S+ (\S+)', to_svg(flowchart(process)))[1])
    page = visit(flowchart(process), size=(int(0.8 * width), 900))
    assert all(inside(page, dict(each.bounding_box())) for each in page.locator(".node").all())
    assert scale(visit(flowchart(process), size=(int(0.5 * width), 900))) == pytest.approx(1)


def test_two_fingers_zoom_and_move_at_once(visit) -> None:
    page = visit(sale())
    before = scale(page)
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *points: tuple[float, float]) -> None:
        held = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": held})

    fingers("touchStart", (450, 400))
    fingers("touchStart", (450, 400), (550, 400))
    for apart in (70, 100):
        fingers("touchMove", (500 - apart, 400), (500 + apart, 400))
    fingers("touchEnd")
    assert scale(page) == pytest.approx(2 * before, rel=0.05)


@pytest.mark.parametrize(
    ("key", "across", "down"),
    [("ArrowLeft", -1, 0), ("ArrowRight", 1, 0), ("ArrowUp", 0, -1), ("ArrowDown", 0, 1)],
)
def test_the_arrow_keys_move_what_is_seen(visit, key: str, across: int, down: int) -> None:
    page = visit(sale())
    before = seen(page)
    page.locator("#map").press(key)
    after = seen(page)
    step = 80 / scale(page)
    assert after["x"] - before["x"] == pytest.approx(across * step, abs=0.1)
    assert after["y"] - before["y"] == pytest.approx(down * step, abs=0.1)


@pytest.mark.parametrize(
    ("key", "button", "factor"), [("+", "Zoom in", 1.3), ("-", "Zoom out", 1 / 1.3)]
)
def test_a_key_zooms_as_its_button_does_and_zero_shows_the_whole(
    visit, key: str, button: str, factor: float
) -> None:
    page = visit(sale())
    whole = seen(page)
    page.locator("#map").press(key)
    by_key = seen(page)
    assert by_key["width"] == pytest.approx(whole["width"] / factor)
    page.locator("#map").press("0")
    assert seen(page) == pytest.approx(whole)
    page.get_by_role("button", name=button).click()
    assert seen(page) == pytest.approx(by_key)
    page.get_by_role("button", name="Whole map").click()
    assert seen(page) == pytest.approx(whole)


def test_the_keys_work_before_anything_has_the_focus(visit) -> None:
    page = visit(sale())
    before = seen(page)
    page.keyboard.press("+")
    assert seen(page)["width"] < before["width"]


def test_the_keys_write_while_the_search_has_the_focus(visit) -> None:
    page = visit(sale())
    before = seen(page)
    page.get_by_label("Search").press_sequentially("0+-")
    page.get_by_label("Search").press("ArrowLeft")
    assert seen(page) == before
    assert page.get_by_label("Search").input_value() == "0+-"


def test_a_small_map_is_seen_whole_at_first_and_after_whole_map(visit) -> None:
    page = visit(sale())
    names = ("new", "qualification", "proposal", "closing", "won", "lost")
    assert all(inside(page, place(page, name)) for name in names)
    for _ in range(5):
        page.get_by_role("button", name="Zoom in").click()
    assert not all(inside(page, place(page, name)) for name in names)
    page.get_by_role("button", name="Whole map").click()
    assert all(inside(page, place(page, name)) for name in names)


def test_a_large_map_begins_readable_at_its_first_stage(visit) -> None:
    page = visit(flowchart(salesfsm.load("library:silence")), size=(600, 500))
    assert scale(page) >= 0.85
    first = page.locator("[data-node]").first.bounding_box()
    assert inside(page, dict(first))
    page.get_by_role("button", name="Whole map").click()
    assert scale(page) < 0.85
    boxes = [node.bounding_box() for node in page.locator("[data-node]").all()]
    assert all(inside(page, dict(box)) for box in boxes)


def test_nobody_gets_lost_beyond_the_drawing(visit) -> None:
    page = visit(sale())
    for _ in range(20):
        page.locator("#map").press("ArrowRight")
    last = seen(page)
    page.locator("#map").press("ArrowRight")
    assert seen(page) == last
    won, field = place(page, "won"), page.locator("#map").bounding_box()
    assert field["x"] < won["x"] + won["width"] < field["x"] + field["width"]


def test_another_size_of_the_window_leaves_the_middle_and_the_scale_as_they_are(visit) -> None:
    page = visit(sale())
    page.locator("#map").press("+")
    before, before_scale = seen(page), scale(page)
    page.set_viewport_size({"width": 700, "height": 500})
    wait_until(page, f"() => {SEEN}[2] < {before['width'] - 1}")
    after = seen(page)
    assert scale(page) == pytest.approx(before_scale)
    for start, length in (("x", "width"), ("y", "height")):
        middle = before[start] + before[length] / 2
        assert after[start] + after[length] / 2 == pytest.approx(middle)


def test_the_view_glides_unless_the_reader_wants_no_motion(visit) -> None:
    click = f"() => {{ document.getElementById('in').click(); return {SEEN}[2]; }}"
    page = visit(sale())
    whole = seen(page)["width"]
    assert page.evaluate(click) == pytest.approx(whole / 1.3)
    page = visit(sale(), motion="no-preference")
    assert page.evaluate(click) == pytest.approx(whole)
    wait_until(page, f"() => Math.abs({SEEN}[2] - {whole / 1.3}) < 0.01")


def test_on_paper_there_is_the_whole_map_and_no_control(visit) -> None:
    page = visit(sale())
    for _ in range(3):
        page.locator("#map").press("+")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not page.get_by_role("button", name="Whole map").is_visible()
    assert not page.get_by_label("Search").is_visible()
    assert page.get_by_role("heading", name="Short sale").is_visible()
    printed = page.locator("#map svg").bounding_box()
    for node in page.locator("[data-node]").all():
        box = node.bounding_box()
        assert printed["x"] <= box["x"]
        assert box["x"] + box["width"] <= printed["x"] + printed["width"]
    zoomed = seen(page)
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert seen(page)["width"] < zoomed["width"]


def sizes(page: Page) -> list[tuple[float, float]]:
    """The width and height of each sheet that a page is printed on."""
    page.emulate_media(media="print")
    found = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", page.pdf())
    return [(float(width), float(height)) for width, height in found]


def test_a_wide_map_is_printed_on_one_page_across(visit) -> None:
    [(width, height)] = sizes(visit(sale("columns")))
    assert width > height


def test_a_list_is_printed_on_upright_pages(visit) -> None:
    printed = sizes(visit(checklist(salesfsm.load("library:six_stage"))))
    assert len(printed) > 1
    assert all(height > width for width, height in printed)

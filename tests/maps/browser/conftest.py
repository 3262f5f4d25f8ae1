"""A real browser, and a watch over each page in it: nothing goes wrong, and nothing leaves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from salesfsm.maps import Diagram, to_svg
from salesfsm.maps.html import to_html
from salesfsm.maps.style import LIGHT, Theme

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Visit = Callable[..., Page]


# Not for the whole session: a browser keeps a loop running, which other tests need for themselves.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine, started once for the tests of a file."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed here: no chromium on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Tab:
    """The one page in which everything is shown; to open others would take longer than to test."""
    return Tab(browser.new_context(has_touch=True).new_page())


@pytest.fixture
def mishaps(tab: Tab) -> Iterator[list[str]]:
    """What happened on the pages that should not; a test may take away what it meant to cause."""
    tab.mishaps.clear()
    yield tab.mishaps
    assert tab.mishaps == []


@pytest.fixture
def visit(tab: Tab, mishaps: list[str], tmp_path: Path) -> Visit:
    """Opens the page of a diagram, or its bare SVG, for a reader with some preferences."""
    numbers = count(1)

    def opened(
        diagram: Diagram,
        theme: Theme = LIGHT,
        *,
        suffix: str = ".html",
        size: tuple[int, int] = (1000, 700),
        scheme: Literal["light", "dark"] = "light",
        motion: Literal["reduce", "no-preference"] = "reduce",
    ) -> Page:
        file = tmp_path / f"page{next(numbers)}{suffix}"
        draw = to_html if suffix == ".html" else to_svg
        file.write_text(draw(diagram, theme), encoding="utf-8")
        tab.page.set_viewport_size({"width": size[0], "height": size[1]})
        tab.page.emulate_media(media="screen", color_scheme=scheme, reduced_motion=motion)
        tab.go(file.as_uri())
        return tab.page

    return opened


class Tab:
    """A page, and what happens on it that should not."""

    def __init__(self, page: Page) -> None:
        self.page, self.address = page, ""
        self.mishaps: list[str] = []
        page.set_default_timeout(10_000)
        page.on("request", lambda each: self._requested(each.url))
        page.on("console", lambda each: self._happened(f"{each.type}: {each.text}"))
        page.on("pageerror", lambda each: self._happened(f"error: {each}"))
        page.on("popup", lambda each: self._happened(f"window: {each.url}"))
        page.on("dialog", self._asked)

    def go(self, address: str) -> None:
        """Shows another page."""
        self.address = address
        self.page.goto(address)

    def _requested(self, url: str) -> None:
        if url != self.address and not url.startswith("data:"):
            self._happened(f"request: {url}")

    def _asked(self, dialog: Dialog) -> None:
        self._happened(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _happened(self, what: str) -> None:
        self.mishaps.append(what)

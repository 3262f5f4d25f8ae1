"""Whatever a label says, it is shown and never run, and nothing leaves the page."""

from __future__ import annotations

import pytest
from pages import HOSTILE, LAYOUTS, hostile, sale
from playwright.sync_api import Page

from salesfsm.maps import Layout

RUN = "() => window.pwned ?? null"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_label_with_a_script_does_not_run_in_a_page(visit, layout: Layout) -> None:
    page: Page = visit(hostile(layout))
    assert page.locator("[data-node]").count() == len(HOSTILE)
    assert page.evaluate(RUN) is None
    assert page.locator("script").count() == 2
    assert page.locator("img, iframe, a, object, embed, foreignObject").count() == 0
    assert page.title() == HOSTILE[8]


def test_a_label_with_a_script_does_not_run_in_the_panel_or_the_search(visit) -> None:
    page: Page = visit(hostile())
    for number, text in enumerate(HOSTILE):
        page.locator(f'[data-node="stage.n{number}"]').press("Enter")
        assert page.locator("#about").text_content() == text
        assert page.locator("#card li").first.text_content() == f"☒missing: {text}{text}"
        page.locator("#words").fill(text)
        assert page.locator("#found").text_content().startswith("1 of ")
    assert page.locator("img, iframe, a, object, embed, foreignObject").count() == 0
    assert page.evaluate(RUN) is None


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_label_with_a_script_does_not_run_in_a_bare_drawing(visit, layout: Layout) -> None:
    page: Page = visit(hostile(layout), suffix=".svg")
    assert page.evaluate("() => document.documentElement.localName") == "svg"
    assert page.locator("script, image, a, foreignObject").count() == 0
    assert page.evaluate(RUN) is None
    shown = "".join(page.locator("text").all_text_contents())
    assert "".join(HOSTILE[0].split()) in "".join(shown.split())


ESCAPES = {
    "an image": "new Image().src = 'https://example.org/a.png'",
    "a request": "fetch('https://example.org/').catch(() => 0)",
    "a beacon": "navigator.sendBeacon('https://example.org/')",
    "a script": "const s = document.createElement('script'); s.type = 'module';"
    "s.append('window.pwned = 1'); document.body.append(s)",
    "a style": "document.body.setAttribute('style', 'background: url(https://example.org/)')",
    "markup": "try { document.body.innerHTML = '<b>'; } catch { }",
    "a form": "const f = document.createElement('form'); f.action = 'https://example.org/';"
    "document.body.append(f); f.requestSubmit()",
}


@pytest.mark.parametrize("attempt", ESCAPES)
def test_the_policy_of_the_page_stops_what_would_load_or_send(visit, mishaps, attempt) -> None:
    page: Page = visit(sale())
    stopped = page.evaluate(
        f"""() => new Promise(done => {{
            addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
            {ESCAPES[attempt]};
        }})"""
    )
    assert stopped
    assert not [told for told in mishaps if told.startswith("request") and "blocked" in told]
    mishaps.clear()

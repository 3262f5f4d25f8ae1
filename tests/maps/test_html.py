"""A page of HTML holds all that it needs and all that is told, and nothing of it can break out."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from io import BytesIO

import pytest
from drawings import STRANGE
from fontTools.ttLib import TTFont
from hypothesis import given, settings, strategies as st
from pages import HOSTILE, LAYOUTS, Page, hostile, sale

import salesfsm
from salesfsm.errors import MapError
from salesfsm.maps import Diagram, Edge, Item, Layout, Node, Section, flowchart
from salesfsm.maps.checklist import checklist
from salesfsm.maps.html import to_html
from salesfsm.maps.html.cards import cards
from salesfsm.maps.html.colors import exchanged
from salesfsm.maps.process_map import process_map
from salesfsm.maps.style import DARK, LIGHT, PRINT, THEMES, Theme
from salesfsm.maps.text import FONT_FILES, clean
from salesfsm.messages import LANGUAGES, message


@pytest.fixture(scope="module")
def page() -> Page:
    return Page(sale())


def test_a_page_names_nothing_that_it_would_have_to_load(page: Page) -> None:
    assert {value for name in ("src", "href", "action") for value in page.all(name)} == {"data:,"}
    addresses = set(re.findall(r"\w+://[^\s\"'<>]+", page.source))
    assert addresses == {"http://www.w3.org/2000/svg"}
    loaded = {found[:16] for found in re.findall(r"url\(([^)]*)\)", page.source)}
    assert loaded == {'"data:font/woff2'}


def policy(page: Page) -> dict[str, list[str]]:
    [text] = [a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a]
    return {name: values for name, *values in map(str.split, text.split(";"))}


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_policy_allows_the_style_and_the_script_of_the_page_and_no_other(theme: Theme) -> None:
    page = Page(sale(), theme=theme)
    allowed = policy(page)
    assert allowed["default-src"] == ["'none'"]
    for name, content in (("style", page.texts["style"][0]), ("script", page.texts["script"][1])):
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert allowed[f"{name}-src"] == [f"'sha256-{digest}'"]
    assert not any("unsafe" in value for values in allowed.values() for value in values)
    assert not page.all("style")
    assert not any(name.startswith("on") for _, a in page.elements for name in a)


def test_the_page_carries_the_shipped_font_whole(page: Page) -> None:
    carried = re.findall(r"data:font/woff2;base64,([\w+/=]+)", page.source)
    for content, file in zip(carried, FONT_FILES, strict=True):
        font = TTFont(BytesIO(b64decode(content)))
        assert font["name"].getDebugName(1) == "Salesfsm Sans"
        assert font.getBestCmap() == TTFont(file).getBestCmap()
        assert font["hmtx"].metrics == TTFont(file)["hmtx"].metrics


@pytest.mark.parametrize("picture", [flowchart, process_map, checklist])
def test_the_largest_process_stays_a_page_of_moderate_size(picture) -> None:
    drawn = picture(salesfsm.load("library:four_planes"), language="bg")
    assert len(to_html(drawn).encode()) < 600_000


def test_the_same_map_is_the_same_page() -> None:
    assert to_html(sale()) == to_html(sale())


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("make", [sale, hostile])
def test_every_node_is_one_button_with_a_name_of_its_own(make, layout: Layout) -> None:
    diagram: Diagram = make(layout)
    page = Page(diagram)
    buttons = [a for _, a in page.elements if "data-node" in a]
    assert Counter(a["data-node"] for a in buttons) == Counter(node.id for node in diagram.nodes)
    titles = {node.id: " ".join(clean(node.title).split()) for node in diagram.nodes}
    for button in buttons:
        assert (button["role"], button["tabindex"]) == ("button", "0")
        assert button["aria-label"].startswith(titles[button["data-node"]])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_id_stands_twice_and_those_of_the_drawing_are_told_apart(layout: Layout) -> None:
    ids = Page(sale(layout)).all("id")
    assert max(Counter(ids).values()) == 1
    disguised = replace(sale(), nodes=(Node("panel", "Panel"), Node("words", "Words")), edges=())
    assert max(Counter(Page(disguised).all("id")).values()) == 1


def test_what_stands_on_an_arrow_is_its_name() -> None:
    names = [a["aria-label"] for _, a in Page(sale()).elements if a.get("role") == "img"]
    assert sorted(names) == [
        "Closing → Lost: lose",
        "Closing → Won: win",
        "Is there a budget? → New lead: no",
        "Is there a budget? → Proposal: yes",
        "New lead → Qualification: engage",
        "Proposal → Closing: propose 12",
        "Qualification → Is there a budget?",
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_text_of_a_label_becomes_an_element_or_an_attribute(layout: Layout) -> None:
    page, harmless = Page(hostile(layout)), Page(sale(layout))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in harmless.elements} | {"polygon"}
    assert len(page.texts["script"]) == len(harmless.texts["script"]) == 2
    assert page.texts["script"][1] == harmless.texts["script"][1]
    assert page.texts["title"][0] == HOSTILE[8]


texts = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(HOSTILE)


@settings(max_examples=15)
@given(texts, texts, texts)
def test_the_scripts_are_given_every_text_as_it_is(title: str, line: str, note: str) -> None:
    text = f"{title}{line}!"
    node = Node("a", title, lines=(line,), details=(Section(line, (Item(text, "open", note),)),))
    [told] = Page(Diagram(note, (node,))).data["nodes"]  # type: ignore[misc]
    assert told["title"] == clean(title)
    assert told["lines"] == [clean(line)]
    [section] = told["sections"]
    assert section["title"] == clean(line)
    [item] = section["items"]
    assert (item["text"], item["mark"], item["note"]) == (clean(text), "open", clean(note))


def test_what_the_drawing_shows_is_told_once_and_after_what_is_kept_for_those_who_ask() -> None:
    tasks, criteria = Section("Tasks", (Item("Call"),)), Section("Criteria", (Item("Budget"),))
    node = Node("a", "A", sections=(tasks, criteria), details=(criteria,))
    [told] = Page(Diagram("One", (node,))).data["nodes"]  # type: ignore[misc]
    assert [section["title"] for section in told["sections"]] == ["Criteria", "Tasks"]


def test_a_line_that_the_details_tell_again_is_told_once() -> None:
    definition = Section("Definition", (Item("A problem is named."),))
    node = Node("a", "A", lines=("A problem is named.", "expected: 10d"), details=(definition,))
    [told] = Page(Diagram("One", (node,))).data["nodes"]  # type: ignore[misc]
    assert told["lines"] == ["expected: 10d"]


def test_the_tie_of_a_note_is_no_way_on() -> None:
    nodes = (Node("n", "Beware", "note"), Node("a", "A"), Node("b", "B"))
    edges = (Edge("n", "a", role="note"), Edge("a", "b", "go"))
    told = Page(Diagram("One", nodes, edges)).data["nodes"]
    ways = {node["id"]: [way["target"] for way in node["ways"]] for node in told}  # type: ignore[attr-defined]
    assert ways == {"n": [], "a": ["b"], "b": []}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_language_of_the_diagram(language: str) -> None:
    page = Page(sale(language=language))
    assert [a["lang"] for tag, a in page.elements if tag in ("html", "svg")] == [language] * 2
    assert message("map.page.search", language) in page.texts["label"]
    assert page.texts["p"][1] == message("map.page.keys", language)
    won = f"Won, {message('map.page.kind.won', language)}"
    assert won in page.all("aria-label")


def test_a_page_in_a_language_without_catalogue_says_which_of_its_texts_are_english() -> None:
    page = Page(sale(language="de-AT"))
    languages = {tag: a["lang"] for tag, a in page.elements if tag in ("html", "svg")}
    assert languages == {"html": "en", "svg": "de-AT"}


def test_texts_of_every_script_pass_through_a_page() -> None:
    told = Page(STRANGE).data["nodes"]
    assert [node["title"] for node in told] == [clean(n.title) for n in STRANGE.nodes]  # type: ignore[attr-defined]


def test_each_theme_can_be_drawn_in_the_colours_of_its_opposite() -> None:
    assert exchanged(LIGHT, DARK)[LIGHT.paper] == DARK.paper
    assert exchanged(DARK, LIGHT)[DARK.nodes["won"].border] == LIGHT.nodes["won"].border


def test_themes_whose_colours_cannot_be_exchanged_are_an_error_that_names_the_colour() -> None:
    with pytest.raises(MapError, match=f"{PRINT.paper} of theme 'print' is both"):
        exchanged(PRINT, LIGHT)


FORKING = """
salesfsm: 1
process: forking
facts: {need: bool}
stages: [{name: a}, {name: b}, {name: won, outcome: won}, {name: lost, outcome: lost}]
transitions:
  - {trigger: assess, source: a, target: b, when: need}
  - {trigger: assess, source: a, target: lost}
  - {trigger: win, source: b, target: won}
  - {trigger: go_back, source: b, target: a}
"""


def test_a_card_tells_each_move_once_and_where_it_leads() -> None:
    process = salesfsm.loads(FORKING)
    first, _, second, *_ = cards(flowchart(process))
    assert (first.id, second.id) == ("stage.a", "stage.b")
    told = [item.id for section in second.sections for item in section.items if item.id]
    assert told == ["win:b:won", "go_back:b:a"]
    assert first.ways == second.ways == ()
    counted = cards(flowchart(process, counts={("win", "b", "won"): 3}))
    (win, *_) = next(card.ways for card in counted if card.id == "stage.b")
    assert win.label == "win · 3"


def test_the_keys_are_told_of_a_list_that_scrolls_and_of_a_map_that_zooms() -> None:
    told = {layout: Page(sale(layout)).source for layout in LAYOUTS}
    scrolling = message("map.page.keys_list", "en")
    assert [layout for layout in LAYOUTS if scrolling in told[layout]] == ["list"]

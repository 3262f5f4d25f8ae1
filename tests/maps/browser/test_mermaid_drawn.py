"""The real Mermaid reads every map as it is meant, and draws it whole, whatever its texts say."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cards import CARDS
from drawings import LOOPS, SAMPLES
from hypothesis import HealthCheck, example, given, settings, strategies as st
from pages import HOSTILE
from playwright.sync_api import Browser

import salesfsm as sf
from salesfsm.maps import Diagram, Edge, Group, Item, Layout, Node, Section, to_mermaid
from salesfsm.maps.formats import FORMATS
from salesfsm.maps.mermaid_text import identifier
from salesfsm.maps.style import LIGHT, THEMES, Theme
from salesfsm.maps.text import clean

MERMAID = Path(__file__).parents[1] / "mermaid" / "node_modules/mermaid/dist/mermaid.min.js"
DRAW = """async ([source, level]) => {
  mermaid.initialize({startOnLoad: false, securityLevel: level})
  const {svg} = await mermaid.render('drawn', source)
  document.body.innerHTML = svg
  const all = (query, read) => [...document.querySelectorAll(query)].map(read)
  const visible = path => !path.classList.contains('edge-thickness-invisible')
  return {
    nodes: all('g.node', each => [each.id, each.textContent, each.getBoundingClientRect().y]),
    frames: all('g.cluster', each => [each.id, each.textContent]),
    labels: all('g.edgeLabel', each => each.textContent).filter(text => text.trim()),
    edges: all('.edgePaths path', path => path).filter(visible).map(
      path => [path.dataset.id || path.id, getComputedStyle(path).stroke,
               getComputedStyle(path).strokeDasharray]),
    pwned: window.pwned ?? null,
  }
}"""


@dataclass(frozen=True)
class Drawn:
    """What stands in a picture that Mermaid drew, as a browser sees it."""

    nodes: list[tuple[str, str, float]]
    frames: list[tuple[str, str]]
    labels: list[str]
    edges: list[tuple[str, str, str]]
    pwned: Any


Draw = Callable[..., Drawn]


@pytest.fixture(scope="module")
def mermaid(browser: Browser) -> Iterator[Draw]:
    """Draws a source in a page with the real Mermaid, which nothing reaches from outside."""
    if not MERMAID.is_file():
        pytest.skip("Mermaid is not installed here: npm install --prefix tests/maps/mermaid")
    page = browser.new_page()
    page.add_script_tag(path=MERMAID)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def draw(source: str, level: str = "strict") -> Drawn:
        found = page.evaluate(DRAW, [source, level])
        assert [url for url in asked if not url.startswith("data:")] == []
        return Drawn(**json.loads(json.dumps(found)))

    yield draw
    page.close()


def shown(text: str) -> str:
    """The characters of a text that can be seen, in NFC as maps have them."""
    return re.sub(r"[\s\u2060\ufeff]+", "", clean(text))


def words(node: Node) -> Iterator[str]:
    yield from (node.title, node.badge, *node.lines)
    for section in node.sections:
        yield section.title
        for item in section.items:
            yield from (item.text, item.note)


def assert_whole(drawn: Drawn, diagram: Diagram) -> None:
    """Every node, arrow and frame is there once, with all of its text."""
    assert len(drawn.nodes) == len(diagram.nodes)
    assert len(drawn.edges) == len(diagram.edges)
    groups = [group for group in diagram.groups if group.nodes]
    assert len(drawn.frames) == len(groups) + 2
    for node in diagram.nodes:
        mine = [text for name, text, _ in drawn.nodes if f"-{identifier(node.id)}-" in name]
        assert len(mine) == 1
        rest = shown(mine[0])
        for text in filter(None, map(shown, words(node))):
            _, found, rest = rest.partition(text)
            assert found, f"{text!r} is not whole in {mine[0]!r}"
    said = Counter(
        shown((LIGHT.states[edge.state].symbol if edge.state else "") + edge.label + edge.count)
        for edge in diagram.edges
    )
    assert Counter(map(shown, drawn.labels)) - said == Counter()
    assert said - Counter([*map(shown, drawn.labels), *[""] * len(diagram.edges)]) == Counter()
    framed = [shown(text) for _, text in drawn.frames]
    for text in (diagram.title, diagram.subtitle, *(group.title for group in groups)):
        assert shown(text) in framed


@pytest.mark.parametrize("name", [*SAMPLES, *CARDS])
def test_mermaid_draws_every_node_and_arrow_with_all_of_its_text(mermaid: Draw, name: str) -> None:
    diagram = {**SAMPLES, **CARDS}[name]
    assert_whole(mermaid(to_mermaid(diagram)), diagram)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("diagram", [LOOPS, CARDS["columns"]], ids=["flow", "columns"])
def test_every_arrow_is_styled_as_its_own_role_and_state_say(
    mermaid: Draw, diagram: Diagram, theme: Theme
) -> None:
    numbers: Counter[tuple[str, str]] = Counter()
    expected = {}
    for edge in diagram.edges:
        ends = (edge.source, edge.target)
        name = f"L_{identifier(edge.source)}_{identifier(edge.target)}_{numbers[ends]}"
        numbers[ends] += 1
        look = theme.states[edge.state] if edge.state else theme.edges[edge.role]
        expected[name] = (look.color, look.style)
    drawn = mermaid(to_mermaid(diagram, theme))
    assert {
        name.removeprefix("drawn-"): (hexadecimal(color), kind(dashes))
        for name, color, dashes in drawn.edges
    } == {
        name: (color, "solid" if line == "bold" else line)
        for name, (color, line) in expected.items()
    }


def hexadecimal(color: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", color)[:3])


def kind(dashes: str) -> str:
    first = re.match(r"[\d.]+", dashes)
    return {None: "solid", "0": "solid", "6": "dashed", "2": "dotted"}[first and first[0]]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    ("process", "language"), [("complex_b2b", "pl"), ("four_planes", "bg")], ids=["one", "four"]
)
def test_mermaid_draws_every_format_of_a_process(
    mermaid: Draw, name: str, process: str, language: str
) -> None:
    diagram = FORMATS[name](sf.load(f"library:{process}"), language=language)
    assert_whole(mermaid(to_mermaid(diagram)), diagram)


def saying(*texts: str, layout: Layout = "flow") -> Diagram:
    """A diagram that says these texts at every place where a text may stand."""
    nodes = tuple(
        Node(
            f"stage.n{number}",
            text,
            ("stage", "decision", "lost", "note")[number % 4],  # type: ignore[arg-type]
            lines=(text,),
            badge=text,
            sections=(Section(text, (Item(text, "open", text, id=f"task.n{number}"),)),),
            column=number,
        )
        for number, text in enumerate(texts)
    )
    edges = tuple(
        Edge(node.id, nodes[0].id, text, count=text)
        for node, text in zip(nodes, texts, strict=True)
    )
    group = Group("all", texts[-1], tuple(node.id for node in nodes))
    return Diagram(texts[0], nodes, edges, texts[-1], groups=(group,), layout=layout)


PROPER = [
    "end", "graph TD", "subgraph x", "direction TB", "the direction  LR of", "style a fill:#f00;",
    "classDef b fill:#0f0;", "click a call b()", "a --> b", "%%{init: {}}%%", "%% not a comment",
    "$$x^2$$", "\\n \\\\ \\N", "fa:fa-car", "#35; &#35; #quot; &lt;b&gt;", "ﬂ°°60¶ß Straße",
    "1. one", "- two", "# three", "*four* _five_ `six` **seven**", "[eight](nine)", '"`ten`"',
    "a;b|c{d}[e](f)<g>", "<br/>", "R&D", "x" * 500, "word " * 100, "مرحبا שלום", "🚀👩‍👩‍👧‍👦",
    "---\ntitle: x\n---", "@{ shape: cyl }", "a:::b", "\x00\x07\ud800", "'\"", "v o x", "~~~",
]  # fmt: skip


@pytest.mark.parametrize("layout", ["flow", "columns"])
def test_words_and_signs_that_mean_something_to_mermaid_are_only_text(
    mermaid: Draw, layout: Layout
) -> None:
    for number in range(0, len(PROPER), 6):
        diagram = saying(*PROPER[number : number + 6], layout=layout)
        assert_whole(mermaid(to_mermaid(diagram)), diagram)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), max_size=40)
        | st.text("<>&\"'|{}[]()\\#;:%$`*_~=-+.@/\n nodirectTBLR0129", max_size=40)
        | st.sampled_from(PROPER),
        min_size=1,
        max_size=4,
    )
)
@example(["\u2060", "\u00a0 \u3000", "ª º"])
def test_mermaid_draws_any_text_whole(mermaid: Draw, texts: list[str]) -> None:
    diagram = saying(*texts)
    assert_whole(mermaid(to_mermaid(diagram)), diagram)


@pytest.mark.parametrize("level", ["strict", "loose"])
def test_no_script_in_a_label_survives_mermaid(mermaid: Draw, level: str) -> None:
    diagram = saying(*HOSTILE)
    drawn = mermaid(to_mermaid(diagram), level)
    assert drawn.pwned is None
    assert_whole(drawn, diagram)


def test_any_id_that_a_diagram_may_have_is_one_for_mermaid(mermaid: Draw) -> None:
    ids = ("end", "graph.x", "o", "x", "v", "a-b", "a--b", "-", "_", "1", "żółć", "a.b", "a-.-b")
    nodes = tuple(Node(name, name) for name in (*ids, "title", "subtitle", "group.n.a"))
    edges = tuple(Edge(one.id, nodes[0].id) for one in nodes)
    diagram = Diagram("Ids", nodes, edges, groups=(Group("a", "A", ids[:3]),))
    assert_whole(mermaid(to_mermaid(diagram)), diagram)


def test_the_cards_of_a_list_stand_under_each_other_in_their_order(mermaid: Draw) -> None:
    diagram = replace(CARDS["list"], groups=())
    drawn = mermaid(to_mermaid(diagram))
    downwards = [text for _, text, _ in sorted(drawn.nodes, key=lambda node: node[2])]
    assert [node.title in text for node, text in zip(diagram.nodes, downwards, strict=True)] == [
        True
    ] * len(diagram.nodes)

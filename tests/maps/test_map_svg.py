"""The drawing shows every node and edge, and no text is cut, moved or laid over another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from drawings import GROUPS, LOOPS, SAMPLES, STRANGE, SVG, outline, parts, texts
from hypothesis import HealthCheck, given, settings, strategies as st

from salesfsm.errors import MapError, MissingExtraError
from salesfsm.maps import Diagram, Edge, Node, to_svg
from salesfsm.maps.svg import draw, graphviz_program
from salesfsm.maps.text import clean

pytestmark = pytest.mark.filterwarnings("error")


def shown(words: str) -> str:
    """The characters of a text that are not white space, in the order of the drawing."""
    return "".join(clean(words).split())


@pytest.mark.usefixtures("program")
def test_every_node_and_edge_of_the_diagram_is_drawn(diagram: Diagram) -> None:
    svg = to_svg(diagram)
    assert len(parts(svg, "node")) == len(diagram.nodes)
    assert len(parts(svg, "edge")) == len(diagram.edges)
    for kind in ("node", "edge"):
        drawn = Counter(part.get("class", "").split()[1] for part in parts(svg, kind))
        model = diagram.nodes if kind == "node" else diagram.edges
        assert drawn == Counter(each.role for each in model)


@pytest.mark.usefixtures("program")
def test_every_text_of_the_diagram_is_drawn_whole(diagram: Diagram) -> None:
    everything = "".join(text for text, _ in texts(ET.fromstring(to_svg(diagram))))
    drawn = "".join(everything.split())
    for node in diagram.nodes:
        for text in (node.title, *node.lines, node.badge):
            assert Counter(shown(text)) <= Counter(drawn)
        nodes = {part.findtext(f"{SVG}title"): part for part in parts(to_svg(diagram), "node")}
        of_node = "".join(text for text, _ in texts(nodes[clean(node.title)]))
        assert Counter(shown(node.title + "".join(node.lines))) <= Counter(shown(of_node))
    for edge in diagram.edges:
        assert shown(edge.label) in drawn
        assert shown(edge.count) in drawn
    assert drawn.startswith(shown(diagram.title)) or shown(diagram.title) in drawn


@pytest.mark.usefixtures("program")
def test_every_text_stands_inside_its_box(diagram: Diagram) -> None:
    for part in parts(to_svg(diagram), "node"):
        assert_texts_fit(part)


@pytest.mark.usefixtures("program")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(codec="utf-8"), max_size=200),
    st.text("Wil .-", max_size=200),
    st.sampled_from(["stage", "decision", "won", "lost", "path", "note", "start"]),
)
def test_any_text_stands_inside_its_box(title: str, line: str, role: str) -> None:
    node = Node("a", title, role, (line,), badge=line[:9])  # type: ignore[arg-type]
    for part in parts(to_svg(Diagram("", (node,))), "node"):
        assert_texts_fit(part)


def assert_texts_fit(part: ET.Element) -> None:
    """Inside the outline; in a diamond or an octagon that also means inside its slanted sides."""
    box = outline(part)
    for text, place in texts(part):
        assert box.holds(place), f"{text!r} leaves {part.get('class')}"
        slanted = {"decision": 1.0, "lost": 2**0.5}
        for far in (slanted[role] for role in slanted if role in part.get("class", "").split()):
            middle, centre = (box.left + box.right) / 2, (box.top + box.bottom) / 2
            far_x = max(abs(place.left - middle), abs(place.right - middle))
            far_y = max(abs(place.top - centre), abs(place.bottom - centre))
            reach = far_x / (box.right - middle) + far_y / (box.bottom - centre)
            assert reach <= far, f"{text!r} leaves its {part.get('class')}"


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("badge", ["", "20%"])
def test_the_lines_of_a_card_begin_at_its_left_side_with_a_badge_and_without(badge: str) -> None:
    node = Node("a", "A long title that needs several lines of its card", badge=badge)
    [card] = parts(to_svg(Diagram("", (node,), ())), "node")
    lines = [text for text in card.iter(f"{SVG}text") if text.text != badge]
    assert len(lines) > 1
    assert len({text.get("x") for text in lines}) == 1


def test_a_script_that_the_font_lacks_stands_in_the_middle_of_its_card() -> None:
    nodes = (Node("a", "مرحلة العرض والتفاوض مع العميل"), Node("b", "Go 🚀\nnow"))
    arabic, emoji = parts(to_svg(Diagram("", nodes, ())), "node")
    box = outline(arabic)
    middles = [(place.left + place.right) / 2 for _, place in texts(arabic)]
    assert len(middles) > 1
    assert middles == [pytest.approx((box.left + box.right) / 2, abs=2)] * len(middles)
    assert len({place.left for _, place in texts(emoji)}) == 1


def test_no_two_texts_and_no_two_nodes_of_a_map_with_loops_meet() -> None:
    for direction in ("LR", "TB"):
        svg = to_svg(replace(LOOPS, direction=direction))
        everything = [place for _, place in texts(ET.fromstring(svg))]
        assert not [pair for pair in combinations(everything, 2) if pair[0].meets(pair[1])]
        boxes = [outline(part) for part in parts(svg, "node")]
        assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]
        labels = [place for part in parts(svg, "edge") for _, place in texts(part)]
        assert not [(box, label) for box in boxes for label in labels if box.meets(label)]


@pytest.mark.usefixtures("program")
def test_the_main_line_is_straight() -> None:
    straight = ("start", "prospecting", "discovery", "closing", "won")
    titles = {node.title for node in LOOPS.nodes if node.id in straight}
    middles = [
        (box.top + box.bottom) / 2
        for part in parts(to_svg(LOOPS), "node")
        if part.findtext(f"{SVG}title") in titles
        for box in [outline(part)]
    ]
    assert max(middles) - min(middles) < 1


@pytest.mark.usefixtures("program")
def test_the_svg_is_the_same_each_time(diagram: Diagram) -> None:
    assert to_svg(diagram) == to_svg(diagram)


def test_the_svg_does_not_depend_on_the_fonts_of_the_machine(installed_dot, tmp_path) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>", encoding="utf-8")
    script = "from drawings import *; from salesfsm.maps import to_svg; import sys; "
    script += "sys.stdout.buffer.write(to_svg(SAMPLES[sys.argv[1]]).encode())"
    environment = os.environ | {
        "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    for name in ("loops", "long"):
        command = [sys.executable, "-c", script, name]
        drawn = subprocess.run(command, env=environment, capture_output=True, check=True).stdout
        assert drawn.decode() == to_svg(SAMPLES[name])


def test_the_svg_tells_screen_readers_its_title_language_and_moves() -> None:
    root = ET.fromstring(to_svg(replace(LOOPS, language="bg")))
    assert root.get("role") == "img"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "bg"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.findtext(f"{SVG}title") == "B2B sale"
    assert "Closing → Closed won" in (root.findtext(f"{SVG}desc") or "")


def test_the_parts_of_the_svg_bear_the_names_that_people_know() -> None:
    titles = [part.findtext(f"{SVG}title") for part in parts(to_svg(STRANGE), "edge")]
    assert titles[0] == '🚀 Launch 👩‍👩‍👧‍👦 now → مرحبا <b>&amp;</b> \\N \\G {|} "q"'


def test_the_width_of_each_text_holds_in_browsers_that_lack_the_font() -> None:
    for text in ET.fromstring(to_svg(GROUPS)).iter(f"{SVG}text"):
        assert text.get("font-family") == "Salesfsm Sans,Noto Sans,sans-serif"
        assert text.get("lengthAdjust") == "spacingAndGlyphs"
        assert float(text.get("textLength", "0")) > 0


def test_without_any_graphviz_the_error_names_the_extra(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("sysconfig.get_path", lambda name: "/nowhere")
    with pytest.raises(MissingExtraError, match=r'pip install "salesfsm\[maps\]"'):
        to_svg(GROUPS)


def test_the_installed_dot_is_preferred(installed_dot) -> None:
    assert graphviz_program() == installed_dot


@pytest.mark.usefixtures("program")
def test_what_graphviz_refuses_is_an_error_with_its_words() -> None:
    with pytest.raises(MapError, match="syntax error"):
        draw("digraph {")


def test_drawing_that_takes_too_long_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr("salesfsm.maps.svg.LONGEST", 0.0001)
    with pytest.raises(MapError, match="draw fewer nodes and edges"):
        to_svg(LOOPS)


@pytest.mark.usefixtures("program")
def test_a_diagram_of_nothing_and_one_of_empty_texts_are_drawn() -> None:
    assert parts(to_svg(Diagram("", ())), "node") == []
    nodes = tuple(
        Node(role, empty, role, (empty,), badge)  # type: ignore[arg-type]
        for role, empty, badge in (
            ("start", "", ""),
            ("stage", "\x00", "9"),
            ("decision", " \n ", ""),
            ("lost", "", "\x07"),
        )
    )
    svg = to_svg(Diagram("\n", nodes, (Edge("stage", "lost", " "),)))
    assert len(parts(svg, "node")) == 4
    assert len(parts(svg, "edge")) == 1
    assert [text.strip() for text, _ in texts(ET.fromstring(svg)) if text.strip()] == ["9", "✕"]

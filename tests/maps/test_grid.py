"""Sheets of columns and lanes: aligned, nothing over anything else, and every text whole."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args
from xml.etree import ElementTree as ET

import pytest
from drawings import SVG, outline, parts, texts
from hypothesis import given, settings, strategies as st
from sheets import HOSTILE, assert_nothing_is_lost, assert_nothing_overlaps, items

from salesfsm.maps import THEMES, Diagram, Edge, Group, Item, Node, Section, to_dot, to_svg
from salesfsm.maps.diagram import EdgeRole, Mark, NodeRole, State
from salesfsm.maps.grid.cards import card, shared
from salesfsm.maps.style import LIGHT

ROLES = [role for role in get_args(NodeRole) if role != "phase"]
words = st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=60)
states = st.none() | st.sampled_from(get_args(State))
item = st.builds(
    Item, words, st.sampled_from(get_args(Mark)), words, states, depth=st.integers(0, 1)
)
sections = st.lists(
    st.builds(
        Section,
        st.sampled_from(["Tasks", "Exit criteria", HOSTILE[0]]),
        st.lists(item, min_size=1, max_size=3).map(tuple),
    ),
    max_size=3,
).map(tuple)


@st.composite
def diagrams(draw: st.DrawFn, layout: str) -> Diagram:
    """Up to three rows of nodes with any text, some under each other, and arrows anywhere."""
    nodes: list[Node] = []
    groups: list[Group] = []
    for row in range(draw(st.integers(1, 3))):
        own = [
            Node(
                f"r{row}.{number}",
                draw(words),
                draw(st.sampled_from(ROLES)),
                tuple(draw(st.lists(words, max_size=2))),
                draw(words),
                draw(sections),
                draw(states),
                column=draw(st.integers(0, 3)),
            )
            for number in range(draw(st.integers(1, 5)))
        ]
        nodes += own
        groups.append(Group(f"row.{row}", draw(words), tuple(node.id for node in own)))
    ends = st.sampled_from([node.id for node in nodes])
    roles = st.sampled_from([role for role in get_args(EdgeRole) if role != "note"])
    edge = st.builds(Edge, ends, ends, words, roles, st.floats(0, 1), words, states)
    edges = draw(st.lists(edge, max_size=4))
    return Diagram(
        draw(words), tuple(nodes), tuple(edges), draw(words), groups=tuple(groups), layout=layout
    )


@pytest.mark.parametrize("layout", ["columns", "lanes"])
def test_whatever_a_diagram_says_is_drawn_whole_and_apart(layout: str) -> None:
    @settings(max_examples=20, deadline=None)
    @given(diagrams(layout))
    def drawn(diagram: Diagram) -> None:
        svg = to_svg(diagram)
        assert_nothing_is_lost(diagram, svg)
        assert_cards_lie_apart(svg)
        assert svg == to_svg(diagram)

    drawn()


def assert_cards_lie_apart(svg: str) -> None:
    """Arrows between any two cards may cross; cards and their texts may not."""
    nodes = parts(svg, "node")
    boxes = [outline(part) for part in nodes]
    for number, box in enumerate(boxes):
        assert not any(box.meets(other) for other in boxes[:number])
    for part, box in zip(nodes, boxes, strict=True):
        places = [place for _, place in texts(part)]
        assert all(box.holds(place) for place in places)
        assert not any(a.meets(b) for n, a in enumerate(places) for b in places[:n])


def row_of(*nodes: Node, edges: tuple[Edge, ...] = (), layout: str = "columns") -> Diagram:
    group = Group("row", "A row", tuple(node.id for node in nodes))
    return Diagram("A sheet", nodes, edges, groups=(group,), layout=layout)  # type: ignore[arg-type]


def tasks(*names: str) -> Section:
    return Section("Tasks", tuple(Item(name, "open", id=f"task.{name}") for name in names))


ROW = row_of(
    Node("a", "One", badge="10%", lines=("Short.",), sections=(tasks("call", "write"),)),
    Node(
        "b",
        "A title that needs two lines",
        lines=("A definition that is so long that it needs more than one line.",),
        sections=(tasks("visit"), Section("Exit", (Item("signed", "open"),))),
    ),
    Node("c", "Three", sections=(Section("Exit", (Item("paid", "open"),)),)),
    Node("w", "Won", "won", column=7),
    Node("l", "Lost", "lost", column=7),
    edges=(Edge("a", "b", "Defining"), Edge("b", "c"), Edge("c", "w", role="win")),
)


def heights(svg: str, text: str) -> set[float]:
    return {place.bottom for found, place in texts(ET.fromstring(svg)) if found == text}


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_a_row_is_drawn_without_an_overlap_in_every_theme(theme) -> None:
    svg = to_svg(ROW, theme)
    assert_nothing_overlaps(svg)
    assert_nothing_is_lost(ROW, svg)


def test_what_is_of_one_kind_stands_at_one_height() -> None:
    svg = to_svg(ROW)
    for title in ("Tasks", "Exit"):
        assert len(heights(svg, title)) == 1
    boxes = {part.get("id"): outline(part) for part in parts(svg, "node")}
    assert len({boxes[name].top for name in "abcw"}) == 1
    assert len({boxes[name].bottom for name in "abcl"}) == 1
    assert len({box.right - box.left for box in boxes.values()}) == 1


def test_nodes_of_one_column_stand_under_each_other() -> None:
    boxes = {part.get("id"): outline(part) for part in parts(to_svg(ROW), "node")}
    assert boxes["w"].left == boxes["l"].left
    assert boxes["w"].bottom < boxes["l"].top


def test_the_label_of_an_arrow_ahead_stands_in_a_chevron_between_its_cards() -> None:
    svg = to_svg(ROW)
    boxes = {part.get("id"): outline(part) for part in parts(svg, "node")}
    (place,) = [place for text, place in texts(ET.fromstring(svg)) if text == "Defining"]
    assert boxes["a"].right < place.left < place.right < boxes["b"].left


def test_an_arrow_to_anywhere_runs_over_no_card_and_keeps_its_label() -> None:
    rows = tuple(
        Group(f"row.{row}", "", tuple(f"{row}{number}" for number in range(4))) for row in range(3)
    )
    nodes = tuple(Node(name, f"Stage {name}") for group in rows for name in group.nodes)
    far = (("00", "03"), ("03", "01"), ("00", "21"), ("22", "10"), ("12", "12"), ("02", "00"))
    edges = tuple(Edge(one, other, f"{one} to {other}") for one, other in far)
    diagram = Diagram("", nodes, edges, groups=rows, layout="columns")
    svg = to_svg(diagram)
    assert_nothing_overlaps(svg)
    shown = {text for text, _ in texts(ET.fromstring(svg))}
    assert {edge.label for edge in edges} <= shown


def test_what_stands_in_no_group_has_a_row_of_its_own() -> None:
    diagram = replace(ROW, nodes=(*ROW.nodes, Node("n", "A note", "note")))
    svg = to_svg(diagram)
    assert_nothing_overlaps(svg)
    boxes = {part.get("id"): outline(part) for part in parts(svg, "node")}
    assert boxes["n"].top > max(boxes[node.id].bottom for node in ROW.nodes)


def test_a_phase_before_the_first_column_is_a_chevron_that_leads_in() -> None:
    phase, *others = Node("p", "Defining", "phase"), *ROW.nodes
    svg = to_svg(row_of(phase, *others, edges=(Edge("p", "a"), *ROW.edges)))
    assert_nothing_overlaps(svg)
    boxes = {part.get("id"): outline(part) for part in parts(svg, "node")}
    assert boxes["p"].right < boxes["a"].left
    assert boxes["a"].top < (boxes["p"].top + boxes["p"].bottom) / 2 < boxes["a"].bottom


def test_columns_of_different_rows_line_up() -> None:
    below = Node("d", "Below")
    groups = (*ROW.groups, Group("below", "Below", ("d",)))
    svg = to_svg(replace(ROW, nodes=(*ROW.nodes, below), groups=groups))
    boxes = {part.get("id"): outline(part) for part in parts(svg, "node")}
    assert boxes["d"].left == boxes["a"].left


def test_each_item_has_its_sign_and_an_id_of_its_own() -> None:
    marks = (Item("a", "open", id="t.a"), Item("b", "done", id="t.b"), Item("c", "missing"))
    twice = tuple(Node(name, name, sections=(Section("Tasks", marks),)) for name in "xy")
    found = items(to_svg(row_of(*twice)))
    assert [part.get("id") for part in found] == ["x:t.a", "x:t.b", None, "y:t.a", "y:t.b", None]
    strokes = [len(part.findall(f"{SVG}path")) for part in found[:3]]
    assert strokes == [1, 2, 3]
    assert [part.get("class", "").split()[1] for part in found[:3]] == ["open", "done", "missing"]


def test_a_phase_that_leads_in_shows_its_state_by_a_sign_too() -> None:
    phase = Node("p", "Defining", "phase", state="here")
    svg = to_svg(row_of(phase, Node("a", "One"), edges=(Edge("p", "a"),)))
    assert_nothing_overlaps(svg)
    assert [text for text, _ in texts(parts(svg, "node")[0])] == [
        f"{LIGHT.states['here'].symbol}\u00a0Defining"
    ]


@pytest.mark.parametrize("state", get_args(State))
def test_a_state_shows_by_a_sign_and_not_by_colour_alone(state: State) -> None:
    node = Node("a", "Stage", state=state)
    svg = to_svg(row_of(node, Node("b", "Next"), edges=(Edge("a", "b", state=state),)))
    (first, _) = parts(svg, "node")
    assert state in first.get("class", "")
    assert LIGHT.states[state].symbol in "".join(text for text, _ in texts(first))
    (edge,) = parts(svg, "edge")
    assert LIGHT.states[state].symbol in "".join(text for text, _ in texts(edge))


def test_a_busier_arrow_is_wider_and_carries_its_count() -> None:
    pair = Node("a", "One"), Node("b", "Two")
    thin, wide = (
        parts(to_svg(row_of(*pair, edges=(Edge("a", "b", weight=weight, count="1,204"),))), "edge")[
            0
        ]
        for weight in (0.0, 1.0)
    )
    widths = [float(edge.find(f"{SVG}path").get("stroke-width")) for edge in (thin, wide)]
    assert widths[1] > 2 * widths[0]
    assert "1,204" in [text for text, _ in texts(wide)]


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_a_way_to_a_card_further_on_keeps_clear_of_its_count_and_of_its_head(
    weight: float,
) -> None:
    nodes = [Node(name, name) for name in "abc"]
    svg = to_svg(row_of(*nodes, edges=(Edge("a", "c", weight=weight, count="1,204"),)))
    (way,) = parts(svg, "edge")
    line, head = (path for path in way.findall(f"{SVG}path") if path.get("stroke-width"))
    half = float(line.get("stroke-width", "0")) / 2
    xs_and_ys = [float(each) for each in re.findall(r"-?[\d.]+", line.get("d", ""))]
    track = xs_and_ys[3]
    ((_, count),) = list(texts(way))
    assert count.bottom <= track - half + 2
    tops = [float(each) for each in re.findall(r"-?[\d.]+", head.get("d", ""))][1::2]
    assert min(tops) >= track + half


def test_lines_of_a_card_without_sections_push_nothing_down() -> None:
    told = "There is no criterion here, and this takes a line or two or even three to tell."
    svg = to_svg(
        row_of(Node("a", "One", sections=(tasks("call"),)), Node("b", "Two", lines=(told,)))
    )
    alone = to_svg(row_of(Node("a", "One", sections=(tasks("call"),)), Node("b", "Two")))
    assert heights(svg, "Tasks") == heights(alone, "Tasks")
    boxes = {part.get("id"): outline(part) for part in parts(svg, "node")}
    assert boxes["a"].bottom == boxes["b"].bottom
    assert_nothing_overlaps(svg)


def test_badges_of_a_row_stand_at_one_height_however_long_its_titles_are() -> None:
    nodes = (Node("a", "One", badge="10%"), Node("b", "A title of two lines here", badge="20%"))
    svg = to_svg(row_of(*nodes))
    assert heights(svg, "10%") == heights(svg, "20%")


def test_a_badge_that_would_break_the_title_stands_under_it() -> None:
    narrow = card(Node("a", "Upowszechnienie", badge="100%"), 172, LIGHT)
    assert narrow.head.title.lines == ("Upowszechnienie",)
    assert card(Node("a", "One", badge="9%"), 172, LIGHT).head.beside
    assert not card(Node("a", "One", badge="12 d of 10 d, late by 2 d"), 172, LIGHT).head.beside


def test_sections_keep_the_order_that_their_cards_give_them() -> None:
    def bands(*titles: str):
        sections = tuple(Section(title, (Item("x"),)) for title in titles)
        return card(Node("a", "A", sections=sections), 172, LIGHT).bands

    cards = [bands("Ways"), bands("Tasks", "Ways"), bands("Tasks", "Exit"), bands("Exit", "Ways")]
    assert list(shared(cards).sections) == ["Tasks", "Exit", "Ways"]
    assert list(shared([bands("Commits"), bands("Decides")]).sections) == ["Commits", "Decides"]


LANES = Diagram(
    "Lanes",
    (
        Node("job", "Consensus", "phase", ("All win each other over.",)),
        *(Node(f"phase.{n}", f"Phase {n}", "phase", column=n) for n in range(3)),
        Node("m.0", "Met", "milestone", ("A meeting was held.",), column=0),
        Node("m.1", "Chosen", "milestone", column=1),
        Node("m.2", "Chosen again", "milestone", column=1),
        *(Node(f"stage.{n}", f"Stage {n}", column=n) for n in range(3)),
        Node("stage.3", "Stage 3", column=1),
    ),
    (
        Edge("phase.0", "phase.1"),
        Edge("phase.1", "phase.2"),
        Edge("m.0", "phase.1", role="note"),
        Edge("m.1", "phase.2", role="note"),
        Edge("m.2", "phase.2", role="note"),
        *(Edge(f"phase.{n}", f"stage.{n}", role="note") for n in range(3)),
        Edge("stage.0", "stage.1"),
        Edge("stage.1", "stage.3"),
        Edge("stage.3", "stage.2"),
    ),
    groups=(
        Group("buyer", "Buyer", ("job", "phase.0", "phase.1", "phase.2")),
        Group("proof", "Proof", ("m.0", "m.1", "m.2")),
        Group("seller", "Seller", ("stage.0", "stage.1", "stage.2", "stage.3")),
    ),
    layout="lanes",
)


def test_lanes_face_each_other_column_by_column() -> None:
    svg = to_svg(LANES)
    assert_nothing_overlaps(svg)
    assert_nothing_is_lost(LANES, svg)
    boxes = {part.get("id"): outline(part) for part in parts(svg, "node")}
    for number in range(3):
        phase, stage = boxes[f"phase.{number}"], boxes[f"stage.{number}"]
        assert (phase.left, phase.right) == (stage.left, stage.right)
        assert phase.bottom < stage.top
    assert boxes["stage.1"].bottom < boxes["stage.3"].top


def test_a_milestone_stands_between_the_phases_of_its_crossing() -> None:
    boxes = {part.get("id"): outline(part) for part in parts(to_svg(LANES), "node")}
    middle = (boxes["m.0"].left + boxes["m.0"].right) / 2
    assert boxes["phase.0"].right < middle < boxes["phase.1"].left
    assert boxes["phase.0"].bottom < boxes["m.0"].top < boxes["stage.0"].top


def test_a_node_without_a_column_is_a_bar_along_all_phases() -> None:
    boxes = {part.get("id"): outline(part) for part in parts(to_svg(LANES), "node")}
    assert boxes["job"].left == boxes["phase.0"].left
    assert boxes["job"].right == boxes["phase.2"].right


@pytest.mark.parametrize("layout", ["columns", "lanes", "list"])
def test_a_sheet_of_nothing_is_drawn_and_described(layout: str) -> None:
    root = ET.fromstring(to_svg(Diagram("", (), layout=layout, language="bg")))  # type: ignore[arg-type]
    assert root.get("role") == "img"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "bg"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]


def test_a_sheet_needs_no_graphviz(monkeypatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("sysconfig.get_path", lambda name: "/nowhere")
    assert to_svg(ROW).startswith("<svg")
    assert to_dot(ROW)

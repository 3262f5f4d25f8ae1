"""Cards in DOT: drawn whole, of one size in their row, and facing each other as meant."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations

import pytest
from cards import CARDS, COLUMNS, LANES, LIST
from drawings import SVG, Box, golden, outline, parts, texts
from hypothesis import HealthCheck, given, settings, strategies as st

import salesfsm as sf
from salesfsm.maps import Diagram, Edge, Group, Item, Node, Section, to_dot
from salesfsm.maps.formats import FORMATS
from salesfsm.maps.svg import draw
from salesfsm.maps.text import clean


def boxes(diagram: Diagram) -> dict[str, Box]:
    drawn = parts(draw(to_dot(diagram)), "node")
    return {part.findtext(f"{SVG}title", ""): outline(part) for part in drawn}


def assert_drawn_whole(diagram: Diagram) -> None:
    """Every node and edge once, each text whole and inside its box, and no box over another."""
    svg = draw(to_dot(diagram))
    drawn = parts(svg, "node")
    assert Counter(part.findtext(f"{SVG}title") for part in drawn) == Counter(
        node.id for node in diagram.nodes
    )
    assert len(parts(svg, "edge")) == len(diagram.edges)
    told = {part.findtext(f"{SVG}title"): "".join(t for t, _ in texts(part)) for part in drawn}
    for node in diagram.nodes:
        said = Counter("".join(told[node.id].split()))
        for section in node.sections:
            assert Counter("".join(clean(section.title).split())) <= said
            for item in section.items:
                assert Counter("".join(clean(item.text + item.note).split())) <= said
    for part in drawn:
        for text, place in texts(part):
            assert outline(part).holds(place), f"{text!r} leaves its card"
    for one, other in combinations(map(outline, drawn), 2):
        assert not one.meets(other)


def test_the_dot_of_cards_in_columns_is_the_golden_one() -> None:
    assert to_dot(COLUMNS) == golden("columns.dot")


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("name", CARDS)
def test_cards_are_drawn_whole_by_both_programs(name: str) -> None:
    assert_drawn_whole(CARDS[name])


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("name", ["map", "checklist", "buyer"])
def test_the_largest_process_is_drawn_whole_by_both_programs(name: str) -> None:
    assert_drawn_whole(FORMATS[name](sf.load("library:four_planes"), language="bg"))


@pytest.mark.usefixtures("program")
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), max_size=60)
        | st.text('<>&"|{}\\\n\x00NGE', max_size=60),
        min_size=2,
        max_size=5,
    ),
    st.sampled_from(["columns", "lanes", "list"]),
)
def test_any_text_is_drawn_whole_by_both_programs(words: list[str], layout: str) -> None:
    nodes = tuple(
        Node(
            f"n{number}",
            word,
            lines=(word,),
            badge=word[:9],
            sections=(Section(word, (Item(word, "open", word), Item(word, depth=1))),),
            column=number,
        )
        for number, word in enumerate(words)
    )
    edges = (Edge("n0", "n1", words[0], "lose"), Edge("n1", "n0", words[1], count=words[0]))
    group = Group("all", words[0], tuple(node.id for node in nodes))
    assert_drawn_whole(Diagram(words[0], nodes, edges, groups=(group,), layout=layout))  # type: ignore[arg-type]


def test_the_cards_of_a_row_have_one_size_and_one_height_on_the_page() -> None:
    drawn = boxes(COLUMNS)
    for group in COLUMNS.groups:
        places = [drawn[name] for name in group.nodes if name != "won"]  # whose border is double
        assert max(box.top for box in places) - min(box.top for box in places) < 3
        for size in ([b.right - b.left for b in places], [b.bottom - b.top for b in places]):
            assert max(size) - min(size) < 3
        lefts = [drawn[name].left for name in group.nodes]
        assert lefts == sorted(lefts)


def test_the_cards_of_one_column_face_each_other_and_lanes_keep_their_order() -> None:
    drawn = boxes(LANES)
    columns = defaultdict(list)
    for node in LANES.nodes:
        columns[node.column].append((drawn[node.id].left + drawn[node.id].right) / 2)
    for middles in columns.values():
        assert max(middles) - min(middles) < 2
    lanes = [[drawn[name] for name in group.nodes] for group in LANES.groups]
    for upper, lower in combinations(lanes, 2):
        assert max(box.bottom for box in upper) < min(box.top for box in lower)


def test_a_list_runs_down_in_its_order_across_its_groups() -> None:
    drawn = boxes(LIST)
    tops = [drawn[name].top for group in LIST.groups for name in group.nodes]
    assert tops == sorted(tops)


def test_ends_that_share_a_column_stand_above_each_other() -> None:
    ends = {"won": 3, "lost": 3}
    nodes = tuple(replace(node, column=ends.get(node.id)) for node in COLUMNS.nodes)
    drawn = boxes(replace(COLUMNS, nodes=nodes, edges=()))
    assert (
        abs(drawn["won"].left + drawn["won"].right - drawn["lost"].left - drawn["lost"].right) < 4
    )
    assert drawn["won"].bottom < drawn["lost"].top

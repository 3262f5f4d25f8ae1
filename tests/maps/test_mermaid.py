"""A diagram becomes Mermaid that says exactly what it shows; whether Mermaid agrees is asked in
browser/test_mermaid_drawn.py."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from cards import CARDS, COLUMNS
from drawings import LOOPS, SAMPLES, SMALL, golden
from hypothesis import given, strategies as st

import salesfsm as sf
from salesfsm.maps import Diagram, Edge, Group, Node, flowchart, to_mermaid
from salesfsm.maps.formats import FORMATS
from salesfsm.maps.style import DARK, THEMES

ANY_TEXT = st.text(st.characters(codec=None), max_size=80) | st.text(
    "<>&\"'|{}[]()\\#;:%$`*_~=-\n\x00direcTBn", max_size=40
)


def test_the_mermaid_of_a_small_diagram_is_the_golden_one() -> None:
    assert to_mermaid(SMALL) == golden("small.mmd")


def test_the_mermaid_of_the_largest_process_is_the_golden_one() -> None:
    assert to_mermaid(flowchart(sf.load("library:four_planes"))) == golden("four_planes.mmd")


def test_the_same_diagram_is_the_same_mermaid() -> None:
    for diagram in (*SAMPLES.values(), *CARDS.values()):
        assert to_mermaid(diagram) == to_mermaid(replace(diagram))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("language", ["en", "pl", "bg"])
def test_the_largest_process_stays_below_the_size_that_mermaid_reads(
    name: str, language: str
) -> None:
    diagram = FORMATS[name](sf.load("library:four_planes"), language=language)
    assert len(to_mermaid(diagram)) < 50_000
    assert len(diagram.edges) < 500


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_label_can_leave_its_quotes(title: str, line: str, label: str) -> None:
    def source(title: str, line: str, label: str) -> str:
        nodes = (Node("a", title, lines=(line,), badge=label), Node("b", line, "decision"))
        edges = (Edge("a", "b", f"x{label}", count=title),)
        return to_mermaid(Diagram(label, nodes, edges, line, groups=(Group("g", title, ("a",)),)))

    def skeleton(source: str) -> str:
        return re.sub(r'(?<=[\[{(|])"[^"\n]*"(?=[\]})|])', "LABEL", source)

    said = source(title, line, label)
    assert skeleton(said) == skeleton(source("t", "l", "b"))
    for text in re.findall(r'(?<=[\[{(|])"([^"\n]*)"(?=[\]})|])', said):
        words = re.sub(r"</?(?:b|small)>|<br/>|#\d+;", "", text)
        assert not re.search(r"[<>&\"#;:%$`*_~=\\|{}\[\]@]", words)


def test_styles_of_arrows_name_every_arrow_once_and_no_unseen_link() -> None:
    for diagram in (LOOPS, *CARDS.values()):
        styled = re.findall(r"linkStyle ([\d,]+) ", to_mermaid(diagram))
        numbers = sorted(int(number) for found in styled for number in found.split(","))
        assert numbers == list(range(len(diagram.edges)))


def test_an_arrow_is_as_wide_as_its_weight() -> None:
    def width_of_the_arrow(weight: float) -> float:
        source = to_mermaid(replace(SMALL, edges=(Edge("qualification", "won", weight=weight),)))
        found = re.search(r"linkStyle 0 .*stroke-width:([\d.]+)px", source)
        assert found is not None
        return float(found[1])

    assert width_of_the_arrow(0) < width_of_the_arrow(0.5) < width_of_the_arrow(1)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_every_role_and_state_is_drawn_in_the_colours_of_the_theme(theme) -> None:
    source = to_mermaid(COLUMNS, theme)
    for role in {node.role for node in COLUMNS.nodes}:
        look = theme.nodes[role]
        assert f"classDef {role} fill:{look.fill},stroke:{look.border}" in source
    assert f"classDef here stroke:{theme.states['here'].color}" in source
    assert "class n.second here" in source


def test_a_theme_paints_the_page() -> None:
    assert f"classDef title fill:{DARK.paper}" in to_mermaid(SMALL, DARK)


def test_a_state_and_a_mark_are_told_by_a_sign_too() -> None:
    source = to_mermaid(COLUMNS)
    assert f"#{ord('➤')};#160;Presenting" in source
    assert f"#{ord('☑')};#160;Map the" in source
    assert f"#{ord('☒')};#160;#{ord('■')};#160;Budget" in source
    assert f"#{ord('■')};#160;selecting" in source

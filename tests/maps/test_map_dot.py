"""A diagram becomes DOT that says exactly what it shows, and in no way more than that."""

from __future__ import annotations

import re
from dataclasses import replace

from drawings import LOOPS, SMALL, golden
from hypothesis import given, strategies as st

from salesfsm.maps import Diagram, Edge, Node, to_dot
from salesfsm.maps.text import clean

ANY_TEXT = st.text(st.characters(codec=None), max_size=80) | st.text(
    '<>&"|{}\\\n\x00NGE;#', max_size=30
)


def test_the_dot_of_a_small_diagram_is_the_golden_one() -> None:
    assert to_dot(SMALL) == golden("small.dot")


def test_the_entry_is_declared_first_and_notes_last_in_whatever_order_they_are_given() -> None:
    declared = re.findall(r"^\t(\w+) \[", to_dot(LOOPS), flags=re.MULTILINE)
    backwards = re.findall(
        r"^\t(\w+) \[",
        to_dot(replace(LOOPS, nodes=tuple(reversed(LOOPS.nodes)))),
        flags=re.MULTILINE,
    )
    names = [name for name in declared if name not in ("graph", "node", "edge")]
    assert names[0] == "start"
    assert names[-1] == "note"
    assert "start" == next(name for name in backwards if name not in ("graph", "node", "edge"))


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_label_can_leave_its_quotes(title: str, line: str, label: str) -> None:
    nodes = (Node("a", title, lines=(line,), badge=label), Node("b", line, "decision"))
    source = to_dot(Diagram(label, nodes, (Edge("a", "b", label, count=title),)))
    told = "t" if clean(label + title).split() else ""
    plain = to_dot(
        Diagram("t", (Node("a", "t"), Node("b", "t", "decision")), (Edge("a", "b", told),))
    )
    skeleton = re.sub(r"<<TABLE.*?</TABLE>>", "LABEL", source, flags=re.DOTALL)
    assert not re.search(r"[<>]", skeleton.replace("->", ""))
    assert skeleton.count("\n") == plain.count("\n")
    for content in re.findall(r"<FONT[^>]*>(.*?)</FONT>", source, flags=re.DOTALL):
        inner = re.fullmatch(r"(?:<B>)?(.*?)(?:</B>)?", content, flags=re.DOTALL)
        assert inner is not None
        assert not re.search(r"[<>\"\n\x00-\x1f]|&(?!(amp|lt|gt|quot|#x27);)", inner[1])
        assert not re.search(r"(?<!\\)(\\\\)*\\(?!\\)", inner[1])


def test_an_arrow_is_as_wide_as_its_weight() -> None:
    def width_of_the_arrow(weight: float) -> float:
        source = to_dot(replace(SMALL, edges=(Edge("qualification", "won", weight=weight),)))
        found = re.search(r"-> won \[.*penwidth=([\d.]+)", source)
        assert found is not None
        return float(found[1])

    assert width_of_the_arrow(0.1) < width_of_the_arrow(0.5) < width_of_the_arrow(1)

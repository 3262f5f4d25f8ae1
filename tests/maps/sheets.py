"""How the tests of columns and lanes read a sheet: nothing may overlap, and nothing be lost."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

from drawings import SVG, Box, outline, parts, texts

from salesfsm.maps import Diagram, Node
from salesfsm.maps.text import clean

HOSTILE = (
    "<b>&amp;</b> <script>alert(1)</script>",
    '"quoted" | {braces} \\N \\\\ ]]> --> <!--',
    "two\nlines\r\nand\ttabs\x00\x07",
    "🚀 rocket 👩‍👩‍👧‍👦 and שלום עולם مرحبا",
    "The buyer acknowledges in writing a material business reason to act. " * 8,
    "x" * 500,
    "",
)


def items(svg: str) -> list[ET.Element]:
    return parts(svg, "item")


def lines_of(part: ET.Element) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight pieces of an arrow, without its head: of its paths that are not closed."""
    found = []
    for path in part.findall(f"{SVG}path"):
        outline_of = path.get("d", "")
        if not outline_of.endswith("Z"):
            numbers = [float(each) for each in re.findall(r"-?[\d.]+", outline_of)]
            found += pairwise(zip(numbers[::2], numbers[1::2], strict=True))
    return found


def assert_nothing_overlaps(svg: str) -> None:
    """Cards lie apart, texts stand in their cards, and no arrow runs over a card or a text."""
    root = ET.fromstring(svg)
    size = Box(
        0, 0, *(float(root.get(each, "0").removesuffix("pt")) for each in ("width", "height"))
    )
    nodes = parts(svg, "node")
    boxes = [outline(part) for part in nodes]
    for one, other in combinations(boxes, 2):
        assert not one.meets(other)
    for part, box in zip(nodes, boxes, strict=True):
        assert size.holds(box)
        for text, place in texts(part):
            assert box.holds(place), f"{text!r} leaves {part.get('id')}"
    everything = [(text, place) for text, place in texts(root)]
    for (text, place), (other_text, other_place) in combinations(everything, 2):
        assert size.holds(place), f"{text!r} leaves the sheet"
        assert not place.meets(other_place), f"{text!r} lies over {other_text!r}"
    for part in parts(svg, "edge"):
        for one, other in lines_of(part):
            run = Box(
                min(one[0], other[0]),
                min(one[1], other[1]),
                max(one[0], other[0]),
                max(one[1], other[1]),
            )
            for box in boxes:
                inner = Box(box.left + 1, box.top + 1, box.right - 1, box.bottom - 1)
                assert not inner.meets(run), f"{part.findtext(f'{SVG}title')} runs over a card"
        for text, place in texts(part):
            assert not any(place.meets(box) for box in boxes), f"{text!r} lies over a card"


def assert_nothing_is_lost(diagram: Diagram, svg: str) -> None:
    """Each node, edge and item is drawn once, and each text of a node stands whole within it."""
    drawn = Counter(part.get("id") for part in parts(svg, "node"))
    assert drawn == Counter(node.id for node in diagram.nodes)
    assert len(parts(svg, "edge")) == len(diagram.edges)
    by_id = {part.get("id"): part for part in parts(svg, "node")}
    for node in diagram.nodes:
        shown = Counter("".join(text for text, _ in texts(by_id[node.id])))
        assert told(node) <= shown, f"{node.id} is not told whole"


def told(node: Node) -> Counter[str]:
    """The characters of everything that a node says."""
    said = [node.title, *node.lines, node.badge]
    said += dict.fromkeys(section.title for section in node.sections)
    for section in node.sections:
        said += [text for item in section.items for text in (item.text, item.note)]
    return Counter("".join("".join(clean(text).split()) for text in said))

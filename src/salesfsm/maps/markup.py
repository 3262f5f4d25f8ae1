"""What the SVG of every map has in common: a description for those who do not see it, and texts
that stay as wide as they were measured."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from salesfsm.maps.diagram import Diagram
from salesfsm.maps.text import FAMILY, clean, covered, width

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
SVG = "http://www.w3.org/2000/svg"
FONT = f"{FAMILY},Noto Sans,sans-serif"
"""What every text names: the shipped font, then what a browser may have in its place."""

ET.register_namespace("", SVG)


def describe(root: ET.Element, diagram: Diagram) -> None:
    """Title, description and language for screen readers."""
    root.set("role", "img")
    root.set(LANGUAGE, diagram.language)
    title, description = ET.Element(f"{{{SVG}}}title"), ET.Element(f"{{{SVG}}}desc")
    title.text = clean(diagram.title)
    description.text = clean("; ".join(in_words(diagram).values()))
    root[:0] = [title, description]


def in_words(diagram: Diagram) -> dict[str, str]:
    """What Graphviz names each part, and its name for people: first the nodes, then the edges."""
    titles = {node.id: node.title for node in diagram.nodes}
    arrows = {
        f"{edge.source}->{edge.target}": f"{titles[edge.source]} → {titles[edge.target]}"
        for edge in diagram.edges
    }
    return titles | arrows


def hold_width(text: ET.Element) -> None:
    """Tells browsers without the font to draw the text as wide as it was measured."""
    content = text.text or ""
    if not covered(content):
        return
    bold = text.get("font-weight") == "bold"
    measured = width(content, float(text.get("font-size", "0")), bold=bold)
    text.set("textLength", f"{measured:.2f}")
    text.set("lengthAdjust", "spacingAndGlyphs")

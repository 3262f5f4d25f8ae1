"""The SVG of a map as part of a page: its nodes become buttons, its arrows have names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

from salesfsm.maps.diagram import Diagram
from salesfsm.maps.html.cards import Card
from salesfsm.maps.style import Theme
from salesfsm.maps.svg import to_svg

_SVG = "{http://www.w3.org/2000/svg}"
_PREFIX = "map-"
"""What the ids of the drawing begin with, so that none is one of the page's own."""


def drawing(diagram: Diagram, theme: Theme, cards: Sequence[Card]) -> str:
    """The element ``svg`` of a diagram; its title is left to the page."""
    bare = replace(diagram, title="", subtitle="")
    root = ET.fromstring(to_svg(bare, theme))  # noqa: S314 - we wrote it, not a stranger
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    _, _, across, down = map(float, root.get("viewBox", "").split())
    root.set("class", "wide" if across > down else "tall")
    root.set("data-layout", diagram.layout)
    for tag in ("title", "desc"):
        if (told := root.find(f"{_SVG}{tag}")) is not None:
            root.remove(told)
    root.set("lang", diagram.language)
    root.set("role", "group")
    root.set("aria-labelledby", "title")
    _make_buttons(root, {card.id: card for card in cards})
    _order(root, [card.id for card in cards])
    _name_edges(root)
    _prefix_ids(root)
    return ET.tostring(root, encoding="unicode")


def _make_buttons(root: ET.Element, cards: dict[str, Card]) -> None:
    for part in root.iter(f"{_SVG}g"):
        card = cards.get(part.get("id", ""))
        if card is None or "node" not in part.get("class", "").split():
            continue
        if (title := part.find(f"{_SVG}title")) is not None:
            part.remove(title)
        part.attrib |= {
            "data-node": card.id,
            "tabindex": "0",
            "role": "button",
            "aria-haspopup": "dialog",
            "aria-label": card.name,
        }


def _order(root: ET.Element, ids: Sequence[str]) -> None:
    """Puts the nodes that stand beside each other in the order of ``ids``: Tab follows it."""
    rank = {name: number for number, name in enumerate(ids)}
    for parent in root.iter():
        places = [place for place, child in enumerate(parent) if child.get("data-node")]
        nodes = sorted(
            (parent[place] for place in places), key=lambda n: rank[n.get("data-node", "")]
        )
        for place, node in zip(places, nodes, strict=True):
            parent[place] = node


def _name_edges(root: ET.Element) -> None:
    """An arrow is an image whose name is where it leads, and what stands on it."""
    for part in root.iter(f"{_SVG}g"):
        if "edge" not in part.get("class", "").split():
            continue
        texts = [text.text or "" for text in part.iter(f"{_SVG}text")]
        title = part.findtext(f"{_SVG}title", "")
        part.set("role", "img")
        part.set("aria-label", ": ".join(filter(None, (title, " ".join(texts)))))


def _prefix_ids(root: ET.Element) -> None:
    for element in root.iter():
        for name, value in element.attrib.items():
            if name == "id":
                element.set(name, _PREFIX + value)
            elif name.endswith("href") and value.startswith("#"):
                element.set(name, f"#{_PREFIX}{value[1:]}")
            elif "url(#" in value and not name.startswith(("aria-", "data-")):
                element.set(name, re.sub(r"url\(#", f"url(#{_PREFIX}", value))

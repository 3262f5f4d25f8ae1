"""Sample diagrams, and how the tests of maps read a drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

from salesfsm.maps import Diagram, Edge, Group, Node
from salesfsm.maps.text import width

SVG = "{http://www.w3.org/2000/svg}"
SENTENCE = "The buyer acknowledges in writing a material business reason to act. "

SMALL = Diagram(
    "Short sale",
    (
        Node("qualification", "Qualification", badge="20%", lines=("A problem is named.",)),
        Node("won", "Won", "won"),
        Node("lost", "Lost", "lost"),
    ),
    (
        Edge("qualification", "won", "win", "win", weight=0.5, count="12"),
        Edge("qualification", "lost", "lose", "lose"),
    ),
    subtitle="Version 2026.1",
)

STAGES = ("prospecting", "qualification", "discovery", "proposal", "negotiation", "closing")
LOOPS = Diagram(
    "B2B sale",
    (
        Node("note", "Large deals need a second pair of eyes", "note"),
        Node("lost", "Closed lost", "lost"),
        Node("winback", "Win back", "path", ("A dated new approach is agreed.",)),
        Node("start", "New lead", "start"),
        *(Node(stage, stage.title(), badge="20%", lines=(SENTENCE,)) for stage in STAGES),
        Node("bant", "Budget ≥ 10\u00a0000\u00a0€ and a decision maker?", "decision"),
        Node("won", "Closed won", "won", badge="100%"),
    ),
    (
        Edge("start", "prospecting"),
        Edge("prospecting", "qualification", "contact", weight=1, count="1 204"),
        Edge("qualification", "bant", "qualify", weight=0.7, count="812"),
        Edge("bant", "discovery", "yes", weight=0.5, count="620"),
        Edge("bant", "prospecting", "not yet", "regress", 0.15, "192"),
        Edge("discovery", "proposal", "present value", count="540"),
        Edge("proposal", "negotiation", "negotiate", count="398"),
        Edge("negotiation", "proposal", "revise the offer", "regress", count="120"),
        Edge("negotiation", "closing", "agree", count="300"),
        Edge("closing", "won", "win", "win", count="250"),
        *(Edge(stage, "lost", "lose", "lose", count="77") for stage in STAGES),
        Edge("lost", "winback", "win back after 90 days", "aside", count="44"),
        Edge("winback", "qualification", "requalify", "reopen", count="21"),
        Edge("proposal", "proposal", "new version", "repeat"),
        Edge("note", "proposal", "", "note"),
    ),
)

POLISH = Diagram(
    "Sprzedaż B2B",
    (Node("a", "Radzenie sobie z obiekcjami", badge="40%"), Node("b", "Zamknięcie")),
    (Edge("a", "b", "wyjaśnij"), Edge("b", "a", "wróć", "regress")),
    language="pl",
)

BULGARIAN = Diagram(
    "B2B продажба",
    (
        Node("a", "Квалификация", badge="20%"),
        Node("d", "Има ли бюджет?", "decision"),
        Node("w", "Спечелена", "won"),
        Node("l", "Загубена", "lost"),
    ),
    (Edge("a", "d"), Edge("d", "w", "спечели", "win"), Edge("d", "l", "загуби", "lose")),
    direction="TB",
    language="bg",
)

LONG = Diagram(
    SENTENCE * 3,
    (
        Node("a", (SENTENCE * 9)[:500], badge="123 456"),
        Node("b", "x" * 500, lines=(SENTENCE * 7, "short")),
        Node("d", (SENTENCE * 9)[:500], "decision"),
        Node("w", SENTENCE * 2, "won"),
        Node("l", SENTENCE * 3, "lost"),
    ),
    (Edge("a", "b", SENTENCE * 7), Edge("b", "d", "y" * 120), Edge("d", "w"), Edge("d", "l")),
)

STRANGE = Diagram(
    "Emoji 🚀 and שלום <script>",
    (
        Node("a", "🚀 Launch 👩‍👩‍👧‍👦 now", badge="🔥"),
        Node("b-1.x", 'مرحبا <b>&amp;</b> \\N \\G {|} "q"\x00\x07'),
        Node("node", "漢字の段階とても長いラベルです", "path"),
    ),
    (Edge("a", "b-1.x", "\\E go\nnew line"), Edge("b-1.x", "node", "]]> --> &")),
)

GROUPS = Diagram(
    "Two planes",
    tuple(Node(stage, stage.title()) for stage in STAGES),
    tuple(Edge(a, b) for a, b in pairwise(STAGES)),
    groups=(Group("one", "Prospecting", STAGES[:2]), Group("two", "Sales", STAGES[2:])),
)

SAMPLES = {
    "small": SMALL,
    "loops": LOOPS,
    "polish": POLISH,
    "bulgarian": BULGARIAN,
    "long": LONG,
    "strange": STRANGE,
    "groups": GROUPS,
}


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing, in points."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: Box, slack: float = 0.1) -> bool:
        return (
            self.left - slack <= other.left
            and other.right <= self.right + slack
            and self.top - slack <= other.top
            and other.bottom <= self.bottom + slack
        )

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def parts(svg: str, kind: str) -> list[ET.Element]:
    """The groups of the SVG that draw a node, an edge or a cluster."""
    groups = ET.fromstring(svg).iter(f"{SVG}g")
    return [group for group in groups if kind in group.get("class", "").split()]


def outline(part: ET.Element) -> Box:
    """The rectangle around the first shape of a part."""
    shape = next(each for each in part if each.tag != f"{SVG}title")
    if shape.tag == f"{SVG}ellipse":
        x, y, rx, ry = (float(shape.get(name, "0")) for name in ("cx", "cy", "rx", "ry"))
        return Box(x - rx, y - ry, x + rx, y + ry)
    numbers = re.findall(r"-?[\d.]+", shape.get("d", "") + shape.get("points", ""))
    xs, ys = [float(x) for x in numbers[::2]], [float(y) for y in numbers[1::2]]
    return Box(min(xs), min(ys), max(xs), max(ys))


def texts(part: ET.Element) -> Iterator[tuple[str, Box]]:
    """Each text of a part, with the rectangle from its ascenders to its baseline."""
    for text in part.iter(f"{SVG}text"):
        size = float(text.get("font-size", "0"))
        left, baseline = float(text.get("x", "0")), float(text.get("y", "0"))
        across = width(text.text or "", size, bold=text.get("font-weight") == "bold")
        assert text.get("text-anchor") == "start"
        yield text.text or "", Box(left, baseline - 0.75 * size, left + across, baseline)


def golden(name: str) -> str:
    return (Path(__file__).parent / "golden" / name).read_text(encoding="utf-8")

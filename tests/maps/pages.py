"""Diagrams whose pages are tested, and how the tests read a page without a browser."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from itertools import pairwise
from typing import get_args

from salesfsm.maps import Diagram, Edge, Group, Item, Layout, Node, Section
from salesfsm.maps.html import to_html

LAYOUTS: tuple[Layout, ...] = get_args(Layout)


def sale(layout: Layout = "flow", language: str = "en") -> Diagram:
    """A short sale with all that a page can tell of its stages."""
    qualification = (
        Section("Definition", (Item("The buyer has named a problem."),)),
        Section(
            "Tasks",
            (
                Item("Hold the discovery call", "done", "sales", id="task.discovery_call"),
                Item("Map the stakeholders", "open", id="task.stakeholder_map"),
            ),
        ),
        Section("Criteria", (Item("Budget is known", "missing", "the buyer says it"),)),
    )
    closing = (Section("Criteria", (Item("Umowa jest podpisana: Łódź, café"),)),)
    return Diagram(
        "Short sale",
        (
            Node("stage.new", "New lead", badge="5%"),
            Node("stage.qualification", "Qualification", state="here", details=qualification),
            Node("stage.proposal", "Proposal", lines=("The offer is with the buyer.",)),
            Node("stage.closing", "Closing", sections=closing),
            Node("stage.won", "Won", "won"),
            Node("stage.lost", "Lost", "lost"),
            Node("decision.qualification.qualify", "Is there a budget?", "decision"),
        ),
        (
            Edge("stage.new", "stage.qualification", "engage"),
            Edge("stage.qualification", "decision.qualification.qualify"),
            Edge("decision.qualification.qualify", "stage.proposal", "yes"),
            Edge("decision.qualification.qualify", "stage.new", "no", "regress"),
            Edge("stage.proposal", "stage.closing", "propose", count="12"),
            Edge("stage.closing", "stage.won", "win", "win"),
            Edge("stage.closing", "stage.lost", "lose", "lose"),
        ),
        subtitle="Version 2026.1",
        language=language,
        layout=layout,
    )


READ = ("new", "qualification", "decision", "proposal", "closing", "won", "lost")
"""How the nodes of the sale are named at the beginning or within their ids, as people read them."""

HOSTILE = (
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 2</script>",
    '"><img src=x onerror="window.pwned = 3">',
    "'><svg/onload=window.pwned=4>",
    '<a href="javascript:window.pwned=5">press</a>',
    "javascript:window.pwned=6",
    "]]><script>window.pwned = 7</script>",
    "<!-- <script>window.pwned = 8</script> --> <!--",
    "</title></style></svg><script>window.pwned = 9</script>",
    "$title ${script} {title} %s \\u003cscript\\u003e \\N &lt;b&gt; &amp;",
    '<iframe srcdoc="<script>parent.pwned = 10</script>"></iframe>',
)


def hostile(layout: Layout = "flow") -> Diagram:
    """A diagram in which every text is an attack."""
    nodes = tuple(
        Node(
            f"stage.n{number}",
            text,
            lines=(text,),
            badge=text[:40],
            column=number,
            sections=(Section(text, (Item(text, "open", text),)),),
            details=(Section(f"{text} ", (Item(text, "missing", text),)),),
        )
        for number, text in enumerate(HOSTILE)
    )
    edges = tuple(
        Edge(one.id, other.id, one.title, count=other.title[:40]) for one, other in pairwise(nodes)
    )
    groups = (Group("all", HOSTILE[1], tuple(node.id for node in nodes)),)
    return Diagram(HOSTILE[8], nodes, edges, HOSTILE[1], groups=groups, layout=layout)


class Page(HTMLParser):
    """A page as a parser sees it: its elements with their attributes, and their texts."""

    def __init__(self, diagram: Diagram, **given: object) -> None:
        super().__init__(convert_charrefs=True)
        self.source = to_html(diagram, **given)  # type: ignore[arg-type]
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open = tag
        self.texts.setdefault(tag, []).append("")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def all(self, name: str) -> list[str]:
        """The values of an attribute, in the order of the page."""
        return [attributes[name] for _, attributes in self.elements if name in attributes]

    @property
    def data(self) -> dict[str, object]:
        """What the scripts of the page are given."""
        found: dict[str, object] = json.loads(self.texts["script"][0])
        return found

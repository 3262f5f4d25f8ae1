"""A diagram as a Mermaid flowchart, which wikis and code hosts draw where it stands in a text.

Mermaid lays it out and draws it in its own way: what is kept is what the diagram says, and the
colours, lines and signs of the theme.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from salesfsm.maps import style
from salesfsm.maps.diagram import Diagram, Edge, EdgeRole, Item, Mark, Node, NodeRole
from salesfsm.maps.mermaid_text import identifier, label, lines
from salesfsm.maps.order import in_order
from salesfsm.maps.style import LIGHT, EdgeLook, Theme
from salesfsm.maps.text import FAMILY

_SHAPES: dict[NodeRole, tuple[str, str]] = {
    "start": ("([", "])"),
    "path": ("(", ")"),
    "decision": ("{", "}"),
    "won": ("[[", "]]"),
    "lost": ("{{", "}}"),
    "milestone": ("(", ")"),
    "note": (">", "]"),
}
"""The brackets that stand for a shape; a rectangle where a role is not named."""
_ARROWS: dict[EdgeRole, str] = {"lose": "--x", "handover": "==>", "note": "---"}
_DASHES = {"dashed": "6 4", "dotted": "2 4", "bold": "0"}
_MARKS: dict[Mark, str] = {"": "", "open": "☐", "done": "☑", "missing": "☒"}

_CARD = 190.0
"""The column at which the text of a card wraps, in points."""
_LABEL, _WIDE = 110.0, 420.0
"""Those of an arrow's label and of a title."""


def to_mermaid(diagram: Diagram, theme: Theme = LIGHT) -> str:
    """The diagram as a Mermaid flowchart: always the same text for the same diagram and theme.

    A map of more than 500 arrows or 50,000 characters is one that Mermaid draws only where its
    limits ``maxEdges`` and ``maxTextSize`` are raised.
    """
    source = [
        *_settings(theme),
        f"flowchart {_direction(diagram)}",
        *_indented(_classes(diagram, theme)),
        *_indented(_heading(diagram, theme)),
        *_indented(_edge(edge, theme) for edge in diagram.edges),
        *_indented(_sequence(diagram)),
        *_indented(_link_styles(diagram, theme)),
        *_indented(_states(diagram)),
    ]
    return "\n".join(source) + "\n"


def _direction(diagram: Diagram) -> str:
    """Rows and lanes run from left to right, a list from top to bottom."""
    return {"flow": diagram.direction, "list": "TB"}.get(diagram.layout, "LR")


def _indented(source: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in source)


def _settings(theme: Theme) -> Iterator[str]:
    """The front matter. Lines are broken here, so Mermaid is given no reason to break them."""
    variables = {
        "fontSize": f"{style.HEADING:g}px",
        "background": theme.paper,
        "textColor": theme.ink,
        "lineColor": theme.edges["advance"].color,
        "edgeLabelBackground": theme.paper,
    }
    yield from ("---", "config:", f'  fontFamily: "{FAMILY}, Noto Sans, sans-serif"')
    yield from ("  look: classic", "  theme: base", "  themeVariables:")
    yield from (f'    {name}: "{value}"' for name, value in variables.items())
    yield from ("  flowchart:", "    wrappingWidth: 2000", "    subGraphTitleMargin:")
    yield from ("      top: 2", "      bottom: 14", "---")


def _classes(diagram: Diagram, theme: Theme) -> Iterator[str]:
    """A class for each role and state that is there, and those of the frames."""
    side = "center" if diagram.layout == "flow" else "left"
    for role in sorted({node.role for node in diagram.nodes}):
        look = theme.nodes[role]
        ink = theme.paper if role == "start" else theme.ink
        width = look.line * look.borders
        dashes = ",stroke-dasharray:6 4" if "dashed" in look.style else ""
        yield (
            f"classDef {role} fill:{look.fill},stroke:{look.border},color:{ink},"
            f"stroke-width:{width:g}px,text-align:{side}{dashes}"
        )
    for state in sorted({node.state for node in diagram.nodes if node.state}):
        told = theme.states[state]
        dashes = f",stroke-dasharray:{_DASHES[told.style]}" if told.style in _DASHES else ""
        yield f"classDef {state} stroke:{told.color},stroke-width:{told.line:g}px{dashes}"
    page = f"fill:{theme.paper},stroke:{theme.paper}"
    yield f"classDef title {page},color:{theme.ink},font-size:{style.TITLE:g}px"
    yield f"classDef subtitle {page},color:{theme.quiet}"
    if diagram.groups:
        yield f"classDef group fill:{theme.frame},stroke:{theme.frame},color:{theme.quiet}"


def _heading(diagram: Diagram, theme: Theme) -> Iterator[str]:
    """All nodes in two frames of the colour of the page, with the title and the subtitle.

    A title in the front matter would do, if Mermaid did not show ``R&D`` there as ``R&amp;D``.
    """
    grouped = {name for group in diagram.groups for name in group.nodes}
    flows = diagram.layout == "flow"
    nodes = in_order(diagram.nodes) if flows else diagram.nodes
    drawn = {node.id: _node(node, diagram, theme) for node in nodes}
    inner = [line for name, line in drawn.items() if name not in grouped]
    for group in reversed(diagram.groups):
        if group.nodes:
            rows = _frame(
                f"group.{identifier(group.id)}",
                lines(group.title, _WIDE, "b"),
                _direction(diagram),
                [text for name, text in drawn.items() if name in group.nodes],
            )
            inner = [*rows, *inner]
    for name, text in (("subtitle", diagram.subtitle), ("title", diagram.title)):
        tag = "b" if name == "title" else ""
        inner = list(_frame(name, lines(text, _WIDE, tag), _direction(diagram), inner))
    yield from inner


def _frame(name: str, text: Iterable[str], direction: str, inner: Iterable[str]) -> Iterator[str]:
    yield f"subgraph {name}[{label(text)}]"
    yield from _indented([f"direction {direction}", *inner])
    yield "end"
    yield f"class {name} {name.split('.', maxsplit=1)[0]}"


def _node(node: Node, diagram: Diagram, theme: Theme) -> str:
    opened, closed = _SHAPES.get(node.role, ("[", "]"))
    column = theme.nodes[node.role].column if diagram.layout == "flow" else _CARD
    return f"{identifier(node.id)}{opened}{label(_text(node, column, theme))}{closed}:::{node.role}"


def _text(node: Node, column: float, theme: Theme) -> Iterator[str]:
    """The lines of a node: title, badge, text, and the items of its sections."""
    told = theme.states[node.state].symbol if node.state else ""
    yield from lines(_joined(told, theme.nodes[node.role].symbol, node.title), column, "b")
    for text in (node.badge, *node.lines):
        yield from lines(text, column)
    for section in node.sections:
        yield ""
        yield from lines(section.title, column, "b")
        for item in section.items:
            yield from lines(_item(item, theme), column)


def _item(item: Item, theme: Theme) -> str:
    told = theme.states[item.state].symbol if item.state else ""
    text = f"{item.text} ({item.note})" if item.note else item.text
    return "\u00a0" * 4 * item.depth + _joined(_MARKS[item.mark], told, text)


def _edge(edge: Edge, theme: Theme) -> str:
    told = theme.states[edge.state].symbol if edge.state else ""
    text = [
        *lines(_joined(told, edge.label), _LABEL, grows=False),
        *lines(edge.count, _LABEL, "b", grows=False),
    ]
    arrow = _ARROWS.get(edge.role, "-->")
    said = f"|{label(text)}|" if text else ""
    return f"{identifier(edge.source)} {arrow}{said} {identifier(edge.target)}"


def _sequence(diagram: Diagram) -> Iterator[str]:
    """Unseen links that keep cards in their order. They follow all edges, which style by number."""
    if diagram.layout == "flow":
        return
    joined = {(edge.source, edge.target) for edge in diagram.edges}
    rows = [group.nodes for group in diagram.groups] or [tuple(n.id for n in diagram.nodes)]
    for one, other in chain.from_iterable(map(pairwise, rows)):
        if (one, other) not in joined:
            yield f"{identifier(one)} ~~~ {identifier(other)}"


def _link_styles(diagram: Diagram, theme: Theme) -> Iterator[str]:
    """One line for all edges that look the same, which are named by their number."""
    alike: dict[str, list[str]] = {}
    for number, edge in enumerate(diagram.edges):
        alike.setdefault(_line(edge, theme), []).append(str(number))
    return (f"linkStyle {','.join(numbers)} {line}" for line, numbers in alike.items())


def _line(edge: Edge, theme: Theme) -> str:
    look: EdgeLook = theme.edges[edge.role]
    color, width, line = look.color, look.line, look.style
    if edge.state:
        told = theme.states[edge.state]
        color, width, line = told.color, told.line, told.style
    width += style.WIDEST * edge.weight
    dashes = f",stroke-dasharray:{_DASHES[line]}" if line in _DASHES else ""
    return f"stroke:{color},color:{color},stroke-width:{width:.3g}px{dashes}"


def _states(diagram: Diagram) -> Iterator[str]:
    return (f"class {identifier(node.id)} {node.state}" for node in diagram.nodes if node.state)


def _joined(*parts: str) -> str:
    """A text behind its signs, which no line break parts from it."""
    return "\u00a0".join(part for part in parts if part)

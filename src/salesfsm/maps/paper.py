"""A diagram of the layout ``list`` on sheets of A4: what stands on them, as typst takes it.

``paper.typ`` sets it, and says which part of it stands on which page. Lines are broken here, where
text is measured, so that paper and picture look alike and no word is too long for its line.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from salesfsm.maps import style
from salesfsm.maps.diagram import Diagram, Item, Node, Section
from salesfsm.maps.grid import listing
from salesfsm.maps.style import Theme
from salesfsm.maps.text import FAMILY, clean, width, wrap
from salesfsm.messages import message

TEMPLATE = Path(__file__).with_name("paper.typ")

Told = str | float | Sequence["Told"] | dict[str, "Told"]
"""What JSON can hold."""

_MARK = 13.5
"""How wide a box to tick is, with the space after it."""
_PARTED = " · "
_WITHIN = listing.ACROSS - 2 * listing.PAD_ACROSS


def paper(diagram: Diagram, theme: Theme) -> tuple[bytes, dict[str, str]]:
    """The typst source and its inputs for a diagram of the layout ``list``."""
    heading = wrap(clean(diagram.title), style.SMALL, listing.ACROSS / 2, bold=True)
    version = _leading(clean(diagram.subtitle), listing.ACROSS / 2 - 10)
    sheet: dict[str, Told] = {
        "title": _lines(diagram.title, style.TITLE, listing.ACROSS, bold=True),
        "subtitle": _lines(diagram.subtitle, style.SUBTITLE, listing.ACROSS),
        "running": _first(heading),
        "version": _first(wrap(version, style.SMALL, listing.ACROSS / 2 - 10)),
        "page": message("map.checklist.page", diagram.language, page="{page}", pages="{pages}"),
        "language": diagram.language.split("-", maxsplit=1)[0].lower(),
        "font": FAMILY,
        "look": _look(theme),
        "groups": [
            {
                "title": _lines(
                    group.title if group else "", style.HEADING, listing.ACROSS, bold=True
                ),
                "cards": [_card(node, theme, diagram.language) for node in nodes],
            }
            for group, nodes in listing.grouped(diagram)
        ],
    }
    return TEMPLATE.read_bytes(), {"sheet": json.dumps(sheet, ensure_ascii=False)}


def _look(theme: Theme) -> dict[str, Told]:
    return {
        "paper": theme.paper,
        "ink": theme.ink,
        "quiet": theme.quiet,
        "title": style.TITLE,
        "subtitle": style.SUBTITLE,
        "heading": style.HEADING,
        "body": style.BODY,
        "small": style.SMALL,
        "margin": listing.MARGIN,
        "across": listing.ACROSS,
        "gutter": listing.GUTTER,
    }


def _card(node: Node, theme: Theme, language: str) -> dict[str, Told]:
    look = theme.nodes[node.role]
    told = theme.states[node.state] if node.state else None
    badge = _lines(" ".join(node.badge.split()), style.SMALL, _WITHIN / 2 - 12, bold=True)
    beside = max((width(line, style.SMALL, bold=True) + 22 for line in badge), default=0.0)
    definition, *others = node.lines or ("",)
    border: dict[str, Told] = {
        "color": told.color if told else look.border,
        "width": told.line if told else look.line,
        "style": told.style if told else "dashed" if "dashed" in look.style else "solid",
    }
    shape = "cut" if node.role == "lost" else "double" if look.borders > 1 else "plain"
    name = listing.name_of(node, theme)
    again = message("map.checklist.continued", language, stage=name)
    return {
        "title": _lines(name, style.HEADING, _WITHIN - beside, bold=True),
        "continued": _lines(again, style.HEADING, _WITHIN, bold=True),
        "badge": badge,
        "band": {"shape": shape, "fill": look.fill, "border": border, "badge": border["color"]},
        "definition": _lines(definition, style.BODY, _WITHIN),
        "lines": [_lines(each, style.SMALL, _WITHIN) for each in others],
        "sections": [_section(each, theme) for each in node.sections],
    }


def _section(section: Section, theme: Theme) -> dict[str, Told]:
    across = _WITHIN - listing.GUTTER
    return {
        "title": _lines(section.title, style.SMALL, listing.GUTTER - 10, bold=True),
        "lines": [
            [_item(each, across, theme) for each in line]
            for line in listing.in_lines(section.items, across, theme)
        ],
    }


def _item(item: Item, across: float, theme: Theme) -> dict[str, Told]:
    told = theme.states[item.state] if item.state else None
    bold = told is not None or item.mark == "missing"
    indent = listing.STEP * item.depth
    inner = across - indent - (_MARK if item.mark else 0.0)
    color = told.color if told else theme.ink
    text = _lines(listing.text_of(item, theme), style.BODY, inner, bold=bold)
    note = _lines(item.note, style.SMALL, inner)
    return {
        "text": text,
        "note": note,
        "mark": item.mark,
        "indent": indent,
        "color": color,
        "weight": "bold" if bold else "regular",
    }


def _lines(text: str, size: float, across: float, *, bold: bool = False) -> tuple[str, ...]:
    return wrap(clean(text), size, across, bold=bold)


def _leading(text: str, across: float) -> str:
    """As many of the parts of a subtitle as there is room for, and the first in any case."""
    first, *others = text.split(_PARTED)
    for each in others:
        if width(longer := f"{first}{_PARTED}{each}", style.SMALL) > across:
            break
        first = longer
    return first


def _first(lines: Sequence[str]) -> str:
    """The first line, marked where more follow."""
    return f"{lines[0]} …" if len(lines) > 1 else "".join(lines)

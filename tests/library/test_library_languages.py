"""Whoever reads Bulgarian finds no word of another language on a map of the library."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from library.shelf import process
from salesfsm.errors import MapError
from salesfsm.library import names
from salesfsm.maps import FORMATS, Diagram

PROPER = {
    "B", "BANT", "CHAMP", "CRM", "EUR", "EspoCRM", "Frappe", "HubSpot", "IT", "Krayin", "MEDDPICC",
    "Odoo", "OroCRM", "Pipedrive", "SPICED", "Salesforce", "SuiteCRM", "Twenty",
}  # fmt: skip
"""Names of products, sets of criteria and a currency, and the letter of B2B."""


def texts(diagram: Diagram) -> Iterator[str]:
    """All that people read on a map."""
    yield from (diagram.title, diagram.subtitle)
    yield from (group.title for group in diagram.groups)
    yield from (edge.label for edge in diagram.edges)
    for node in diagram.nodes:
        yield from (node.title, node.badge, *node.lines)
        for section in (*node.sections, *node.details):
            yield section.title
            yield from (text for item in section.items for text in (item.text, item.note))


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("kind", FORMATS)
def test_a_bulgarian_map_has_no_latin_word(name: str, kind: str) -> None:
    try:
        diagram = FORMATS[kind](process(name), language="bg")
    except MapError:
        assert not process(name).buyer.phases
        return
    found = {word for text in texts(diagram) for word in re.findall("[A-Za-z]+", text)}
    assert found <= PROPER

"""All that there is to tell of a stage, for maps that have no room for it until a reader asks."""

from __future__ import annotations

from salesfsm.engine.naming import Naming
from salesfsm.maps.checklist import checklist
from salesfsm.maps.diagram import Item, Section
from salesfsm.process.process import Process


def details_of(process: Process, language: str) -> dict[str, tuple[Section, ...]]:
    """By the id of its node, the definition of each stage and the sections of its checklist."""
    naming = Naming(process, language)
    found = {}
    for node in checklist(process, language=language).nodes:
        definition = naming.text(process.stage_by_name[node.id.removeprefix("stage.")].definition)
        told = Section(naming.message("map.process.definition"), (Item(definition),))
        found[node.id] = (*([told] if definition else []), *node.sections)
    return found

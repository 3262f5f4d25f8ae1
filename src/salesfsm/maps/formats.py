"""The registry of formats: what makes a diagram of a process."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from salesfsm.maps.buyer_map import buyer_map
from salesfsm.maps.checklist import checklist
from salesfsm.maps.diagram import Diagram
from salesfsm.maps.flowchart import flowchart
from salesfsm.maps.process_map import process_map
from salesfsm.process.process import Process


class Format(Protocol):
    """A function from a process to the diagram of one format, with texts in a language."""

    def __call__(self, process: Process, *, language: str = "en") -> Diagram:
        """The diagram of ``process``."""


FORMATS: Mapping[str, Format] = MappingProxyType(
    {"map": process_map, "checklist": checklist, "flowchart": flowchart, "buyer": buyer_map}
)
"""Every format by its name: a new one is a new file and one line here."""

"""The ready-made processes as tests take them from the shelf, and all texts of a process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import salesfsm as sf
from salesfsm import library
from salesfsm.process.base import Definition
from salesfsm.process.fields import Text

LANGUAGES = ("en", "pl", "bg")
CRM = tuple(name for name in library.names() if name.startswith("crm_"))


@cache
def process(name: str) -> sf.Process:
    """The process of this name, loaded once."""
    return sf.loads(library.text(name), file=f"{name}.yaml")


@cache
def engine(name: str) -> sf.Engine:
    """Its engine."""
    return sf.Engine(process(name))


def stages(name: str, outcome: str) -> list[str]:
    """The names of its stages of this outcome, in their order."""
    return [stage.name for stage in process(name).stages if stage.outcome == outcome]


def line(name: str) -> list[str]:
    """The names of its open stages, in their order."""
    return stages(name, "open")


TEXTS = ("label", "description", "definition", "hint", "says", "commitments", "decisions")
"""The keys that hold texts for people. What owners and roles are called stands under labels."""


def texts(definition: Definition, path: str = "") -> Iterator[tuple[str, Text]]:
    """Every text for people in a definition that is given, with the path to it."""
    for key in type(definition).model_fields:
        value = getattr(definition, key)
        where = f"{path}.{key}"
        if key in TEXTS:
            each = value if isinstance(value, tuple) else (value,)
            yield from ((where, text) for text in each if text is not None)
        elif isinstance(value, Definition):
            yield from texts(value, where)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                if isinstance(item, Definition):
                    yield from texts(item, f"{where}[{index}]")
        elif isinstance(value, Mapping):
            for name, item in value.items():
                if isinstance(item, Definition):
                    yield from texts(item, f"{where}.{name}")
                else:  # the text of a predicate, or the label of a word
                    yield f"{where}.{name}", item

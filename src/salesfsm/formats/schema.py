"""The JSON Schema of process files, which editors complete and check YAML by."""

from __future__ import annotations

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from salesfsm.formats.composed.keys import BeginningFile, ExtendingFile, Steps

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TOLD_IN_PART = ("facts", "handovers")
"""Of what has these keys, a file that extends another may tell only what changes."""


def process_schema() -> dict[str, object]:
    """The schema, in the dialect of 2020-12. Rules and references between names are not in it.

    A file that extends another needs neither name nor stages, and one that includes others needs
    no stages of its own.
    """
    files: list[tuple[type[Steps], JsonSchemaMode]] = [
        (BeginningFile, "validation"),
        (ExtendingFile, "validation"),
    ]
    definitions = models_json_schema(files, by_alias=True)[1]["$defs"]
    beginning, extending = (definitions.pop(file.__name__) for file, _ in files)
    return {
        "$schema": DIALECT,
        "title": "Process",
        "description": "A sales process.",
        "type": "object",
        "properties": extending["properties"],
        "required": ["salesfsm"],
        "additionalProperties": False,
        "if": {"not": {"required": ["extends"]}},
        "then": {
            "properties": {key: beginning["properties"][key] for key in _TOLD_IN_PART},
            "required": ["process"],
            "anyOf": [{"required": ["stages"]}, {"required": ["include"]}],
        },
        "$defs": definitions,
    }

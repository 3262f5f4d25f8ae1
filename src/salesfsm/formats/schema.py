"""The JSON Schema of process files, which editors complete and check YAML by."""

from __future__ import annotations

from salesfsm.process.process import Process

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def process_schema() -> dict[str, object]:
    """The schema, in the dialect of 2020-12. Rules and references between names are not in it."""
    return {"$schema": DIALECT, **Process.model_json_schema(by_alias=True)}

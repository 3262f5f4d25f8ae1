"""Reads a history: the registry of layouts, the mapping file, and the export itself."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import ValidationError

from salesfsm.errors import DefinitionError, Problem, unknown_name
from salesfsm.formats.history.change_log import ChangeLog
from salesfsm.formats.history.mapping import HistoryMapping
from salesfsm.formats.history.records import History
from salesfsm.formats.history.snapshot import Snapshot
from salesfsm.formats.history.stage_history import StageHistory
from salesfsm.formats.history.table import read_table
from salesfsm.formats.source import Source, read_source
from salesfsm.formats.validation import problems_of

LAYOUTS: Mapping[str, type[HistoryMapping]] = {
    "change_log": ChangeLog,
    "stage_history": StageHistory,
    "snapshot": Snapshot,
}
"""Every layout by its name; a new one is a file beside these and a line here."""


def read_history(path: str | os.PathLike[str], mapping: HistoryMapping) -> History:
    """Read a CRM export as its mapping says.

    Rows that cannot be used are in the result, each with its reason. Raises HistoryError if the
    file as a whole cannot be used: missing, empty, not text, not CSV, without a mapped column.
    """
    table = read_table(path, encoding=mapping.encoding, delimiter=mapping.delimiter)
    return mapping.read(table)


def load_mapping(path: str | os.PathLike[str]) -> HistoryMapping:
    """Load a mapping file (YAML or JSON); raises DefinitionError with every problem in it."""
    source = read_source(path)
    layout = _layout(source)
    try:
        return layout.model_validate(source.data)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, source, layout)) from error


def _layout(source: Source) -> type[HistoryMapping]:
    """The layout that the file names; it decides which other keys there are."""
    data, known = source.data, ", ".join(LAYOUTS)
    if not isinstance(data, dict):
        message = "a history mapping must be a mapping (key: value)"
        raise DefinitionError([Problem(message, (), "", source.place(()))])
    if "layout" not in data:
        hint = f"layout is one of: {known}"
        problem = Problem("the key 'layout' is missing", ("layout",), hint, source.place(()))
        raise DefinitionError([problem])
    name = data["layout"]
    if not isinstance(name, str) or name not in LAYOUTS:
        message = unknown_name("layout", name, LAYOUTS)
        raise DefinitionError([Problem(message, ("layout",), "", source.place(("layout",)))])
    return LAYOUTS[name]

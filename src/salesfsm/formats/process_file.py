"""Process files: YAML or JSON to a process, with every problem at its place, and back to YAML."""

from __future__ import annotations

import os
from dataclasses import replace
from operator import attrgetter

import yaml
from pydantic import ValidationError

from salesfsm.errors import DefinitionError, Problem, ValueTypeError
from salesfsm.formats.source import Language, Source, parse_source, read_source, resolve
from salesfsm.formats.validation import problems_of
from salesfsm.process.process import Process


def load(path: str | os.PathLike[str]) -> Process:
    """The process in a file, whose suffix (``.yaml``, ``.yml``, ``.json``) tells its language.

    Raises :class:`~salesfsm.errors.DefinitionError` with every problem: file, line, column, the
    line itself, and how to mend it.
    """
    if not isinstance(path, str | os.PathLike):
        raise ValueTypeError(f"load takes the path of a file, not {path!r}")
    return process_of(read_source(path))


def loads(text: str, *, file: str = "<text>", language: Language = "yaml") -> Process:
    """The process in a text; ``file`` is the name that errors show. Raises as :func:`load`."""
    if not isinstance(text, str):
        raise ValueTypeError(f"loads takes a text, not {type(text).__name__}: decode bytes first")
    return process_of(parse_source(text, file=file, language=language))


def process_of(source: Source) -> Process:
    """The process that a source defines. Raises as :func:`load`."""
    if not isinstance(source.data, dict):
        raise _refused(source, "a process file is a mapping (key: value)")
    if "salesfsm" not in source.data:
        raise _refused(source, "the key 'salesfsm' is missing", "begin the file with: salesfsm: 1")
    try:
        return Process.model_validate(source.data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, source, Process)) from None
    except DefinitionError as error:
        placed = [
            replace(each, place=source.place(each.path, key=each.at_key)) for each in error.problems
        ]
        raise DefinitionError(sorted(placed, key=attrgetter("position"))) from None


def _refused(source: Source, message: str, hint: str = "") -> DefinitionError:
    return DefinitionError([Problem(message, (), hint, source.place(()))])


def dump(process: Process) -> str:
    """The process as YAML, as a designer would write it: ``loads(dump(p)) == p``."""
    data = process.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    written = {"salesfsm": process.salesfsm, **data}
    return yaml.dump(
        written, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2
    )


class _Dumper(yaml.SafeDumper):
    """Writes what our reader reads: texts that YAML 1.2 would take for something else in quotes."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    ambiguous = not isinstance(resolve(text), str)
    quoted = ambiguous or "\n" in text or "\t" in text
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if quoted else None)


_Dumper.add_representer(str, _represent_text)

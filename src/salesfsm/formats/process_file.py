"""Process files: YAML or JSON to a process, with every problem at its place, and back to YAML."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path

import yaml
from pydantic import ValidationError

from salesfsm.errors import DefinitionError, Place, ValueTypeError
from salesfsm.formats.composed.layers import Layer
from salesfsm.formats.composed.reading import Reader, is_library_name, read_library
from salesfsm.formats.composed.recognition import STEPS, is_composed
from salesfsm.formats.source import Language, Source, parse_source, read_source, resolve
from salesfsm.formats.validation import problems_of
from salesfsm.process.composition.paths import by_names
from salesfsm.process.process import Process


@dataclass(frozen=True, slots=True)
class ProcessSource:
    """A process, and where in its files each thing of it stands."""

    process: Process
    _layer: Layer = field(repr=False, compare=False)

    def place(self, path: tuple[str | int, ...], *, key: bool = False) -> Place:
        """Where the thing at ``path`` stands, or the nearest thing above it that is there.

        The path leads into the process, such as ``("stages", 3, "exit", 0)``; names may stand for
        indexes. In a composed process it is the file to change: the outermost that tells the most
        about the thing. With ``key``, where its key stands.
        """
        if not self._layer.below:
            return self._layer.file.source.place(path, key=key)
        return self._layer.place(by_names(path, self.process), key=key)


def load(path: str | os.PathLike[str]) -> Process:
    """The process in a file, whose suffix (``.yaml``, ``.yml``, ``.json``) tells its language.

    ``library:NAME`` is a ready-made process. A file may take in others (``extends``, ``include``)
    of its folder and of the library. Raises :class:`~salesfsm.errors.DefinitionError` with every
    problem: file, line, column, the line itself, and how to mend it.
    """
    return read_process(path).process


def loads(
    text: str,
    *,
    file: str = "<text>",
    language: Language = "yaml",
    folder: str | os.PathLike[str] | None = None,
) -> Process:
    """The process in a text; ``file`` is the name that errors show.

    ``folder`` is where the files are that it takes in; without one, only the library is there.
    Raises as :func:`load`.
    """
    if not isinstance(text, str):
        raise ValueTypeError(f"loads takes a text, not {type(text).__name__}: decode bytes first")
    source = parse_source(text, file=file, language=language)
    return _composed(source, None if folder is None else Path(folder)).process


def read_process(path: str | os.PathLike[str]) -> ProcessSource:
    """The same as :func:`load`, and where each thing stands. Raises as :func:`load`."""
    if not isinstance(path, str | os.PathLike):
        raise ValueTypeError(f"load takes the path of a file, not {path!r}")
    if is_library_name(path):
        return _composed(read_library(os.fspath(path)), None)
    return _composed(read_source(path), Path(path).parent)


def _composed(source: Source, folder: Path | None) -> ProcessSource:
    """The process of the outermost source, whose files are in ``folder``."""
    reader = Reader(folder)
    file = reader.first(source)
    if is_composed(file.data):
        # Most files are whole, and need nothing of this.
        from salesfsm.formats.composed.steps import Composer  # noqa: PLC0415

        return ProcessSource(*Composer(reader).process(file))
    return ProcessSource(_alone(source), Layer(file))


def _alone(source: Source) -> Process:
    """The process of a source that takes in no other."""
    try:
        return Process.model_validate(source.data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise DefinitionError(problems_of(error, source, Process, also=STEPS)) from None
    except DefinitionError as error:
        placed = [
            replace(each, place=source.place(each.path, key=each.at_key)) for each in error.problems
        ]
        raise DefinitionError(sorted(placed, key=attrgetter("position"))) from None


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

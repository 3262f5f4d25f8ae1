"""The way in: a file or a text becomes a :class:`Source`, or a DefinitionError says why not."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from salesfsm.errors import UNWANTED, DefinitionError, Place, Problem, nearest, printable
from salesfsm.formats.source.json_reader import read_json
from salesfsm.formats.source.text import MAX_BYTES, SourceText, decode
from salesfsm.formats.source.tree import Spot
from salesfsm.formats.source.yaml_reader import read_yaml

Language = Literal["yaml", "json"]

_LANGUAGES: Final[dict[str, Language]] = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


@dataclass(frozen=True, slots=True)
class Source:
    """What a definition file says, as plain data, and where it says it.

    ``file`` is the name shown in messages; ``data`` is built from dict, list, str, int, float,
    bool and None alone.
    """

    file: str
    data: object
    _text: SourceText = field(repr=False, compare=False)
    _root: Spot = field(repr=False, compare=False)

    def place(self, path: tuple[str | int, ...], *, key: bool = False) -> Place:
        """Where the value at ``path`` stands, or the nearest thing above it that is there.

        With ``key``, where its key stands; an item of a list has none and tells its own place.
        """
        spot = self._root
        for part in path:
            if part not in spot.children:
                break
            spot = spot.children[part]
        position = spot.key_at if key and spot.key_at is not None else spot.at
        return self._text.place(position)


def read_source(path: str | os.PathLike[str], *, shown: str | None = None) -> Source:
    """Read a definition file, whose suffix (``.yaml``, ``.yml``, ``.json``) tells its language.

    ``shown`` is what messages call it; its path if left out. Raises DefinitionError with every
    problem found if the file cannot be read, is too large or too deep, or is not in the part of
    the language that definitions are written in.
    """
    name = Path(path)
    file = printable(str(name) if shown is None else shown)
    language = _LANGUAGES.get(name.suffix.lower())
    if language is None:
        known = ", ".join(_LANGUAGES)
        raise _unreadable(f"{file} is not a YAML or JSON file by its name", f"Use one of {known}.")
    try:
        return parse_source(decode(_read(name, file), file), file=file, language=language)
    except OSError as error:
        raise _unreadable(f"{file} cannot be read: {error.strerror or error}") from error


def parse_source(text: str, *, file: str = "<text>", language: Language = "yaml") -> Source:
    """Read a definition from a text; ``file`` is the name to show in messages.

    Raises DefinitionError with every problem found.
    """
    if len(text) > MAX_BYTES:
        raise _too_large(file)
    source = SourceText(text, file)
    source.refuse_matches(
        UNWANTED, "the character {} is not allowed", "Remove it; an editor may not show it."
    )
    tree = read_json(source) if language == "json" else read_yaml(source)
    return Source(file, tree.data, source, tree.root)


def _read(path: Path, file: str) -> bytes:
    """The bytes of a regular file of a bounded size."""
    if path.is_dir():
        raise _unreadable(f"{file} is a folder", "Name a file in it.")
    if not path.exists():
        raise _unreadable(f"there is no file {file}", _like(path, file))
    if not path.is_file():
        raise _unreadable(f"{file} is not a regular file", "Copy what it gives into a file.")
    with path.open("rb") as stream:
        raw = stream.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise _too_large(file)
    return raw


def _like(path: Path, file: str) -> str:
    """A hint that names the definition file in the same folder which may be meant."""
    try:
        every = sorted(each for each in path.parent.iterdir() if each.suffix in _LANGUAGES)
    except OSError:
        return "Look at the folder's name first."
    known = {each.stem: each.name for each in every}
    meant = nearest(path.stem, known)  # the suffix alone would make all names alike
    return f"Did you mean {Path(file).with_name(known[meant])}?" if meant else ""


def _too_large(file: str) -> DefinitionError:
    limit = f"{MAX_BYTES // 1024} KiB"
    return _unreadable(f"{file} is larger than {limit}", "Split it, or check that it is the one.")


def _unreadable(message: str, hint: str = "") -> DefinitionError:
    return DefinitionError([Problem(message, hint=hint)])

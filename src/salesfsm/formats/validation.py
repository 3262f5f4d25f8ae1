"""Turns pydantic's complaints about a definition file into problems with places and plain words.

It knows nothing of what the definition means: the model says which keys there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from salesfsm.errors import Problem, nearest, shorten, unknown_name
from salesfsm.formats.source import Source

TYPE_NAMES = {bool: "a truth value", int: "a number", float: "a number", str: "a text"}
"""How messages call the scalars of a definition file."""

WANTED = {
    "string": "a text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "dict": "a mapping (key: value)",
    "mapping": "a mapping (key: value)",
    "model": "a mapping (key: value)",
    "model_attributes": "a mapping (key: value)",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
}
"""How messages call what was wanted, by the stem of pydantic's ``…_type``, ``…_parsing``."""


def problems_of(
    error: ValidationError, source: Source, model: type[BaseModel], *, also: Iterable[str] = ()
) -> list[Problem]:
    """Every complaint of ``error`` as a problem at its place in ``source``, in order of place.

    ``model`` is the model that was validated: its fields are the known keys, and ``also`` are keys
    of the whole that another model knows.
    """
    details = error.errors(include_url=False)
    problems = [_problem(detail, source, model, tuple(also)) for detail in details]
    unique = {(problem.message, problem.path): problem for problem in problems}
    return sorted(unique.values(), key=attrgetter("position"))


def _problem(
    detail: ErrorDetails, source: Source, model: type[BaseModel], also: tuple[str, ...]
) -> Problem:
    missing = detail["type"] == "missing"
    unknown = detail["type"] == "extra_forbidden"
    path = _path(detail["loc"], source.data, missing=missing)
    hint = ""
    if unknown:
        names = (*_keys(model, path[:-1]), *(() if path[:-1] else also))
        message = unknown_name("key", path[-1], names)
    elif missing:
        field = _field(model, path)
        message = f"the key {str(path[-1])!r} is missing"
        hint = f"{path[-1]}: {field.description}" if field and field.description else ""
    else:
        message, hint = _told(detail)
    place = source.place(path[:-1] if missing else path, key=unknown)
    return Problem(message, path, hint, place)


def _path(location: tuple[str | int, ...], data: object, *, missing: bool) -> tuple[str | int, ...]:
    """The path in the file: pydantic's location without the tags of unions and validators."""
    path: list[str | int] = []
    for index, part in enumerate(location):
        inner = _inner(data, part)
        if inner or (missing and index == len(location) - 1):
            path.append(part)
        data = inner[0] if inner else data
    return tuple(path)


def _inner(data: object, part: str | int) -> list[object]:
    """The value at ``part`` in ``data`` as the only item, or nothing."""
    if isinstance(data, dict):
        return [data[part]] if part in data else []
    if isinstance(data, list) and isinstance(part, int):
        return data[part : part + 1]
    return []


def _told(detail: ErrorDetails) -> tuple[str, str]:
    """Message and hint for a value that does not fit."""
    given, context = detail["input"], detail.get("ctx", {})
    kind = detail["type"]
    if kind == "salesfsm":  # our own complaint, which says it all
        return str(context["message"]), str(context["hint"])
    if kind == "value_error":
        return str(context["error"]), ""
    if kind in {"literal_error", "enum"}:
        meant = nearest(given, re.findall(r"'([^']*)'", context["expected"]))
        hint = f"did you mean {meant!r}?" if meant else ""
        return f"must be {context['expected']}, not {_shown(given)}", hint
    stem, _, ending = kind.rpartition("_")
    if ending in {"type", "parsing"} and stem in WANTED:
        quotes = stem == "string" and isinstance(given, bool | int | float)
        hint = "put it in quotes" if quotes else ""
        return f"must be {WANTED[stem]}, not {_shown(given)}", hint
    sentence = detail["msg"].replace("Input should", "must").replace("String should", "must")
    return f"{sentence[:1].lower()}{sentence[1:]}, not {_shown(given)}", ""


def _shown(given: object) -> str:
    """The given value as a message quotes it."""
    if given is None:
        return "empty"
    if isinstance(given, Mapping):
        return "a mapping"
    if isinstance(given, Sequence) and not isinstance(given, str):
        return "a list"
    text = repr(given) if isinstance(given, str) else str(given).lower()
    return f"{TYPE_NAMES.get(type(given), 'a value')} ({shorten(text)})"


def _keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that the models at ``path`` know; one of them may stand for a list of them."""
    kinds = [
        each
        for kind in _kinds_at(model, path)
        for each in ((kind,) if _is_model(kind) else _inside(kind, 0))
    ]
    return [name for kind in kinds if _is_model(kind) for name in _fields(kind)]


def _field(model: type[BaseModel], path: tuple[str | int, ...]) -> FieldInfo | None:
    for kind in _kinds_at(model, path[:-1]):
        if _is_model(kind) and path[-1] in _fields(kind):
            return _fields(kind)[str(path[-1])]
    return None


def _kinds_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[Any]:
    kinds: list[Any] = [model]
    for part in path:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    return kinds


def _inside(kind: Any, part: str | int) -> Iterator[Any]:
    """The types that a value of type ``kind`` may hold at ``part``."""
    if _is_model(kind):
        field = _fields(kind).get(str(part))
        if field is not None:
            yield from _flat(field.annotation)
        return
    arguments = get_args(kind)
    if arguments and isinstance(part, int):
        yield from _flat(arguments[0])
    elif len(arguments) == 2:
        yield from _flat(arguments[1])


def _flat(annotation: Any) -> Iterator[Any]:
    """The members of a union, the bare type of an ``Annotated``, or the type itself."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _flat(get_args(annotation)[0])
    elif origin in {Union, UnionType}:
        for member in get_args(annotation):
            yield from _flat(member)
    else:
        yield annotation


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _fields(kind: type[BaseModel]) -> dict[str, FieldInfo]:
    return {str(field.validation_alias or name): field for name, field in kind.model_fields.items()}

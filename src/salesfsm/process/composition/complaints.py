"""Pydantic's complaints about definitions that were handed in, as problems with a path each."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from salesfsm.errors import Problem, shorten, unknown_name
from salesfsm.process.composition.paths import Path


def complaints(
    error: ValidationError, model: type[BaseModel], data: object, path: Path = ()
) -> list[Problem]:
    """Each complaint of ``error`` about ``data``, which ``model`` was to read, found at ``path``.

    Paths go on within the data; pydantic's tags of unions are no part of them.
    """
    found = {}
    for detail in error.errors(include_url=False):
        where = (*path, *_inside(data, detail["loc"]))
        message, hint = _told(detail, model)
        unknown = detail["type"] == "extra_forbidden"
        found[message, where] = Problem(message, where, hint, at_key=unknown)
    return list(found.values())


def _told(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, str]:
    given, key = detail["input"], str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "salesfsm":  # our own complaint, which says it all
            context = detail["ctx"]
            return str(context["message"]), str(context["hint"])
        case "missing":
            return f"the key {key!r} is missing", ""
        case "extra_forbidden" if len(detail["loc"]) == 1:
            names = (
                str(field.validation_alias or name) for name, field in model.model_fields.items()
            )
            return unknown_name("key", key, names), ""
        case "extra_forbidden":
            return f"unknown key {shorten(key)!r}", ""
    sentence = detail["msg"].replace("Input should", "must").replace("String should", "must")
    return f"{sentence[:1].lower()}{sentence[1:]}, not {shorten(repr(given))}", ""


def _inside(data: object, location: tuple[str | int, ...]) -> Path:
    found: list[str | int] = []
    for part in location:
        listed = isinstance(data, list | tuple) and isinstance(part, int) and part < len(data)
        if listed or (isinstance(data, Mapping) and part in data):
            found.append(part)
            data = data[part]  # type: ignore[index]  # it is there
    return tuple(found)

"""Reading what a model knows: where its values are, and its facts in the form that rules ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from operator import attrgetter
from typing import Any

from salesfsm.engine import commands
from salesfsm.errors import CommandError, UnknownNameError, ValueTypeError, shorten
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.process import Process
from salesfsm.rules.types import Kind, accept
from salesfsm.rules.values import FactValue

Reading = str | Callable[[Any], Any]
"""Where a value of a model is: the name of an attribute (``account.owner``), or a function."""

FactReading = Mapping[str, Reading] | Callable[[Any], Mapping[str, object]]
"""Where the facts are: by name, or a function that gives all that are known."""

REMEMBERED = 4096
"""How many values of a fact a reader remembers in the form that rules ask: checking takes long."""


def reading_of(name: str, where: Reading | None, asked: str | None = None) -> Reading:
    """A function that reads ``name``, or its name where a model may do without it.

    ``where`` is given by the caller, and ``asked`` is what the process asks that needs it: with
    either, a model without it raises :class:`~salesfsm.errors.CommandError`.
    """
    if callable(where):
        return where
    if where is not None and not isinstance(where, str):
        raise ValueTypeError(
            f"{name} is read from an attribute or by a function, not {shorten(repr(where))}: "
            f"give {name}= its name, or a function of the model"
        )
    if where is None and asked is None:
        return name
    read = attrgetter(where or name)

    def found(model: object) -> object:
        try:
            return read(model)
        except AttributeError:
            why = f"the process asks {asked}" if asked else f"{name} is to be read from it"
            raise CommandError(
                f"{type(model).__name__} has no attribute {where or name!r}, and {why}: "
                f"add it, or tell bind where {name} is"
            ) from None

    return found


class FactReader:
    """Reads the facts of models. What is None, and what a model has no attribute for, is unknown.

    Raises :class:`~salesfsm.errors.ValueTypeError`, naming the fact, as the engine does.
    """

    def __init__(self, process: Process, facts: FactReading | None) -> None:
        self._process = process
        self._all = facts if callable(facts) else None
        given = {} if callable(facts) or facts is None else dict(_mapping(facts, "facts"))
        if unknown := [name for name in given if name not in process.facts]:
            raise UnknownNameError("fact", unknown[0], process.facts, within=process.name)
        self._reads = [(name, reading_of(name, given.get(name))) for name in process.facts]
        self._accepts = {name: _accepting(process, name) for name in process.facts}

    def read(self, model: object) -> FrozenDict[str, FactValue]:
        """The facts of ``model`` that are known."""
        if self._all is not None:
            given = _mapping(self._all(model), "what the function of facts gives")
        else:
            given = {
                name: getattr(model, where, None) if isinstance(where, str) else where(model)
                for name, where in self._reads
            }
        accepts, known = self._accepts, {}
        try:
            for name, value in given.items():
                if value is not None:
                    known[name] = accepts[name](value)
        except (KeyError, TypeError):  # an unknown name, a wrong type, or one that has no hash
            commands.accept_facts(self._process, given)  # raises, and says which fact it is
            raise
        return frozen(known)


def _mapping(given: Any, what: str) -> Mapping[str, Any]:
    if isinstance(given, Mapping):
        return given
    raise ValueTypeError(f"{what} is a mapping by the names of facts, not {shorten(repr(given))}")


def _accepting(process: Process, name: str) -> Callable[[Any], FactValue]:
    fact, declared = process.facts[name], process.vocabulary.facts[name]
    if fact.minimum is not None or fact.maximum is not None:
        return lambda value: commands.accept_facts(process, {name: value})[name]  # type: ignore[return-value]
    take = partial(accept, declared)
    # Texts are quick to check, and nobody's to keep.
    return take if declared.kind is Kind.TEXT else lru_cache(REMEMBERED, typed=True)(take)

"""Changes laid over a draft, in the form of a process file: mappings and named things merge."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError

from salesfsm.errors import DefinitionError, Problem, shorten, unknown_name
from salesfsm.process.base import Definition, ShortDefinition
from salesfsm.process.calendar import Calendar
from salesfsm.process.composition.complaints import complaints
from salesfsm.process.composition.draft import Draft
from salesfsm.process.composition.paths import Path, transition_name
from salesfsm.process.definitions import Fact, Reason, Stage, Task, Transition
from salesfsm.process.handover import Contract, Handover
from salesfsm.process.journey import Buyer, Job, Milestone, Mirroring, Phase
from salesfsm.process.labels import labels_still_used
from salesfsm.process.people import Assignment, Team
from salesfsm.process.process import Process
from salesfsm.rules.build import Rule

Model = TypeVar("Model", bound=Definition)

_NAMED: Mapping[tuple[type[Definition], str], type[Definition]] = {
    (Process, "stages"): Stage,
    (Process, "teams"): Team,
    (Process, "assignments"): Assignment,
    (Process, "handovers"): Handover,
    (Stage, "tasks"): Task,
    (Stage, "reasons"): Reason,
    (Buyer, "phases"): Phase,
    (Buyer, "milestones"): Milestone,
    (Buyer, "jobs"): Job,
}
"""The lists of named things, which merge by name."""

_INNER: Mapping[tuple[type[Definition], str], type[Definition]] = {
    (Process, "calendar"): Calendar,
    (Process, "buyer"): Buyer,
    (Process, "mirror"): Mirroring,
    (Process, "receives"): Contract,
    (Handover, "needs"): Contract,
    (Handover, "carries"): Contract,
}
"""The definitions within others, which merge by their keys."""


def changed(draft: Draft, changes: Mapping[str, object]) -> Draft:
    """The draft with ``changes``: see ``composing.override``.

    Labels of words that are used no more are dropped, unless the changes give them. Definitions
    among them change what they were given (pydantic's ``model_fields_set``). Raises
    DefinitionError with every problem, the paths leading by names.
    """
    laying = _Changes()
    fields = {}
    for key, value in changes.items():
        name = "name" if key == "process" else key
        if name not in Process.model_fields:
            keys = (field.alias or each for each, field in Process.model_fields.items())
            laying.refuse((key,), unknown_name("key", key, keys), at_key=True)
        elif value is None and not Process.model_fields[name].is_required():
            fields[name] = getattr(Draft.blank(draft.name), name)
        else:
            fields[name] = laying.field(draft, name, value)
    if laying.problems:
        raise DefinitionError(laying.problems)
    new = draft.but(**fields)
    given = changes.get("labels")
    keeping = given if isinstance(given, Mapping) else ()
    return new.but(labels=labels_still_used(draft, new, keeping=keeping))


class _Changes:
    """Lays changes over definitions, and collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def refuse(self, path: Path, message: str, hint: str = "", *, at_key: bool = False) -> None:
        self.problems.append(Problem(message, path, hint, at_key=at_key))

    def field(self, draft: Draft, name: str, value: object) -> object:
        """The new value of a field of the process."""
        old, path = getattr(draft, name), (name,)
        match name:
            case "facts":
                return self.facts(old, value)
            case "predicates" | "labels" | "ignore":
                return self.read(name, self.merged(old, value, path), path)
            case "transitions":
                return self.transitions(old, value, path)
        return self.key(Process, name, old, value, path)

    def key(
        self, model: type[Definition], name: str, old: object, value: object, path: Path
    ) -> object:
        """The new value of a key of a definition."""
        if (model, name) in _NAMED:
            olds = old if isinstance(old, tuple) else ()
            return self.named(_NAMED[model, name], olds, value, path)
        if (model, name) in _INNER:
            return self.definition(_INNER[model, name], old, value, path)
        return self.read(name, value, path) if model is Process else value

    def read(self, name: str, value: object, path: Path) -> object:
        """A plain value of the process, as the process would read it."""
        try:
            return _reader(name).validate_python(value)
        except ValidationError as error:
            self.problems += complaints(error, Process, value, path)
            return value

    def definition(self, model: type[Model], old: object, given: object, path: Path) -> object:
        """``old`` with the keys that are given; a new definition where there is no old one."""
        keys = _keys_of(model, given)
        if keys is None:
            self.refuse(path, f"must be a mapping (key: value), not {shorten(repr(given))}")
            return old
        values = {name: getattr(old, name) for name in model.model_fields} if old else {}
        for name, value in keys.items():
            if value is None and name in model.model_fields:
                values.pop(name, None)
            else:
                values[name] = self.key(model, name, values.get(name), value, (*path, name))
        try:
            return model.model_validate(values)
        except ValidationError as error:
            self.problems += complaints(error, model, values, path)
            return old

    def named(
        self, model: type[Definition], olds: tuple[object, ...], given: object, path: Path
    ) -> tuple[object, ...]:
        """The definitions with those that are given merged into them, new ones at the end."""
        if not isinstance(given, list | tuple):
            self.refuse(path, f"must be a list, not {shorten(repr(given))}")
            return olds
        found: dict[str, object] = {getattr(each, "name", ""): each for each in olds}
        seen = set()
        for index, item in enumerate(given):
            name = (_keys_of(model, item) or {}).get("name")
            where = (*path, name if isinstance(name, str) else index)
            if name in seen:
                self.refuse(where, f"the name {name!r} stands here twice", "names are used once")
                continue
            seen.add(name)
            new = self.definition(model, found.get(str(name)), item, where)
            if new is not None:
                found[str(name)] = new
        return tuple(found.values())

    def facts(self, olds: Mapping[str, Fact], given: object) -> object:
        """The facts by name; None takes one away, and a type alone is another fact."""
        found = self.merged(olds, given, ("facts",))
        for name, value in found.items():
            if value is not olds.get(name):
                old = None if isinstance(value, str) else olds.get(name)
                found[name] = self.definition(Fact, old, value, ("facts", name))
        return olds if self.problems else self.read("facts", found, ("facts",))

    def merged(self, old: object, given: object, path: Path) -> dict[str, object]:
        """Two mappings as one; None takes a name away."""
        both = dict(old) if isinstance(old, Mapping) else {}
        if isinstance(given, Mapping):
            both |= given
        else:
            self.refuse(path, f"must be a mapping (key: value), not {shorten(repr(given))}")
        return {name: value for name, value in both.items() if value is not None}

    def transitions(
        self, olds: tuple[Transition, ...], given: object, path: Path
    ) -> tuple[Transition, ...]:
        """The transitions, those of the same trigger and source replaced, others appended.

        Where several have both, as in a diamond, the one of the same target is meant.
        """
        if not isinstance(given, list | tuple):
            self.refuse(path, f"must be a list, not {shorten(repr(given))}")
            return olds
        found, waiting = list(olds), list(range(len(olds)))
        for index, item in enumerate(given):
            new = self.definition(Transition, None, item, (*path, index))
            if not isinstance(new, Transition):
                continue
            alike = [i for i in waiting if _leaving(found[i]) == _leaving(new)]
            same = [i for i in alike if found[i].target == new.target]
            if not alike:
                found.append(new)
            elif not same and len(alike) > 1:
                targets = ", ".join(found[i].target for i in alike)
                self.refuse(
                    (*path, transition_name(new)),
                    f"several transitions have the trigger {new.trigger!r} and this source: they "
                    f"lead to {targets}",
                    "name the target of the one to replace, or give the new one another trigger",
                )
            else:
                place = (same or alike)[0]
                found[place] = new
                waiting.remove(place)
        return tuple(found)


def _leaving(way: Transition) -> tuple[str, frozenset[str]]:
    return way.trigger, frozenset(way.source)


def _keys_of(model: type[Definition], given: object) -> dict[str, object] | None:
    """What ``given`` says of a definition; None if it says nothing that could be read."""
    if isinstance(given, BaseModel):
        names = (name for name in model.model_fields if name in given.model_fields_set)
        return {name: getattr(given, name) for name in names}
    if isinstance(given, Mapping):
        return dict(given)
    if issubclass(model, ShortDefinition) and isinstance(given, str | bool | Rule):
        return {model.short: given}
    return None


@cache
def _reader(name: str) -> TypeAdapter[Any]:
    """What reads the values of a field of the process."""
    return TypeAdapter(get_type_hints(Process, include_extras=True)[name])

"""Triggers as methods of the caller's classes, so that no object need be registered or changed."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from salesfsm.errors import CommandError

if TYPE_CHECKING:
    from salesfsm.binding.machine import DecidedMachine

Method = Callable[..., object]
Class = TypeVar("Class", bound=type)


def identifiers(names: Iterable[str]) -> dict[str, str]:
    """By name, how Python spells it: ``winback.approach`` is ``winback_approach``.

    A keyword, and a name that another one is spelled like, ends with an underscore.
    """
    every = tuple(dict.fromkeys(names))
    found = {name: name for name in every if "." not in name and not keyword.iskeyword(name)}
    taken = set(found.values())
    for name in every:
        if name in found:
            continue
        spelled = name.replace(".", "_")
        while spelled in taken or keyword.iskeyword(spelled):
            spelled += "_"
        found[name] = spelled
        taken.add(spelled)
    return {name: found[name] for name in every}


SHORT = ("stage", "state")
"""The attributes whose states models name alone: ``is_won``, not ``is_stage_won``."""


def prefix_of(model_attribute: str) -> str:
    """What tells the states of several machines on one model apart, in the names of methods."""
    return "" if model_attribute in SHORT else f"{model_attribute}_"


def methods_of(machine: DecidedMachine, prefix: str) -> dict[str, Method]:
    """The methods that models get, by name; ``prefix`` tells the states of several machines apart.

    ``TRIGGER``, ``may_TRIGGER`` and ``is_STATE``, and ``trigger`` and ``may_trigger`` that take a
    name.
    """
    found: dict[str, Method] = {}
    for trigger, spelled in identifiers(machine.events).items():
        _add(found, spelled, _firing(machine, trigger))
        _add(found, f"may_{spelled}", _asking(machine, trigger))
    for state, spelled in identifiers(machine.states).items():
        _add(found, f"is_{prefix}{spelled}", _standing(machine, state))
    end = f"_{prefix}".rstrip("_")
    _add(found, f"trigger{end}", _firing_by_name(machine))
    _add(found, f"may_trigger{end}", _asking_by_name(machine))
    return found


def _add(found: dict[str, Method], name: str, method: Method) -> None:
    if name in found:
        raise CommandError(
            f"a trigger or stage of the process would give models two methods {name!r}: "
            "rename one of them"
        )
    method.__name__ = method.__qualname__ = name
    found[name] = method


def _firing(machine: DecidedMachine, trigger: str) -> Method:
    fire = machine.events[trigger].trigger

    def method(self: object, *args: object, **kwargs: object) -> object:
        return fire(self, *args, **kwargs)

    method.__doc__ = f"Fire ``{trigger}``: True where it moved, False where it was refused."
    return method


def _asking(machine: DecidedMachine, trigger: str) -> Method:
    def method(self: object, *args: object, **kwargs: object) -> object:
        return machine.may(self, trigger, *args, **kwargs)

    method.__doc__ = f"Whether ``{trigger}`` would move it now."
    return method


def _standing(machine: DecidedMachine, state: str) -> Method:
    def method(self: object) -> bool:
        return machine.stands_in(self, state)

    method.__doc__ = f"Whether it is in ``{state}``."
    return method


def _firing_by_name(machine: DecidedMachine) -> Method:
    def method(self: object, trigger: str, *args: object, **kwargs: object) -> object:
        """Fire a trigger by its name, as the process spells it."""
        return machine.fire(self, trigger, *args, **kwargs)

    return method


def _asking_by_name(machine: DecidedMachine) -> Method:
    def method(self: object, trigger: str, *args: object, **kwargs: object) -> object:
        """Whether a trigger, by its name, would move it now."""
        return machine.may(self, trigger, *args, **kwargs)

    return method


def attach_to(model_class: Class, methods: Mapping[str, Method]) -> Class:
    """Put the methods into a class; raises where it has one of the names already."""
    _refuse_clash(model_class, model_class.__mro__, methods)
    for name, method in methods.items():
        setattr(model_class, name, method)
    return model_class


def mixin_of(name: str, methods: Mapping[str, Method]) -> type:
    """A class with the methods, for others to inherit from.

    An heir may define one of them itself, to do more; its other bases may not have them.
    """

    class Moves:
        """The moves of a process, as methods of a model."""

        __slots__ = ()

        def __init_subclass__(cls, **options: object) -> None:
            super().__init_subclass__(**options)
            others = [base for base in cls.__mro__ if not issubclass(base, Moves)]
            _refuse_clash(cls, others, methods)

    for method_name, method in methods.items():
        setattr(Moves, method_name, method)
    Moves.__name__ = Moves.__qualname__ = name
    return Moves


def _refuse_clash(model: type, bases: Iterable[type], methods: Mapping[str, Method]) -> None:
    for base in bases:
        for name in methods:
            if name in vars(base):
                raise CommandError(
                    f"{model.__name__} has {name!r} already, of {base.__name__}, and the process "
                    f"gives models a method of that name: rename one of the two"
                )

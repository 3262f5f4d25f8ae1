"""A process in the making: definitions of which several steps make one process, checked at the end.

The steps are functions from draft to draft, so that a process that is composed of many is put
together first and checked once.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from salesfsm.errors import CommandError, DefinitionError, Problem, UnknownNameError
from salesfsm.process.base import Definition
from salesfsm.process.composition.complaints import complaints
from salesfsm.process.composition.paths import by_names
from salesfsm.process.definitions import Stage
from salesfsm.process.process import Process

Defined = TypeVar("Defined", bound=Definition)


class Draft(Process):
    """The definitions of a process, each read by itself; they need not fit together yet."""

    model_config = ConfigDict(defer_build=True)  # it is never validated

    @classmethod
    def of(cls, process: Process) -> Self:
        """The definitions of ``process``."""
        return cls.model_construct(**_fields(process))

    @classmethod
    def blank(cls, name: str) -> Self:
        """A process that has a name and nothing else yet."""
        return cls.model_construct(name=name, stages=())

    def but(self, **changes: Any) -> Self:
        """The draft with other fields, which are taken as they are."""
        return type(self).model_construct(**(_fields(self) | changes))

    def built(self) -> Process:
        """The process, checked as a whole.

        Raises :class:`~salesfsm.errors.DefinitionError`; the paths of its problems lead by names,
        such as ``("stages", "winback.approach", "exit", 0)``, for an index among definitions of
        many processes tells nobody anything.
        """
        try:
            return Process.model_validate(_fields(self))
        except ValidationError as error:
            problems = complaints(error, Process, _fields(self))
        except DefinitionError as error:
            problems = list(error.problems)
        raise DefinitionError(
            Problem(each.message, by_names(each.path, self), each.hint, at_key=each.at_key)
            for each in problems
        )


def _fields(process: Process) -> dict[str, Any]:
    return {name: getattr(process, name) for name in Process.model_fields}


_SAYING_NOTHING = Draft.blank("any")


def with_fields(definition: Defined, **changes: object) -> Defined:
    """The definition with other fields, which are known to be valid: nothing is checked again."""
    return BaseModel.model_copy(definition, update=changes)


def with_ways_of(stage: Stage, part: Process) -> Stage:
    """The stage with what its own process says of all of its stages, if it says anything.

    So nothing that one part allows is allowed in another, and no gate of one opens another's.
    """
    changes: dict[str, object] = {}
    if stage.mirrors and not stage.mirror and part.mirror != _SAYING_NOTHING.mirror:
        changes["mirror"] = part.mirror
    if not stage.acting and part.acting is not _SAYING_NOTHING.acting:
        changes["acting"] = part.acting
    if stage.overrides is None and part.overrides:
        changes["overrides"] = part.overrides
    return with_fields(stage, **changes) if changes else stage


def known_stage(draft: Process, name: str, kind: str = "stage") -> str:
    """``name``, if the draft has such a stage; raises UnknownNameError with the nearest name."""
    if not isinstance(name, str) or name not in draft.stage_by_name:
        raise UnknownNameError(kind, name, draft.stage_by_name, within=draft.name)
    return name


def a_process(value: object, does: str) -> Process:
    """``value``, if it is a process; ``does`` is what was to be done with it."""
    if not isinstance(value, Process):
        raise CommandError(f"{does} takes a Process, not {type(value).__name__}")
    return value

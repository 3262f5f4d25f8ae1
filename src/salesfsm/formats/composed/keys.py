"""How the keys of a process file are written by which it takes in other files and changes them.

What the steps do is in ``steps``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from typing import Annotated, Any

from pydantic import ConfigDict, Field, ValidationError, create_model

from salesfsm.errors import DefinitionError
from salesfsm.formats.composed.reading import File
from salesfsm.formats.composed.recognition import STEPS
from salesfsm.formats.validation import problems_of
from salesfsm.process.base import Definition, ShortDefinition
from salesfsm.process.definitions import Fact, Stage, Transition
from salesfsm.process.fields import NAMED_ALONE, Line, Name
from salesfsm.process.handover import Handover
from salesfsm.process.journey import Mirroring
from salesfsm.process.process import Process

Reference = Annotated[
    Line, Field(description="A file, relative to this one, or library:NAME of the library.")
]


class Removal(ShortDefinition):
    """A stage to leave out. May be written as its name alone."""

    short = "stage"

    stage: Name = Field(description="The stage to leave out.")
    to: Name | None = Field(
        default=None, description="Where the ways into it lead instead, if there are several."
    )


class Insertion(Definition):
    """A stage to put in between two."""

    model_config = ConfigDict(populate_by_name=False)

    stage: Stage = Field(description="The stage, or its name if it comes from another file.")
    source: Reference | None = Field(
        default=None, validation_alias="from", serialization_alias="from"
    )
    before: Name | None = Field(default=None, description="The stage that it stands before.")
    after: Name | None = Field(default=None, description="The stage that it stands after.")
    trigger: Name = Field(description="What leads on from it.")


class Part(ShortDefinition):
    """A process to take in: a branch if it says where it is left for and rejoined from."""

    short = "process"

    process: Reference
    leave: tuple[Transition, ...] = Field(
        default=(), description="Ways from stages of this process to stages of the part."
    )
    rejoin: Annotated[Mapping[Name, Name], NAMED_ALONE] = Field(
        default={}, description="Ends of the part, and the stages of this process they lead to."
    )

    @property
    def is_branch(self) -> bool:
        """Whether it is left for and rejoined from, rather than standing beside."""
        return bool(self.model_fields_set & {"leave", "rejoin"})


class Mirror(Mirroring):
    """The buyer's journey, which stage mirrors which phase of it, and how stages are guarded."""

    buyer: Reference | None = Field(default=None)
    stages: Annotated[Mapping[Name, Name], NAMED_ALONE] = Field(
        default={}, description="Stages of this process, and the phases that they mirror."
    )


class Steps(Definition):
    """The keys of a process file that no process has, in the order in which they take effect."""

    extends: Reference | None = Field(
        default=None, description="The process that this one is a variant of."
    )
    remove: tuple[Removal, ...] = Field(default=(), description="Stages to leave out.")
    insert: tuple[Insertion, ...] = Field(default=(), description="Stages to put in between.")
    reorder: tuple[Name, ...] = Field(
        default=(), description="Stages in their new order; the others stay."
    )
    include: Annotated[Mapping[Name, Part], NAMED_ALONE] = Field(
        default={}, description="Processes to take in, by the prefix of their names."
    )
    mirror: Mirror = Field(default=Mirror(), description="The buyer's journey, and how it guards.")


def _fields(model: type[Definition], needed: Collection[str]) -> dict[str, Any]:
    """The fields of ``model``, of which only some are needed."""
    fields = {}
    for name, field in model.model_fields.items():
        own = copy(field)
        if field.is_required() and name not in needed:
            own.default = None
        fields[name] = (field.annotation, own)
    return fields


def _changes(model: type[Definition]) -> Any:
    """A definition of which only what changes is told."""
    fields = _fields(model, needed=["name"])
    return create_model(f"{model.__name__}Changes", __base__=model, **fields)


_WHOLE = {key: field for key, field in _fields(Process, ["name"]).items() if key != "mirror"}

BeginningFile = create_model(
    "BeginningFile",
    __base__=Steps,
    __doc__="A process file that extends no other: what it says is whole.",
    **_WHOLE,
)
ExtendingFile = create_model(
    "ExtendingFile",
    __base__=BeginningFile,
    __doc__="A process file that extends another: what has a name may tell only what changes.",
    name=_fields(Process, [])["name"],
    facts=(Annotated[Mapping[Name, _changes(Fact)], NAMED_ALONE], {}),  # type: ignore[arg-type, misc]
    handovers=(tuple[_changes(Handover), ...], ()),  # type: ignore[arg-type, misc]
)


def keys_of(file: File) -> tuple[Steps, dict[str, Any]]:
    """What a file says, each definition read by itself; and what of it is about the process.

    A key of which nothing is said (``label:``) takes away what there was. Raises DefinitionError
    with every problem at its place.
    """
    data = file.data
    model = BeginningFile if data.get("extends") is None else ExtendingFile
    try:
        keys = model.model_validate(data, by_alias=True, by_name=False)
    except ValidationError:
        keys = _read_without_nulls(model, file)
        if model is ExtendingFile:
            own = data.keys() - {*STEPS, "salesfsm"}
            return keys, {key: _of_process(key, data[key]) for key in own}
    given = keys.model_fields_set & Process.model_fields.keys() - {"salesfsm"}
    if keys.mirror.model_fields_set.isdisjoint(Mirroring.model_fields):
        given -= {"mirror"}  # it is the step alone
    return keys, {key: getattr(keys, key) for key in given}


def _read_without_nulls(model: type[Steps], file: File) -> Steps:
    try:
        return model.model_validate(_without_nulls(file.data), by_alias=True, by_name=False)
    except ValidationError as error:
        problems = problems_of(error, file.source, model)
        raise DefinitionError(map(file.told, problems)) from None


def _of_process(key: str, value: object) -> object:
    """What stands under a key, without the step that ``mirror`` may be."""
    if key != "mirror" or not isinstance(value, dict):
        return value
    return {each: value[each] for each in value if each in Mirroring.model_fields}


def _without_nulls(value: object) -> object:
    """The value without keys of which nothing is said."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value

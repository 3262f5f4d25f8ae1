"""What all definitions have in common: frozen, no unknown key, a short form beside the long one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from salesfsm.process.fields import Name, Text
from salesfsm.rules.build import Rule


class Definition(BaseModel):
    """The base of all definitions: frozen, and no key that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def model_copy(self, *, update: Mapping[str, object] | None = None, deep: bool = False) -> Self:
        """The definition with changes, checked as a new one is. It is never shared by halves."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate(given | dict(update or {}))


class ShortDefinition(Definition):
    """A definition that is written as the value of one key where it says nothing else.

    Read, written and described by the JSON Schema in both forms.
    """

    short: ClassVar[str] = "name"
    """The key whose value may stand for the whole."""

    @model_validator(mode="before")
    @classmethod
    def _from_short(cls, value: object) -> object:
        return {cls.short: value} if isinstance(value, str | bool | Rule) else value

    @model_serializer(mode="wrap")
    def _to_short(self, write: SerializerFunctionWrapHandler) -> object:
        written = write(self)
        return written[self.short] if list(written) == [self.short] else written

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        long = handler.resolve_ref_schema(handler(core_schema))
        schema = {key: long.pop(key) for key in ("title", "description") if key in long}
        return schema | {"anyOf": [long["properties"][cls.short], long]}


class NamedDefinition(ShortDefinition):
    """A definition that may be written as its name alone."""

    name: Name
    label: Text | None = Field(
        default=None, description="What people read, in one language or several."
    )

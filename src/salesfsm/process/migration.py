"""The rules of a migration: what in one version of a process becomes what in another one.

Definitions only, as people write them. Whether they fit the two processes is found by
``migration_problems``; what they do to an opportunity is decided by ``salesfsm.migration``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from salesfsm.frozen import FrozenDict
from salesfsm.process.base import Definition, ShortDefinition
from salesfsm.process.fields import (
    AT_LEAST_ONE,
    Line,
    Name,
    RuleNode,
    Version,
    file_format,
    refusal,
)
from salesfsm.process.kinds import Outcome


class OnMissing(StrEnum):
    """What becomes of what an opportunity holds and the new version has no place for."""

    STRAND = "strand"
    DROP = "drop"


class MigrationTarget(ShortDefinition):
    """Where opportunities of a stage go. May be written as the name of the new stage alone."""

    short = "to"

    to: Name = Field(description="The stage of the new version.")
    when: RuleNode | None = Field(
        default=None,
        description="Only those for which this rule of the new version is met; all if left out.",
    )
    outcome: Outcome | None = Field(
        default=None, description="The new outcome; to be said where it differs from the old one."
    )
    reason: Name | None = Field(
        default=None, description="Why those are lost that become so, where the stage asks it."
    )


def _as_tuple(value: object) -> object:
    if value is None:
        raise refusal("a stage cannot be dropped", "name the stage that its opportunities go on in")
    return tuple(value) if isinstance(value, list | tuple) else (value,)


Targets = Annotated[tuple[MigrationTarget, ...], BeforeValidator(_as_tuple), AT_LEAST_ONE]
"""One target, or branches of which the first that is met is taken."""

_Stages = Annotated[Mapping[Name, Targets], AfterValidator(FrozenDict)]
_Names = Annotated[Mapping[Name, Name | None], AfterValidator(FrozenDict)]
_Texts = Annotated[Mapping[Line, Line | None], AfterValidator(FrozenDict)]
_Options = Annotated[Mapping[Name, _Texts], AfterValidator(FrozenDict)]
NAMED = "New names by the old ones; empty drops it. The same name need not be said."


class MigrationRules(Definition):
    """What becomes of opportunities that go from one version of a process to another one.

    What has the same name in both versions is the same thing and needs no rule. Stages that two
    old names lead to are merged, and so are options; a stage with branches is split.
    """

    migration: Annotated[Literal[1], file_format("migration")] = Field(
        default=1, description="The version of the file format."
    )
    process: Name = Field(description="The name of the process.")
    into: Name | None = Field(
        default=None, description="The name of the new process, if it is another one."
    )
    from_version: Version = Field(
        validation_alias="from", serialization_alias="from", description="The old version."
    )
    to_version: Version = Field(
        validation_alias="to", serialization_alias="to", description="The new version."
    )
    stages: _Stages = Field(
        default=FrozenDict(), description="New stages by the old ones: one, or branches."
    )
    facts: _Names = Field(default=FrozenDict(), description=NAMED)
    options: _Options = Field(
        default=FrozenDict(),
        description="By the old name of a choice, the new options by the old ones; empty drops it.",
    )
    milestones: _Names = Field(default=FrozenDict(), description=NAMED)
    tasks: _Names = Field(default=FrozenDict(), description=NAMED)
    activities: _Names = Field(default=FrozenDict(), description=NAMED)
    reasons: _Names = Field(default=FrozenDict(), description=NAMED)
    teams: _Texts = Field(default=FrozenDict(), description=NAMED)
    on_missing: OnMissing = Field(
        default=OnMissing.STRAND,
        description="What becomes of data for which the new version has no place and no rule says "
        "what: strand leaves the opportunity where it is, drop leaves the data in the history.",
    )

    @property
    def source(self) -> tuple[str, str]:
        """Name and version of the old process."""
        return self.process, self.from_version

    @property
    def target(self) -> tuple[str, str]:
        """Name and version of the new process."""
        return self.into or self.process, self.to_version

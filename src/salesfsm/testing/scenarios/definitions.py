"""What a file of scenarios holds, as frozen data: given what, when what, then what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, model_validator

from salesfsm.engine.opportunity import Standing
from salesfsm.errors import shorten
from salesfsm.process.arcs import sources_among
from salesfsm.process.base import Definition, ShortDefinition
from salesfsm.process.definitions import Sources
from salesfsm.process.fields import Line, Name, refusal
from salesfsm.process.kinds import Maker
from salesfsm.process.process import Process
from salesfsm.rules.values import aware

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _moment(value: object) -> object:
    """A date or a time with its offset, as text; a date alone is its morning in UTC."""
    if isinstance(value, datetime):
        return aware(value)
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(f"{value}T09:00Z" if _DAY.fullmatch(value) else value)
        except ValueError:
            found = None
        if found is not None and found.tzinfo is not None:
            return aware(found)
    raise refusal("this is no time", "write 2026-03-02 or 2026-03-02T09:00Z, with its offset")


Moment = Annotated[datetime, BeforeValidator(_moment)]

MOST_DAYS = 36_500
"""How many days ago something may have been: a hundred years."""


def _days(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_DAYS:
        return value
    hint = f"write 0, 1, 2 …; {MOST_DAYS} at most"
    raise refusal(f"{shorten(repr(value))} is no number of days", hint)


Days = Annotated[
    int,
    PlainValidator(_days),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MOST_DAYS}),
]


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


class Proof(ShortDefinition):
    """Evidence that is there; written as its milestone alone, it is as the milestone wants it."""

    short: ClassVar[str] = "milestone"

    milestone: Name = Field(description="The milestone that it proves.")
    kind: Name | None = Field(
        default=None, description="Its kind; one that is accepted if left out."
    )
    made_by: Maker | None = Field(default=None, description="Who made it.")
    days_ago: Days | None = Field(
        default=None,
        description="How many days before the trigger it was made; on entering the stage, if left "
        "out.",
    )


class Given(Definition):
    """How an opportunity stands before the trigger is fired."""

    stage: Sources | None = Field(
        default=None,
        description="Its stage; the first one if left out. A list of stages, open, closed or *: "
        "each of them in turn, and groups without the stage that it is allowed into.",
    )
    facts: Mapping[Name, object] = Field(default={}, description="What is known, by fact.")
    evidence: tuple[Proof, ...] = Field(default=(), description="What proves milestones.")
    tasks: tuple[Name, ...] = Field(default=(), description="The tasks that are done.")
    activities: tuple[Name, ...] = Field(
        default=(), description="The seller's activities since the buyer last answered."
    )
    days_in_stage: Days = Field(default=0, description="How long it has been in the stage.")
    stopped_in: Name | None = Field(
        default=None, description="The open stage in which work on it stopped before."
    )
    reason: Name | None = Field(default=None, description="Why it is lost, if it is.")
    buyer: Standing = Field(default="active", description="How the buyer stands to it.")
    owner: Line | None = Field(default=None, description="Whose it is.")
    team: Line | None = Field(default=None, description="The team that it is with.")

    def over(self, below: Given) -> Given:
        """All of this, and of ``below`` what is not said here; facts are put together by name."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        facts = {**below.facts, **self.facts}
        return below.model_copy(update={**said, "facts": facts})

    def lacking(self, name: str) -> dict[str, Given]:
        """All of this but one thing of this name, by the key that gives it; empty if none does."""
        found: dict[str, Given] = {}
        if self.facts.get(name) is not None:
            facts = {key: value for key, value in self.facts.items() if key != name}
            found["facts"] = self._but(facts=facts)
        if name in self.tasks:
            found["tasks"] = self._but(tasks=tuple(each for each in self.tasks if each != name))
        left = tuple(each for each in self.evidence if each.milestone != name)
        if len(left) < len(self.evidence):
            found["evidence"] = self._but(evidence=left)
        return found

    def _but(self, **other: object) -> Given:
        return self.model_copy(update=other)


class When(ShortDefinition):
    """What is tried: a trigger, alone or with who fires it and why."""

    short: ClassVar[str] = "trigger"

    trigger: Name = Field(description="What is fired.")
    reason: Name | None = Field(default=None, description="The reason, where one is needed.")
    by: Line | None = Field(default=None, description="Who fires it.")
    role: Line | None = Field(default=None, description="The role in which they do.")


Codes = Annotated[tuple[Line, ...], BeforeValidator(_listed)]


class Then(ShortDefinition):
    """What is expected: ``allowed``, ``refused``, or either of them with more about it."""

    short: ClassVar[str] = "answer"

    answer: Literal["allowed", "refused"] | None = Field(
        default=None, description="allowed or refused, where nothing more is said."
    )
    allowed: Name | None = Field(default=None, description="Allowed, and the stage it leads to.")
    warns: Codes | None = Field(
        default=None,
        description="Allowed, with these codes of warnings, among others; [] is with none at all.",
    )
    needs: Codes = Field(
        default=(),
        description="Allowed, and no longer once any one of these facts, tasks or pieces of "
        "evidence is not given.",
    )
    refused: Codes = Field(
        default=(),
        description="Refused because of these codes, among others. Those that are no criteria, "
        "trigger.unavailable, reason.required, evidence.kind and evidence.maker, must be named.",
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.is_allowed and self.is_refused:
            also = [key for key in ("allowed", "warns", "needs") if key in self.model_fields_set]
            raise refusal(
                f"{', '.join(also) or 'allowed'} and refused contradict each other",
                "what is refused leads nowhere, warns of nothing and needs nothing: keep refused, "
                "or the others",
            )
        if not self.is_allowed and not self.is_refused:
            raise refusal(
                "this must say that the trigger is allowed, or that it is refused",
                "write then: allowed, then: {allowed: STAGE} or then: {refused: CODE}",
            )
        return self

    @property
    def is_allowed(self) -> bool:
        """Whether the trigger should be accepted."""
        return (
            self.answer == "allowed"
            or self.allowed is not None
            or self.warns is not None
            or bool(self.needs)
        )

    @property
    def is_refused(self) -> bool:
        """Whether the trigger should be refused."""
        return self.answer == "refused" or bool(self.refused)


class Scenario(Definition):
    """One expectation: of such an opportunity, this trigger, that answer."""

    name: Line = Field(description="What it claims, as a sentence.")
    given: Given = Field(default=Given(), description="How the opportunity stands.")
    at: Moment | None = Field(
        default=None, description="When the trigger is fired, if not as the file says."
    )
    when: When = Field(description="The trigger that is fired.")
    then: Then = Field(description="What is expected.")

    def stages_in(self, process: Process) -> tuple[str, ...]:
        """The stages of which it claims something."""
        if self.given.stage is None:
            return process.starts[:1]
        return sources_among(process, self.given.stage, leaving_out=self.then.allowed)

    @cached_property
    def lacking(self) -> tuple[tuple[str, Given], ...]:
        """Each thing that is needed, with what is given but for it; told by its key if need be."""
        found: list[tuple[str, Given]] = []
        for name in self.then.needs:
            things = self.given.lacking(name)
            for key, given in things.items():
                found.append((name if len(things) == 1 else f"{key}.{name}", given))
        return tuple(found)


class Scenarios(Definition):
    """What a file of scenarios says."""

    process: Line = Field(description="The process: a file beside this one, or library:NAME.")
    at: Moment | None = Field(default=None, description="When the triggers are fired.")
    given: Given = Field(default=Given(), description="What holds for all unless they say else.")
    extends: Line | None = Field(
        default=None,
        description="The scenarios of the process that this one is made from, which it keeps: a "
        "file beside this one, or library:NAME.",
    )
    include: Mapping[Name, Line] = Field(
        default={}, description="Those of the processes that it includes, by their prefix."
    )
    leave_out: Annotated[tuple[Line, ...], BeforeValidator(_listed)] = Field(
        default=(), description="Names of scenarios taken in that do not hold here."
    )
    scenarios: tuple[Scenario, ...] = Field(
        default=(), description="What is claimed; may be left out where others are taken in."
    )

    @model_validator(mode="after")
    def _something_is_claimed(self) -> Self:
        if not self.scenarios and not self.include and self.extends is None:
            raise refusal(
                "this file claims nothing",
                "write scenarios, or take in those of another process with extends",
            )
        return self

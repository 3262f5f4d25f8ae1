"""A whole process: stages, transitions, facts and the buyer's journey, checked as one."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from salesfsm.errors import DefinitionError
from salesfsm.frozen import FrozenDict, frozen
from salesfsm.process.arcs import Arc, arcs_of
from salesfsm.process.base import Definition
from salesfsm.process.calendar import Calendar
from salesfsm.process.definitions import (
    Facts,
    Ignored,
    Labels,
    Predicates,
    Stage,
    Starts,
    Task,
    Transition,
)
from salesfsm.process.fields import AT_LEAST_ONE, Currency, Line, Name, Text, Version, file_format
from salesfsm.process.handover import Contract, Handover
from salesfsm.process.invariants import Invariant
from salesfsm.process.journey import Buyer, Milestone, Mirroring
from salesfsm.process.kinds import Acting, Plane
from salesfsm.process.labels import ACTIVITIES
from salesfsm.process.people import Assignment, Team
from salesfsm.process.problems import find_problems
from salesfsm.process.words import vocabulary_of
from salesfsm.rules.values import Duration
from salesfsm.rules.vocabulary import Vocabulary

FileFormat = Annotated[Literal[1], file_format("salesfsm")]


class Process(Definition):
    """A sales process. Frozen; equal to every process with the same definitions.

    Raises :class:`~salesfsm.errors.DefinitionError` with every problem at once where the
    definitions do not fit together, and pydantic's ``ValidationError`` where one is malformed.
    """

    salesfsm: FileFormat = Field(default=1, description="The version of the file format.")
    name: Name = Field(
        # Not `alias`: that would be the only name that type checkers let Python use.
        validation_alias="process",
        serialization_alias="process",
        description="The name of the process.",
    )
    version: Version = Field(default="1", description="The version of this process.")
    label: Text | None = Field(
        default=None, description="What people read, in one language or several."
    )
    description: Text | None = Field(default=None, description="What the process is for.")
    plane: Plane = Field(
        default=Plane.SALES, description="The plane of selling that it belongs to."
    )
    currency: Currency | None = Field(
        default=None, description="Three capital letters: the currency of facts that name none."
    )
    calendar: Calendar = Field(
        default=Calendar(), description="Which days are worked, and in which time zone."
    )
    facts: Facts = Field(
        default={}, validate_default=True, description="What can be known about an opportunity."
    )
    buyer: Buyer = Field(default=Buyer(), description="The buyer's journey.")
    mirror: Mirroring = Field(
        default=Mirroring(), description="How stages that mirror a phase of the buyer are guarded."
    )
    receives: Contract = Field(
        default=Contract(), description="What a hand-over to this process must bring."
    )
    activities: Annotated[tuple[Name, ...], AT_LEAST_ONE] = Field(
        default=ACTIVITIES,
        description="The kinds of activities that are logged.",
        json_schema_extra={"minItems": 1},
    )
    predicates: Predicates = Field(
        default={},
        validate_default=True,
        description="Conditions in Python, by name, with what each says.",
    )
    labels: Labels = Field(
        default={},
        validate_default=True,
        description="What people read for words that are used and defined nowhere: owners, roles, "
        "kinds of evidence, options of choices.",
    )
    overrides: tuple[Line, ...] = Field(
        default=(), description="The roles that may override criteria."
    )
    teams: tuple[Team, ...] = Field(default=(), description="The teams that work on opportunities.")
    assignments: tuple[Assignment, ...] = Field(
        default=(), description="Who gets an opportunity: the first rule that is met decides."
    )
    acting: Acting = Field(
        default=Acting.ANYONE, description="Who may move an opportunity in a stage."
    )
    opens_in: Starts = Field(
        default=(),
        description="Where opportunities begin: stages, or open; the first stage if left out.",
    )
    stages: Annotated[tuple[Stage, ...], AT_LEAST_ONE] = Field(
        description="The stages, in their order.", json_schema_extra={"minItems": 1}
    )
    transitions: tuple[Transition, ...] = Field(
        default=(), description="The ways between the stages."
    )
    handovers: tuple[Handover, ...] = Field(
        default=(), description="Where a new opportunity begins out of one that stands here."
    )
    invariants: tuple[Invariant, ...] = Field(
        default=(), description="What no opening and no move may lead into; verify proves it."
    )
    ignore: Ignored = Field(
        default={},
        validate_default=True,
        description="The checks that this process leaves out, by code, with the reasons.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if problems := find_problems(self):
            raise DefinitionError(problems)
        return self

    def __getstate__(self) -> dict[Any, Any]:
        """What a copy or a pickle takes along: the definitions, and nothing worked out of them."""
        state = super().__getstate__()
        kept = {name: state["__dict__"][name] for name in type(self).model_fields}
        return {**state, "__dict__": kept}

    @property
    def key(self) -> str:
        """Name and version, as messages and maps show them: ``b2b 2026.1``."""
        return f"{self.name} {self.version}"

    def acting_in(self, stage: Stage) -> Acting:
        """Who may act in ``stage``."""
        return stage.acting or self.acting

    def overrides_in(self, stage: Stage) -> tuple[str, ...]:
        """The roles that may override criteria of ways out of ``stage``."""
        return self.overrides if stage.overrides is None else stage.overrides

    def mirror_in(self, stage: Stage) -> Mirroring:
        """How ``stage`` is guarded where it mirrors a phase."""
        return stage.mirror or self.mirror

    @cached_property
    def stage_by_name(self) -> FrozenDict[str, Stage]:
        """The stages by their names, in order."""
        return frozen({stage.name: stage for stage in self.stages})

    @cached_property
    def milestone_by_name(self) -> FrozenDict[str, Milestone]:
        """The buyer's milestones by their names."""
        return frozen({milestone.name: milestone for milestone in self.buyer.milestones})

    @cached_property
    def handover_by_name(self) -> FrozenDict[str, Handover]:
        """The hand-overs by their names."""
        return frozen({handover.name: handover for handover in self.handovers})

    @cached_property
    def team_by_name(self) -> FrozenDict[str, Team]:
        """The teams by their names."""
        return frozen({team.name: team for team in self.teams})

    @cached_property
    def teams_of_stages(self) -> FrozenDict[str, tuple[str, ...]]:
        """By stage, the teams that own opportunities on its plane, the usual one first."""
        return frozen(
            {
                stage.name: tuple(
                    team.name for team in self.teams if (stage.plane or self.plane) in team.planes
                )
                for stage in self.stages
            }
        )

    @cached_property
    def task_by_name(self) -> FrozenDict[str, Task]:
        """The tasks of all stages by their names."""
        return frozen({task.name: task for stage in self.stages for task in stage.tasks})

    @cached_property
    def starts(self) -> tuple[str, ...]:
        """The stages that opportunities may begin in, the usual one first."""
        if not self.opens_in:
            return (self.stages[0].name,)
        every = [stage.name for stage in self.stages if stage.is_open]
        return tuple(
            dict.fromkeys(n for s in self.opens_in for n in (every if s == "open" else [s]))
        )

    @cached_property
    def begins(self) -> tuple[str, ...]:
        """The stages that opportunities begin in, by an opening or by a hand-over."""
        targets = (handover.target for handover in self.handovers)
        return tuple(dict.fromkeys((*self.starts, *targets)))

    @cached_property
    def homes(self) -> frozenset[str | None]:
        """The paths on which opportunities begin: their own lines."""
        return frozenset(self.stage_by_name[name].path for name in self.begins)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names that rules of this process may use."""
        return vocabulary_of(self)

    @cached_property
    def arcs(self) -> tuple[Arc, ...]:
        """Every single way from one stage to another, in the order of the definitions."""
        return arcs_of(self)

    @cached_property
    def timers(self) -> FrozenDict[str, tuple[tuple[str, Duration], ...]]:
        """By stage, the triggers that come due there by themselves, and how long after entering."""
        found: dict[str, dict[tuple[str, Duration], None]] = {}
        for arc in self.arcs:
            if arc.after is not None:
                found.setdefault(arc.source, {})[arc.trigger, arc.after] = None
        return frozen({stage: tuple(timers) for stage, timers in found.items()})

    @cached_property
    def triggers(self) -> tuple[str, ...]:
        """The triggers, each once, in the order of the definitions."""
        return tuple(dict.fromkeys(transition.trigger for transition in self.transitions))

"""The definitions that a process is made of: frozen data, exactly as a designer writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StrictBool,
    WithJsonSchema,
)

from salesfsm.frozen import FrozenDict
from salesfsm.process.base import Definition, NamedDefinition, ShortDefinition
from salesfsm.process.fields import (
    NAMED_ALONE,
    Amount,
    Currency,
    Day,
    Line,
    Name,
    RuleNode,
    Share,
    Text,
    refusal,
)
from salesfsm.process.journey import Mirroring
from salesfsm.process.kinds import Acting, Level, Outcome, Plane
from salesfsm.process.lengths import Cadence, Length, Wait
from salesfsm.rules.types import Kind


class Fact(ShortDefinition):
    """Something that can be known about an opportunity. May be written as its type alone."""

    short = "type"

    type: Kind = Field(description="What kind of value it holds.")
    label: Text | None = Field(default=None, description="What people read.")
    options: tuple[Line, ...] = Field(default=(), description="The values of a choice, in order.")
    currency: Currency | None = Field(
        default=None, description="Three capital letters; the currency of the process if left out."
    )
    minimum: Amount | None = Field(
        default=None, description="The least value of a number or of money."
    )
    maximum: Amount | None = Field(
        default=None, description="The greatest value of a number or of money."
    )


class Criterion(ShortDefinition):
    """A condition on a move, with who can meet it and how. May be written as its rule alone."""

    short = "rule"

    rule: RuleNode = Field(description="The condition, in the rule language.")
    code: Name | None = Field(
        default=None, description="A stable name; it follows from the rule if left out."
    )
    level: Level = Field(
        default=Level.BLOCK, description="block refuses the move, warn and advise let it pass."
    )
    says: Text | None = Field(default=None, description="What is asked, in words.")
    owner: Line | None = Field(default=None, description="Who can meet it.")
    hint: Text | None = Field(default=None, description="How to meet it.")
    since: Day | None = Field(
        default=None, description="The date from which it holds; before, it is met."
    )


def _as_tuple(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


Criteria = Annotated[
    tuple[Criterion, ...],
    BeforeValidator(_as_tuple, json_schema_input_type=Criterion | tuple[Criterion, ...]),
]
"""A list of criteria, or one alone."""


class Task(NamedDefinition):
    """A key activity of a stage. Unless optional it must be done before the stage is left ahead."""

    optional: StrictBool = Field(default=False, description="It is shown, and never asked for.")
    level: Level = Field(default=Level.BLOCK, description="What leaving the stage without it does.")
    owner: Line | None = Field(default=None, description="Who does it.")
    hint: Text | None = Field(default=None, description="How it is done.")


class Reason(NamedDefinition):
    """A reason for entering a stage, such as why an opportunity was lost."""

    when: Criteria = Field(default=(), description="Criteria of giving this reason.")


class Stage(NamedDefinition):
    """A stage: what tells that an opportunity is there, what is done, what opens the way on."""

    definition: Text | None = Field(
        default=None, description="The observable act that tells it is there."
    )
    outcome: Outcome = Field(default=Outcome.OPEN, description="open, won or lost.")
    path: Name | None = Field(
        default=None, description="The path it stands on, if not the main line."
    )
    plane: Plane | None = Field(
        default=None, description="The plane it is on, if not the process's."
    )
    team: Name | None = Field(
        default=None, description="The team that works here, if not the owner's."
    )
    acting: Acting | None = Field(
        default=None, description="Who may act here, if not as the process says."
    )
    overrides: tuple[Line, ...] | None = Field(
        default=None, description="The roles that may override criteria here, if not the process's."
    )
    mirror: Mirroring | None = Field(
        default=None, description="How its mirroring is guarded, if not as the process says."
    )
    mirrors: Name | None = Field(
        default=None, description="The phase of the buyer that it mirrors."
    )
    probability: Share | None = Field(
        default=None, description="The share of opportunities here that are won."
    )
    expected: Wait | None = Field(
        default=None, description="Longer here is stalled, unless an activity is planned."
    )
    cadence: Cadence | None = Field(
        default=None,
        description="A contact is due so long after the last activity; or, as a list, so long "
        "after each unanswered attempt, one after the other, those of earlier stages among them.",
    )
    tasks: tuple[Task, ...] = ()
    entry: Criteria = Field(default=(), description="Criteria of every move into the stage.")
    exit: Criteria = Field(default=(), description="Criteria of its advance and win moves.")
    reasons: tuple[Reason, ...] = Field(
        default=(), description="It is entered only with one of these."
    )

    @property
    def is_open(self) -> bool:
        """Whether an opportunity here is neither won nor lost."""
        return self.outcome is Outcome.OPEN


OPEN, CLOSED, ANY = "open", "closed", "*"
GROUPS = (OPEN, CLOSED, ANY)
"""The sources that stand for many stages."""


def _source(value: object) -> object:
    items = value if isinstance(value, list | tuple) else (value,)
    if items and all(isinstance(item, str) for item in items):
        return items
    raise refusal("this is no source", "name a stage, a list of stages, open, closed or *")


def _one_if_one(items: tuple[str, ...]) -> str | list[str]:
    return items[0] if len(items) == 1 else list(items)


Sources = Annotated[
    tuple[str, ...],
    BeforeValidator(_source),
    PlainSerializer(_one_if_one),
    WithJsonSchema(
        {
            "description": "A stage, a list of stages, or: open, closed, *.",
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ],
        }
    ),
]


def _starts(value: object) -> object:
    return value if value in ((), []) else _source(value)


Starts = Annotated[
    tuple[str, ...],
    BeforeValidator(_starts),
    PlainSerializer(_one_if_one),
    WithJsonSchema(
        {
            "description": "A stage, a list of stages, or: open.",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
            "not": {"enum": ["closed", "*"]},
        }
    ),
]


class Transition(Definition):
    """A way from one stage, or several, to another."""

    trigger: Name = Field(description="What is fired to take it.")
    source: Sources = Field(description="Where it leaves: a stage, a list, open, closed or *.")
    target: Name = Field(description="Where it leads.")
    label: Text | None = None
    when: Criteria = Field(default=(), description="Criteria of this transition alone.")
    roles: tuple[Line, ...] = Field(
        default=(), description="The roles that may take it; any if empty."
    )
    after: Length | None = Field(
        default=None, description="It is due by itself so long after entering."
    )


def _frozen_facts(value: Mapping[str, Fact]) -> FrozenDict[str, Fact]:
    return FrozenDict(value)


def _frozen_texts(value: Mapping[str, Text]) -> FrozenDict[str, Text]:
    return FrozenDict(value)


def _with_reasons(value: object) -> object:
    if isinstance(value, str | list | tuple):
        raise refusal("a check is ignored with a reason", "write CODE: why it is wrong here")
    return value


def _reason(value: object) -> object:
    if value is None or (isinstance(value, str) and not value.strip()):
        raise refusal("there is no reason", "say why the check is wrong here, after its code")
    return value


def _frozen_reasons(value: Mapping[str, str]) -> FrozenDict[str, str]:
    return FrozenDict(value)


Facts = Annotated[Mapping[Name, Fact], NAMED_ALONE, AfterValidator(_frozen_facts)]
Predicates = Annotated[Mapping[Name, Text], NAMED_ALONE, AfterValidator(_frozen_texts)]
Labels = Annotated[Mapping[Line, Text], AfterValidator(_frozen_texts)]
Ignored = Annotated[
    Mapping[Line, Annotated[Line, BeforeValidator(_reason)]],
    AfterValidator(_frozen_reasons),
    BeforeValidator(_with_reasons),
]

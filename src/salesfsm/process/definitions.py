"""The definitions that a process is made of: frozen data, exactly as a designer writes them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    StrictBool,
    WithJsonSchema,
)

from salesfsm.errors import shorten
from salesfsm.frozen import FrozenDict
from salesfsm.process.base import Definition, ShortDefinition
from salesfsm.process.fields import (
    AT_LEAST_ONE,
    NAMED_ALONE,
    Amount,
    Currency,
    Day,
    Length,
    Line,
    Name,
    RuleNode,
    Share,
    Text,
    refusal,
)
from salesfsm.rules.types import Kind


class NamedDefinition(ShortDefinition):
    """A definition that may be written as its name alone."""

    name: Name
    label: Text | None = Field(None, description="What people read, in one language or several.")


class Level(StrEnum):
    """What an unmet criterion does to a move: refuse it, warn of it, or advise against it."""

    BLOCK = "block"
    WARN = "warn"
    ADVISE = "advise"


class Outcome(StrEnum):
    """What a stage means for the opportunity; never told from its name or probability."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Plane(StrEnum):
    """The four planes of selling."""

    PROSPECTING = "prospecting"
    SALES = "sales"
    CROSS_SELLING = "cross_selling"
    RETENTION = "retention"


class Maker(StrEnum):
    """Who made a piece of evidence."""

    BUYER = "buyer"
    SELLER = "seller"
    THIRD_PARTY = "third_party"


class Fact(ShortDefinition):
    """Something that can be known about an opportunity. May be written as its type alone."""

    short = "type"

    type: Kind = Field(description="What kind of value it holds.")
    label: Text | None = Field(None, description="What people read.")
    options: tuple[Line, ...] = Field((), description="The values of a choice, in order.")
    currency: Currency | None = Field(
        None, description="Three capital letters; the currency of the process if left out."
    )
    minimum: Amount | None = Field(None, description="The least value of a number or of money.")
    maximum: Amount | None = Field(None, description="The greatest value of a number or of money.")


class Criterion(ShortDefinition):
    """A condition on a move, with who can meet it and how. May be written as its rule alone."""

    short = "rule"

    rule: RuleNode = Field(description="The condition, in the rule language.")
    code: Name | None = Field(
        None, description="A stable name; it follows from the rule if left out."
    )
    level: Level = Field(
        Level.BLOCK, description="block refuses the move, warn and advise let it pass."
    )
    says: Text | None = Field(None, description="What is asked, in words.")
    owner: Line | None = Field(None, description="Who can meet it.")
    hint: Text | None = Field(None, description="How to meet it.")
    since: Day | None = Field(None, description="The date from which it holds; before, it is met.")


def _as_tuple(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


Criteria = Annotated[
    tuple[Criterion, ...],
    BeforeValidator(_as_tuple, json_schema_input_type=Criterion | tuple[Criterion, ...]),
]
"""A list of criteria, or one alone."""


class Task(NamedDefinition):
    """A key activity of a stage. Unless optional it must be done before the stage is left ahead."""

    optional: StrictBool = Field(False, description="It is shown, and never asked for.")
    level: Level = Field(Level.BLOCK, description="What leaving the stage without it does.")
    owner: Line | None = Field(None, description="Who does it.")
    hint: Text | None = Field(None, description="How it is done.")


class Reason(NamedDefinition):
    """A reason for entering a stage, such as why an opportunity was lost."""


class Phase(NamedDefinition):
    """A phase of the buyer's journey, with what the buyer commits to and decides in it."""

    commitments: tuple[Text, ...] = ()
    decisions: tuple[Text, ...] = ()


def _crossing(value: object) -> object:
    if isinstance(value, str):
        source, arrow, target = value.partition("->")
        if not arrow or not source.strip() or not target.strip():
            raise refusal(f"{shorten(value)!r} is not a crossing", "write PHASE -> PHASE")
        return source.strip(), target.strip()
    return value


Crossing = Annotated[
    tuple[Name, Name],
    BeforeValidator(_crossing),
    PlainSerializer(" -> ".join, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "From one phase to another: PHASE -> PHASE.",
            "pattern": r"^\s*[A-Za-z][A-Za-z0-9_.]*\s*->\s*[A-Za-z][A-Za-z0-9_.]*\s*$",
        }
    ),
]


class Milestone(NamedDefinition):
    """A verifiable act that proves where the buyer stands."""

    moves: Crossing | None = Field(None, description="The crossing that it proves: PHASE -> PHASE.")
    definition: Text | None = Field(None, description="The observable act.")
    accepts: tuple[Name, ...] = Field((), description="The kinds of evidence taken; any if empty.")
    made_by: Annotated[tuple[Maker, ...], AT_LEAST_ONE] = Field(
        (Maker.BUYER,),
        description="Whose evidence proves it.",
        json_schema_extra={"minItems": 1},
    )
    valid_for: Length | None = Field(None, description="How long evidence stays in force.")
    owner: Line | None = Field(None, description="Who can obtain the evidence.")
    hint: Text | None = Field(None, description="How to obtain it.")


class Buyer(Definition):
    """The buyer's journey: its phases in order, and the milestones between them."""

    phases: tuple[Phase, ...] = ()
    start: Name | None = Field(
        None, description="Where the buyer begins; the first phase if left out."
    )
    milestones: tuple[Milestone, ...] = ()


class Stage(NamedDefinition):
    """A stage: what tells that an opportunity is there, what is done, what opens the way on."""

    definition: Text | None = Field(None, description="The observable act that tells it is there.")
    outcome: Outcome = Field(Outcome.OPEN, description="open, won or lost.")
    path: Name | None = Field(None, description="The path it stands on, if not the main line.")
    mirrors: Name | None = Field(None, description="The phase of the buyer that it mirrors.")
    probability: Share | None = Field(
        None, description="The share of opportunities here that are won."
    )
    expected: Length | None = Field(
        None, description="Longer here, or silent that long, is stalled."
    )
    tasks: tuple[Task, ...] = ()
    entry: Criteria = Field((), description="Criteria of every move into the stage.")
    exit: Criteria = Field((), description="Criteria of its advance and win moves.")
    reasons: tuple[Reason, ...] = Field((), description="It is entered only with one of these.")

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
    when: Criteria = Field((), description="Criteria of this transition alone.")
    after: Length | None = Field(None, description="It is due by itself so long after entering.")


def _frozen_facts(value: Mapping[str, Fact]) -> FrozenDict[str, Fact]:
    return FrozenDict(value)


def _frozen_texts(value: Mapping[str, Text]) -> FrozenDict[str, Text]:
    return FrozenDict(value)


Facts = Annotated[Mapping[Name, Fact], NAMED_ALONE, AfterValidator(_frozen_facts)]
Predicates = Annotated[Mapping[Name, Text], NAMED_ALONE, AfterValidator(_frozen_texts)]

"""The names a rule may use, with their types: what a process tells the rule language of itself."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from dataclasses import dataclass, field

from salesfsm.rules.types import DATE, DATETIME, INTEGER, TEXT, Kind, Type

RESERVED: tuple[str, ...] = (
    "stage",
    "today",
    "now",
    "lost_reason",
    "stopped_in",
    "buyer",
    "owner",
    "team",
    "days_in_stage",
    "days_since_activity",
)
"""Names that every opportunity has a value for; no fact may take them."""

FUNCTIONS: tuple[str, ...] = (
    "known",
    "proven",
    "done",
    "at_least",
    "attempts",
    "buyer_at",
    "days",
    "hours",
    "weeks",
    "money",
)
"""The functions of the language; the criteria sets of ``sets`` come on top."""

BUYER_ACTIVE, BUYER_ON_HOLD, BUYER_ABANDONED = "active", "on_hold", "abandoned"
BUYER_STATES = (BUYER_ACTIVE, BUYER_ON_HOLD, BUYER_ABANDONED)
"""How the buyer stands to the whole matter, whatever the phase."""

_TYPES = {
    "buyer": Type(Kind.CHOICE, BUYER_STATES),
    "today": DATE,
    "now": DATETIME,
    "owner": TEXT,
    "team": TEXT,
    "days_in_stage": INTEGER,
    "days_since_activity": INTEGER,
}


def is_reserved(name: str) -> bool:
    """Whether a fact could not be told from something else if it were named so."""
    return name in RESERVED or name in ("true", "false") or keyword.iskeyword(name)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything a rule can be about.

    ``phases`` are the buyer's, in order; ``crossings`` maps each milestone that moves the buyer to
    the phase it leads to; ``first_phase`` is where the buyer's journey begins.
    """

    facts: Mapping[str, Type] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    milestones: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    first_phase: str = ""
    crossings: Mapping[str, str] = field(default_factory=dict)
    predicates: tuple[str, ...] = ()

    def reserved(self, name: str) -> Type:
        """The type of a reserved name."""
        if name in ("stage", "stopped_in"):
            return Type(Kind.CHOICE, self.stages)
        if name == "lost_reason":
            return Type(Kind.CHOICE, self.reasons)
        return _TYPES[name]

    def asked_by(self, name: str) -> dict[str, str]:
        """What a name that has no value is, and how a rule asks for each of these."""
        ways = {
            "a milestone": (self.milestones, f"proven({name})"),
            "a task": (self.tasks, f"done({name})"),
            "a phase of the buyer": (self.phases, f"buyer_at({name})"),
            "a stage": (self.stages, f"stage == {name}"),
            "an activity": (self.activities, f"attempts({name})"),
        }
        return {kind: asked for kind, (names, asked) in ways.items() if name in names}

"""What the processes of a composition share by name: facts, the buyer's journey, teams and so on.

Definitions that are equal become one. Different ones of one name are an error that names both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TypeVar

from salesfsm.errors import DefinitionError, Problem
from salesfsm.process.base import Definition
from salesfsm.process.calendar import Calendar
from salesfsm.process.composition.days import counts_days
from salesfsm.process.composition.draft import Draft
from salesfsm.process.composition.paths import Path
from salesfsm.process.definitions import Fact
from salesfsm.process.fields import Text
from salesfsm.process.journey import Buyer
from salesfsm.process.process import Process
from salesfsm.rules.types import Kind

Shared = TypeVar("Shared")
Pick = Callable[[Draft], Iterable[tuple[str, Shared]]]

WHOLE = "the process itself"
"""How messages name the process that others are taken into."""

USUAL = Calendar()
ONE_THING = (
    "what processes share by name is one thing: make both the same, or give one of them another "
    "name"
)
ONE_CALENDAR = (
    "the days that both count must mean the same: give both one calendar, or say which one goes "
    "for all"
)


def shared(givers: Mapping[str, Draft], *, settled: Collection[str] = ()) -> dict[str, object]:
    """The fields of a process that takes over what ``givers`` define together.

    The first of them is the process that takes in the others. What it says of the fields that
    ``settled`` names goes for all, and so do its currency (facts of another keep theirs) and its
    calendar, if it has one. Raises DefinitionError with every name under which two of them define
    different things.
    """
    return _Sharing(givers, settled).fields()


class _Sharing:
    """Lays the definitions of several drafts together and collects where they clash."""

    def __init__(self, givers: Mapping[str, Draft], settled: Collection[str]) -> None:
        self.givers, self.settled = givers, settled
        self.problems: list[Problem] = []

    def fields(self) -> dict[str, object]:
        currency = self.one_for_all("currency")
        found: dict[str, object] = {
            "currency": currency,
            "calendar": self.calendar(),
            "facts": self.named(("facts",), "fact", lambda each: _facts(each, currency)),
            "predicates": self.named(("predicates",), "predicate", _predicates),
            "labels": self.named(("labels",), "label of", lambda each: each.labels.items()),
            "buyer": self.buyer(),
            "activities": self.listed("activities"),
            "teams": self.of_names(("teams",), "team", lambda each: each.teams),
            "assignments": self.of_names(
                ("assignments",), "assignment", lambda each: each.assignments
            ),
        }
        found["invariants"] = tuple(
            dict.fromkeys(each for draft in self.givers.values() for each in draft.invariants)
        )
        if self.problems:
            raise DefinitionError(self.problems)
        return found

    def buyer(self) -> Buyer:
        journeys = {who: each for who, each in self.givers.items() if each.buyer.phases}
        first = next(iter(journeys), "")
        for who, draft in journeys.items():
            self.same_phases(first, journeys[first].buyer, who, draft.buyer)
        told = [each.buyer for each in journeys.values()]
        return Buyer(
            phases=told[0].phases if told else (),
            start=next((each.start for each in told if each.start), None),
            milestones=self.of_names(
                ("buyer", "milestones"), "milestone", lambda each: each.buyer.milestones
            ),
            jobs=self.of_names(("buyer", "jobs"), "job", lambda each: each.buyer.jobs),
        )

    def same_phases(self, one: str, ours: Buyer, other: str, theirs: Buyer) -> None:
        if ours.phases != theirs.phases:
            names = [" -> ".join(p.name for p in each.phases) for each in (ours, theirs)]
            told = f": {names[0]}, and {names[1]}" if names[0] != names[1] else " in what they say"
            self.clash(("buyer", "phases"), "the list of the buyer's phases", one, other, told)
        elif (ours.start or ours.phases[0].name) != (theirs.start or theirs.phases[0].name):
            self.clash(("buyer", "start"), "where the buyer begins", one, other)

    def one_for_all(self, field: str) -> object:
        """What the first of them says, else what is the same wherever it is said at all."""
        said = {who: getattr(draft, field) for who, draft in self.givers.items()}
        own, nothing = next(iter(said.values())), Process.model_fields[field].default
        if field in self.settled or own != nothing:
            return own
        told = [(who, value) for who, value in said.items() if value != nothing]
        for who, value in told[1:]:
            if value != told[0][1]:
                self.clash((field,), repr(field), told[0][0], who)
        return told[0][1] if told else nothing

    def calendar(self) -> object:
        """As :meth:`one_for_all`; who counts days says by which calendar, if only by the usual."""
        field = "calendar"
        whole, *_ = self.givers.values()
        if field in self.settled or whole.calendar != USUAL:
            return whole.calendar
        told = [
            (who, draft.calendar)
            for who, draft in self.givers.items()
            if draft.calendar != USUAL or counts_days(draft)
        ]
        for who, calendar in told[1:]:
            if calendar != told[0][1]:
                self.clash((field,), repr(field), told[0][0], who, hint=ONE_CALENDAR)
        return told[0][1] if told else USUAL

    def listed(self, field: str) -> tuple[str, ...]:
        """The names that any of them lists, but for a process that is only these others."""
        first = next(iter(self.givers))
        drafts = [
            draft
            for who, draft in self.givers.items()
            if who != first or draft.stages or field in self.settled
        ]
        return tuple(dict.fromkeys(name for each in drafts for name in getattr(each, field)))

    def named(self, path: Path, kind: str, pick: Pick[Shared]) -> dict[str, Shared]:
        """What any of them defines, by name."""
        found: dict[str, tuple[str, Shared]] = {}
        for who, draft in self.givers.items():
            for name, each in pick(draft):
                first, same = found.setdefault(name, (who, each))
                if same != each:
                    told = _difference(same, each)
                    self.clash((*path, name), f"the {kind} {name!r}", first, who, told)
        return {name: each for name, (_, each) in found.items()}

    def of_names(
        self, path: Path, kind: str, pick: Callable[[Draft], Iterable[Shared]]
    ) -> tuple[Shared, ...]:
        """What any of them defines, in order; each definition says its own name."""
        by_name = self.named(
            path, kind, lambda draft: ((getattr(each, "name", ""), each) for each in pick(draft))
        )
        return tuple(by_name.values())

    def clash(
        self, path: Path, what: str, one: str, other: str, told: str = "", *, hint: str = ONE_THING
    ) -> None:
        message = f"{what} is not the same in {one} and in {other}{told}"
        self.problems.append(Problem(message, path, hint))


def _facts(draft: Draft, whole: object) -> Iterable[tuple[str, Fact]]:
    """The facts as they stand in a process of the currency ``whole``."""
    for name, fact in draft.facts.items():
        currency = fact.currency or draft.currency
        if fact.type is not Kind.MONEY or currency is None:
            yield name, fact
        else:
            written = None if currency == whole else currency
            kept = written == fact.currency
            yield name, fact if kept else fact.model_copy(update={"currency": written})


def _predicates(draft: Draft) -> Iterable[tuple[str, Text]]:
    return draft.predicates.items()


def _difference(one: object, other: object) -> str:
    """Which keys of two definitions differ."""
    if not isinstance(one, Definition) or not isinstance(other, Definition):
        return ""
    keys = [key for key in type(one).model_fields if getattr(one, key) != getattr(other, key)]
    return f" ({', '.join(keys)})"

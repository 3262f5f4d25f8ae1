"""The least that the work can cost: a table, a guard by hand, a history that grows by a tuple."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from benchmarks import sale
from benchmarks.contestants.contestant import Contestant, worsened

Facts = Mapping[str, Any]
Guard = Callable[[Facts, datetime], bool]


def bant(facts: Facts, at: datetime) -> bool:
    """The four criteria, written by hand."""
    budget = facts.get("budget")
    authority = facts.get("authority")
    decide_by = facts.get("decide_by")
    today = at.date()
    return (
        budget is not None
        and budget >= sale.MINIMUM
        and authority is not None
        and authority in sale.DECIDERS
        and facts.get("need") is not None
        and decide_by is not None
        and today <= decide_by <= today + sale.WITHIN
    )


MOVES: dict[tuple[str, str], tuple[str, Guard]] = {
    ("qualification", "qualify"): ("presenting", bant)
}


def fire(deal: dict[str, Any], trigger: str, at: datetime, by: str) -> bool:
    """Move the deal, if the table knows the trigger here and its guard is met."""
    source = deal["stage"]
    found = MOVES.get((source, trigger))
    if found is None:
        return False
    target, guard = found
    if not guard(deal["facts"], at):
        return False
    history = deal["history"]
    history.append((deal["id"], len(history) + 1, at, by, trigger, source, target))
    deal["stage"] = target
    return True


class BareDict(Contestant):
    """A dict for each deal."""

    name: ClassVar[str] = "bare dict"

    def reset(self) -> None:
        self.all: list[dict[str, Any]] = [
            {
                "id": sale.name_of(number),
                "stage": "qualification",
                "facts": sale.facts_of(number),
                "history": [],
            }
            for number in range(self.deals)
        ]

    def move(self) -> None:
        for deal in self.all:
            fire(deal, "qualify", at=sale.NOW, by=sale.BY)

    def outcome(self) -> Iterable[tuple[str, int]]:
        return [(deal["stage"], len(deal["history"])) for deal in self.all]

    def poorer(self) -> None:
        for number, deal in enumerate(self.all):
            deal["facts"].update(worsened(number))

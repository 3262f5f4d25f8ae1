"""transitions 0.9: one machine for all models, four conditions, the history written after."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from transitions import Machine

from benchmarks import sale
from benchmarks.contestants.contestant import Contestant, worsened


class Deal:
    """A model; the machine gives it ``state`` and ``qualify``."""

    state: str

    def __init__(self, number: int) -> None:
        self.id = sale.name_of(number)
        self.facts: dict[str, Any] = sale.facts_of(number)
        self.history: list[tuple[object, ...]] = []

    def has_budget(self, at: datetime, by: str) -> bool:
        budget = self.facts["budget"]
        return budget is not None and budget >= sale.MINIMUM

    def has_authority(self, at: datetime, by: str) -> bool:
        return self.facts["authority"] in sale.DECIDERS

    def has_need(self, at: datetime, by: str) -> bool:
        return self.facts["need"] is not None

    def has_timeline(self, at: datetime, by: str) -> bool:
        decide_by, today = self.facts["decide_by"], at.date()
        return decide_by is not None and today <= decide_by <= today + sale.WITHIN

    def keep(self, at: datetime, by: str) -> None:
        number = len(self.history) + 1
        self.history.append((self.id, number, at, by, "qualify", "qualification", self.state))


class TransitionsMachine(Contestant):
    """One ``Machine``, without the automatic transitions that it would add to each model."""

    name: ClassVar[str] = "transitions"

    def __init__(self, deals: int) -> None:
        super().__init__(deals)
        self.all = [Deal(number) for number in range(deals)]
        self.machine = Machine(
            model=self.all,
            states=["qualification", "presenting", "won", "lost"],
            initial="qualification",
            auto_transitions=False,
        )
        self.machine.add_transition(
            "qualify",
            "qualification",
            "presenting",
            conditions=["has_budget", "has_authority", "has_need", "has_timeline"],
            after="keep",
        )
        self.machine.add_transition("win", "presenting", "won")
        self.machine.add_transition("lose", ["qualification", "presenting"], "lost")

    def reset(self) -> None:
        for number, deal in enumerate(self.all):
            self.machine.set_state("qualification", deal)
            deal.facts = sale.facts_of(number)
            deal.history.clear()

    def move(self) -> None:
        for deal in self.all:
            deal.qualify(at=sale.NOW, by=sale.BY)  # type: ignore[attr-defined]

    def outcome(self) -> Iterable[tuple[str, int]]:
        return [(deal.state, len(deal.history)) for deal in self.all]

    def poorer(self) -> None:
        for number, deal in enumerate(self.all):
            deal.facts |= worsened(number)

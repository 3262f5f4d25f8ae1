"""python-statemachine 3: a class with four conditions, and a machine of it for each deal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from statemachine import State, StateMachine

from benchmarks import sale
from benchmarks.contestants.contestant import Contestant, worsened


class DealMachine(StateMachine):
    """The process; its guards and its history are methods, as its documentation shows."""

    allow_event_without_transition = True  # a refused move is no error for the others either

    qualification = State(initial=True)
    presenting = State()
    won = State(final=True)
    lost = State(final=True)

    qualify = qualification.to(
        presenting,
        cond=["has_budget", "has_authority", "has_need", "has_timeline"],
        after="keep",
    )
    win = presenting.to(won)
    lose = qualification.to(lost) | presenting.to(lost)

    def __init__(self, number: int) -> None:
        self.deal = sale.name_of(number)
        self.facts: dict[str, Any] = sale.facts_of(number)
        self.history: list[tuple[object, ...]] = []
        super().__init__()

    def has_budget(self) -> bool:
        budget = self.facts["budget"]
        return budget is not None and budget >= sale.MINIMUM

    def has_authority(self) -> bool:
        return self.facts["authority"] in sale.DECIDERS

    def has_need(self) -> bool:
        return self.facts["need"] is not None

    def has_timeline(self, at: datetime) -> bool:
        decide_by, today = self.facts["decide_by"], at.date()
        return decide_by is not None and today <= decide_by <= today + sale.WITHIN

    def keep(self, at: datetime, by: str) -> None:
        number = len(self.history) + 1
        self.history.append((self.deal, number, at, by, "qualify", "qualification", "presenting"))


class StatemachineClass(Contestant):
    """One machine a deal, as the library wants it."""

    name: ClassVar[str] = "python-statemachine"

    def reset(self) -> None:
        self.all = [DealMachine(number) for number in range(self.deals)]

    def move(self) -> None:
        for deal in self.all:
            deal.send("qualify", at=sale.NOW, by=sale.BY)

    def outcome(self) -> Iterable[tuple[str, int]]:
        return [(next(iter(deal.configuration)).id, len(deal.history)) for deal in self.all]

    def poorer(self) -> None:
        for number, deal in enumerate(self.all):
            deal.facts |= worsened(number)

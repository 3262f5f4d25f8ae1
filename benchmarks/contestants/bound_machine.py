"""salesfsm bound: the models and the callback of `transitions_machine`, decided by the engine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

import salesfsm
from benchmarks import sale
from benchmarks.contestants.contestant import Contestant, worsened


class Deal:
    """A model whose class the machine gives ``qualify``."""

    def __init__(self, number: int) -> None:
        self.id = sale.name_of(number)
        self.stage = "qualification"
        self.facts: dict[str, Any] = sale.facts_of(number)
        self.history: list[tuple[object, ...]] = []

    def keep(self, at: datetime, by: str) -> None:
        number = len(self.history) + 1
        self.history.append((self.id, number, at, by, "qualify", "qualification", self.stage))


class BoundMachine(Contestant):
    """One machine, which knows none of its models."""

    name: ClassVar[str] = "salesfsm, bound"

    def __init__(self, deals: int) -> None:
        super().__init__(deals)
        process = salesfsm.loads(sale.PROCESS)
        self.machine = salesfsm.bind(process, facts=lambda deal: deal.facts)
        self.machine.after_qualify("keep")
        # A class of its own, for a class has the triggers of one machine.
        self.model = self.machine.attach(type("Deal", (Deal,), {}))
        self.all = [self.model(number) for number in range(deals)]

    def reset(self) -> None:
        for number, deal in enumerate(self.all):
            deal.stage = "qualification"
            deal.facts = sale.facts_of(number)
            deal.history.clear()

    def move(self) -> None:
        for deal in self.all:
            deal.qualify(at=sale.NOW, by=sale.BY)

    def outcome(self) -> Iterable[tuple[str, int]]:
        return [(deal.stage, len(deal.history)) for deal in self.all]

    def poorer(self) -> None:
        for number, deal in enumerate(self.all):
            deal.facts |= worsened(number)

"""salesfsm itself: the guard comes from the process file, and the answer is kept by its caller."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

import salesfsm
from benchmarks import sale
from benchmarks.contestants.contestant import Contestant, worsened


class SalesfsmEngine(Contestant):
    """Opportunities and their histories in dicts, as an application would keep them."""

    name: ClassVar[str] = "salesfsm"
    stage: ClassVar[str] = "qualification"

    def __init__(self, deals: int) -> None:
        super().__init__(deals)
        self.engine = salesfsm.Engine(self.process())
        opened = sale.NOW - timedelta(days=1)
        self.opened = [
            self.engine.open(
                sale.name_of(number),
                at=opened,
                by=sale.BY,
                facts=sale.facts_of(number),
                stage=self.stage,
            ).unwrap()
            for number in range(deals)
        ]

    def process(self) -> salesfsm.Process:
        """The sale, alone."""
        return salesfsm.loads(sale.PROCESS)

    def reset(self) -> None:
        self.all: list[dict[str, Any]] = [
            {"opportunity": opportunity, "history": []} for opportunity in self.opened
        ]

    def move(self) -> None:
        fire = self.engine.fire
        for deal in self.all:
            step = fire(deal["opportunity"], "qualify", at=sale.NOW, by=sale.BY)
            deal["opportunity"] = step.opportunity
            deal["history"] += step.events

    def outcome(self) -> Iterable[tuple[str, int]]:
        return [(deal["opportunity"].stage, len(deal["history"])) for deal in self.all]

    def poorer(self) -> None:
        for number, deal in enumerate(self.all):
            known = self.engine.update(deal["opportunity"], worsened(number), at=sale.NOW)
            deal["opportunity"] = known.unwrap()


class ComposedEngine(SalesfsmEngine):
    """The same sale as one part of a process of many planes and stages."""

    name: ClassVar[str] = "salesfsm, composed"
    stage: ClassVar[str] = "sale.qualification"

    def process(self) -> salesfsm.Process:
        """The sale, beside all that the library's four planes hold."""
        planes = salesfsm.load("library:four_planes")
        alone = salesfsm.loads(sale.PROCESS)
        # What both tell of the buyer is the library's: its phases, and how the facts are called.
        shared = {name: planes.facts[name] for name in alone.facts if name in planes.facts}
        plain = salesfsm.override(alone, {"buyer": None, "facts": shared})
        parts = {"sale": plain, "planes": planes}
        return salesfsm.chain("composed", parts, currency="EUR")

    def outcome(self) -> Iterable[tuple[str, int]]:
        return [(stage.removeprefix("sale."), events) for stage, events in super().outcome()]

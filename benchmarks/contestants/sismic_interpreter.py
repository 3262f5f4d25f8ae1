"""sismic 1.6: a statechart with the guard as code in it, and an interpreter for each deal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from sismic.interpreter import Interpreter  # type: ignore[import-untyped]
from sismic.io import import_from_yaml  # type: ignore[import-untyped]

from benchmarks import sale
from benchmarks.contestants.contestant import Contestant, worsened

STATECHART = """
statechart:
  name: b2b
  root state:
    name: process
    initial: qualification
    states:
      - name: qualification
        transitions:
          - event: qualify
            target: presenting
            guard: >-
              facts["budget"] is not None and facts["budget"] >= minimum
              and facts["authority"] in deciders
              and facts["need"] is not None
              and facts["decide_by"] is not None
              and event.at.date() <= facts["decide_by"] <= event.at.date() + within
            action: >-
              history.append((deal, len(history) + 1, event.at, event.by, event.name,
                              "qualification", "presenting"))
      - name: presenting
"""


class SismicInterpreter(Contestant):
    """The statechart is read once; every deal has its interpreter and its context."""

    name: ClassVar[str] = "sismic"

    def __init__(self, deals: int) -> None:
        super().__init__(deals)
        self.statechart = import_from_yaml(STATECHART)

    def reset(self) -> None:
        self.all = [self._deal(number) for number in range(self.deals)]

    def _deal(self, number: int) -> tuple[Interpreter, dict[str, Any]]:
        context: dict[str, Any] = {
            "deal": sale.name_of(number),
            "facts": sale.facts_of(number),
            "history": [],
            "minimum": sale.MINIMUM,
            "deciders": sale.DECIDERS,
            "within": sale.WITHIN,
        }
        interpreter = Interpreter(self.statechart, initial_context=context)
        interpreter.execute_once()  # enters the first state
        return interpreter, context

    def move(self) -> None:
        for interpreter, _ in self.all:
            interpreter.queue("qualify", at=sale.NOW, by=sale.BY).execute_once()

    def outcome(self) -> Iterable[tuple[str, int]]:
        return [
            (interpreter.configuration[-1], len(context["history"]))
            for interpreter, context in self.all
        ]

    def poorer(self) -> None:
        for number, (_, context) in enumerate(self.all):
            context["facts"].update(worsened(number))

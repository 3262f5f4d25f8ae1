"""Files of scenarios as pytest sees them: a file collects, a scenario is a test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from os import PathLike

import pytest

from salesfsm.engine.engine import Engine
from salesfsm.errors import Place, SalesFsmError
from salesfsm.testing.engines import engine_of
from salesfsm.testing.scenarios.definitions import Scenario
from salesfsm.testing.scenarios.reading import read_scenarios
from salesfsm.testing.scenarios.running import failure_of


class ScenarioCollector(pytest.File):
    """A file of scenarios; its problems, and those of its process, are errors at their lines."""

    def collect(self) -> Iterator[ScenarioItem]:
        """The scenarios in their order, each by its name."""
        try:
            read = read_scenarios(self.path)
            engine = engine_of(read.process, read.at)
        except SalesFsmError as error:
            raise self.CollectError(str(error)) from None
        for index, scenario in enumerate(read.scenarios):
            item = ScenarioItem.from_parent(self, name=scenario.name)
            item.expect(engine, scenario, read.time(index), read.place(index))
            yield item


class ScenarioItem(pytest.Item):
    """A scenario as a test."""

    def expect(self, engine: Engine, scenario: Scenario, at: datetime, place: Place) -> None:
        """Say what it runs, and where that stands."""
        self.engine, self.scenario, self.at, self.place = engine, scenario, at, place

    def runtest(self) -> None:
        """Fail with what is not as the scenario claims."""
        if failure := failure_of(self.engine, self.scenario, self.at):
            pytest.fail(f"{self.place}: {self.name}\n{failure}", pytrace=False)

    def reportinfo(self) -> tuple[PathLike[str], int, str]:
        """Where it stands, for reports; lines count from 0 here."""
        return self.path, self.place.line - 1, self.name

"""What mutants are not tried, because scenarios cannot tell them, and what they are tried with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import salesfsm as sf
from cli.calling import call
from salesfsm.testing import ScenarioFile, mutate, read_scenarios


class TestUntried:
    """What only openings and hand-overs ask is told, and not counted as noticed."""

    TEXT = """\
salesfsm: 1
process: p
facts: {n: integer}
buyer:
  milestones:
    - {name: m, accepts: [email]}
    - {name: signed, made_by: [third_party, seller, buyer]}
stages:
  - {name: a, entry: n > 1}
  - {name: service, entry: proven(m)}
  - {name: won, outcome: won, entry: proven(signed)}
transitions:
  - {trigger: win, source: a, target: won}
handovers:
  - {name: care, source: won, target: service, needs: {facts: [n]}}
"""
    SAYS = """\
process: p.yaml
scenarios:
  - {name: Only a signature wins, given: {evidence: [signed]}, when: win, then: {needs: signed}}
"""
    UNTRIED = (
        "m: evidence of any kind",
        "m: evidence of anybody's",
        "a: entry without n > 1",
        "a: entry n > 1 changed to n >= 1",
        "service: entry without proven(m)",
        "care: handed over without n",
    )

    def write(self, folder: Path) -> tuple[Path, Path]:
        process_file, scenarios = folder / "p.yaml", folder / "p.scenarios.yaml"
        process_file.write_text(self.TEXT)
        scenarios.write_text(self.SAYS)
        return process_file, scenarios

    def test_it_is_neither_noticed_nor_survives(self, tmp_path: Path) -> None:
        _, scenarios = self.write(tmp_path)
        read = read_scenarios(scenarios)
        report = mutate(read.process, [read])
        assert tuple(each.change for each in report.untried) == self.UNTRIED
        assert (len(report.noticed), report.survived) == (report.total, ())

    def test_what_a_way_into_the_stage_asks_as_well_is_tried(self, tmp_path: Path) -> None:
        process_file, scenarios = self.write(tmp_path)
        way = "  - {trigger: back, source: won, target: a}\nhandovers:"
        process_file.write_text(self.TEXT.replace("handovers:", way))
        read = read_scenarios(scenarios)
        report = mutate(read.process, [read])
        assert "a: entry without n > 1" in [each.change for each in report.survived]
        assert len(report.untried) == len(self.UNTRIED) - 2

    def test_it_is_told_at_its_place(self, tmp_path: Path) -> None:
        process_file, scenarios = self.write(tmp_path)
        ran = call("mutate", process_file, "--scenarios", scenarios, "--lang", "en")
        assert ran.code == 0
        first, second, *lines = ran.out.splitlines()
        assert first == "3 changes were tried, and scenarios notice all of them"
        assert second.startswith("6 changes are not tried: only openings and hand-overs ask them")
        assert len(lines) == 6
        assert lines[2] == f"  {process_file}:9:22: a: entry without n > 1"

    def test_it_is_in_the_json(self, tmp_path: Path) -> None:
        process_file, scenarios = self.write(tmp_path)
        ran = call("mutate", process_file, "--scenarios", scenarios, "--lang", "en", "--json")
        report = json.loads(ran.out)
        assert [each["change"] for each in report["untried"]] == list(self.UNTRIED)
        assert (report["mutants"], report["survived"]) == (3, [])


class TestPredicates:
    """A process that asks Python is mutated by an engine that has its functions."""

    def read(self, folder: Path) -> ScenarioFile:
        (folder / "p.yaml").write_text(
            "salesfsm: 1\nprocess: p\npredicates: {calm: The buyer is calm.}\n"
            "stages: [a, {name: won, outcome: won}]\n"
            "transitions: [{trigger: win, source: a, target: won, when: calm()}]\n"
        )
        path = folder / "p.scenarios.yaml"
        path.write_text(
            "process: p.yaml\nscenarios:\n"
            "  - {name: n, given: {owner: anna}, when: win, then: {allowed: won}}\n"
            "  - {name: m, given: {owner: ewa}, when: win, then: {refused: calm}}\n"
        )
        return read_scenarios(path)

    def test_the_functions_of_the_engine_decide(self, tmp_path: Path) -> None:
        read = self.read(tmp_path)
        engine = sf.Engine(read.process, predicates={"calm": lambda deal, at: deal.owner == "anna"})
        report = mutate(engine, [read])
        assert "win from a to won: when without calm()" in [each.change for each in report.noticed]
        assert report.survived == ()

    def test_without_them_it_is_told_how_to_give_them(self, tmp_path: Path) -> None:
        read = self.read(tmp_path)
        with pytest.raises(sf.CommandError, match="in Python, give Engine") as caught:
            mutate(read.process, [read])
        files = (tmp_path / "p.yaml", "--scenarios", tmp_path / "p.scenarios.yaml")
        for command in (("mutate", *files), ("scenarios", files[-1])):
            ran = call(*command)
            assert ran.code == 2
            assert str(caught.value) in ran.err

"""Mutants are told by the ways that they decide otherwise, and tried with scenarios about these."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesfsm.testing import mutants, mutate, read_scenarios, run_scenarios
from testing.kit import process, write


@pytest.mark.parametrize("name", ["desk", "library:winback", "library:crm_pipedrive"])
def test_the_scenarios_that_are_spared_would_notice_nothing(name: str, tmp_path: Path) -> None:
    read = read_scenarios(write(tmp_path) if name == "desk" else name)
    report = mutate(read.process, [read])
    every = list(mutants(read.process))
    slowly = [each for each in every if not all(run_scenarios(read, each.process))]
    assert [each.change for each in report.noticed] == [each.change for each in slowly]


def test_a_mutant_tells_the_ways_that_it_decides_otherwise() -> None:
    ways = {each.change: each.ways for each in mutants(process())}
    assert ways["talking: task call made optional"] == {("talking", "offer")}
    assert ways["lose from open to lost: dropped"] == {("talking", "lose"), ("offering", "lose")}
    assert all(ways.values())


def test_a_task_that_no_way_asks_for_is_no_mutant() -> None:
    read = read_scenarios("library:silence")
    aside = [task.name for stage in read.process.stages if stage.path for task in stage.tasks]
    assert aside
    report = mutate(read.process, [read])
    changes = [each.change for each in (*report.noticed, *report.survived)]
    assert not [change for change in changes if any(f"task {name} " in change for name in aside)]
    assert "contacted: task meeting_invitation made optional" in changes

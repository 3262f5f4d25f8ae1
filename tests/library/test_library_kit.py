"""The library, tested with the project's own kit: scenarios, mutants, paths, the state machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from library.shelf import engine, process
from salesfsm import library
from salesfsm.testing import (
    StuckError,
    follow,
    mutate,
    process_machine,
    read_scenarios,
    run_scenarios,
    transition_paths,
)
from salesfsm.testing.coverage.measuring import coverage_of
from salesfsm.testing.coverage.observing import Observer

FILES = sorted((Path(__file__).parents[2] / "examples" / "scenarios").glob("*.scenarios.yaml"))
NAMES = [path.name.partition(".")[0] for path in FILES]

STUCK = {
    "complex_b2b": ("revisit",),
    "regulated": ("revisit",),
    "strategic": ("revisit",),
    "sales": ("sales.revisit", "revisit"),
}
"""Ways that follow a buyer who went back, which supplying what is missing cannot bring about."""


def test_there_are_scenarios() -> None:
    assert {"six_stage", "opportunity_funnel"} <= set(NAMES)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_scenarios_hold_and_cover_every_transition_and_criterion(path: Path) -> None:
    read = read_scenarios(path)
    observer = Observer([read.process])
    with observer.listening():
        assert [each.failure for each in run_scenarios(read) if not each] == []
    assert coverage_of(read.process, observer.observed[0].tests).share == 1


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_scenarios_notice_every_mutant(path: Path) -> None:
    read = read_scenarios(path)
    report = mutate(read.process, [read])
    assert [each.change for each in report.survived] == []
    assert report.total > 30


@pytest.mark.parametrize("name", library.names())
def test_every_transition_can_be_taken(name: str) -> None:
    for path in transition_paths(process(name)):
        try:
            assert tuple(follow(engine(name), path).stages) == path.stages
        except StuckError:
            assert path.arcs[-1].trigger in STUCK.get(name, ()), str(path)


@pytest.mark.parametrize("name", ["six_stage", "complex_b2b", "silence", "retention"])
def test_whatever_happens_the_engine_keeps_its_promises(name: str) -> None:
    machine = process_machine(engine(name))
    quick = settings(
        max_examples=10,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=quick)

"""The library, tested with the project's own kit: scenarios, mutants, paths, the state machine."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from library.shelf import engine, process
from salesfsm import library
from salesfsm.testing import follow, process_machine, transition_paths

TOOL = Path(__file__).parents[2] / "tools" / "library_report.py"
_spec = spec_from_file_location("library_report", TOOL)
assert _spec is not None
assert _spec.loader is not None
library_report = module_from_spec(_spec)
sys.modules["library_report"] = library_report  # its dataclasses look themselves up
_spec.loader.exec_module(library_report)


@pytest.mark.parametrize("name", library.names())
def test_scenarios_hold_exercise_everything_and_notice_every_mutant(name: str) -> None:
    found = library_report.report(name)
    assert found.failures == ()
    assert found.unseen == ()
    excused = [change for process, change in library_report.EXCUSED if process == name]
    assert list(found.survived) == excused
    page = library_report.PAGE.read_text(encoding="utf-8")
    assert found.row in page, "run: python tools/library_report.py --write"
    assert all(
        change in page and library_report.EXCUSED[name, change] in page for change in excused
    )


def test_the_page_tells_of_every_process_of_the_library_and_of_no_other() -> None:
    page = library_report.PAGE.read_text(encoding="utf-8")
    table = page.partition(library_report.HEAD)[2].partition("\n\n")[0]
    rows = [line.split("|") for line in table.splitlines()]
    assert [row[1].strip(" `") for row in rows] == list(library.names())
    mutants, noticed = (sum(int(row[column]) for row in rows) for column in (-3, -2))
    assert f"{noticed} of {mutants} mutants are noticed" in page
    assert mutants - noticed == len(library_report.EXCUSED)


@pytest.mark.parametrize("name", library.names())
def test_every_transition_can_be_taken(name: str) -> None:
    for path in transition_paths(process(name)):
        assert tuple(follow(engine(name), path).stages) == path.stages


@pytest.mark.parametrize("name", library.names())
def test_whatever_happens_the_engine_keeps_its_promises(name: str) -> None:
    machine = process_machine(engine(name))
    quick = settings(
        max_examples=5,
        stateful_step_count=10,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=quick)

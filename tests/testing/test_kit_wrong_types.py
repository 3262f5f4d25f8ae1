"""What is given in the place of a process, a list or a path is refused with what to give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import salesfsm as sf
from salesfsm import testing as kit
from testing.kit import planes, process, write

FILE: Any = "desk.yaml"
LOAD = r"salesfsm\.load\(file\), not 'desk\.yaml'"


def _files(path: Path) -> Any:
    return kit.read_scenarios(write(path))


SLIPS: dict[str, tuple[Callable[[Path], object], str]] = {
    "shortest_paths of a file": (lambda _: kit.shortest_paths(FILE), LOAD),
    "transition_paths of a file": (lambda _: kit.transition_paths(FILE), LOAD),
    "histories of a file": (lambda _: kit.histories(FILE), LOAD),
    "opportunities of a file": (lambda _: kit.opportunities(FILE), LOAD),
    "facts of a file": (lambda _: kit.facts(FILE), LOAD),
    "process_machine of a file": (lambda _: kit.process_machine(FILE), LOAD),
    "matrix of a file": (lambda _: kit.matrix(FILE), LOAD),
    "walk in a file": (lambda _: kit.walk(FILE, "won"), LOAD),
    "mutants of a file": (lambda _: list(kit.mutants(FILE)), LOAD),
    "mutate a file": (lambda path: kit.mutate(FILE, [_files(path)]), LOAD),
    "run_scenarios with a file": (lambda path: kit.run_scenarios(_files(path), FILE), LOAD),
    "run_scenarios of a path": (lambda _: kit.run_scenarios(FILE), r"read_scenarios\(path\), not"),
    "mutate with a path": (lambda _: kit.mutate(process(), [FILE]), "read_scenarios.*'desk.yaml'"),
    "mutate with one file": (
        lambda path: kit.mutate(process(), _files(path)),
        r"\[read_scenarios\(path\)\], not ScenarioFile",
    ),
    "follow a text": (lambda _: kit.follow(process(), FILE), "transition_paths"),
    "walk to a list": (lambda _: kit.walk(process(), ["won"]), r"one by one, .*, not \['won'\]"),  # type: ignore[arg-type]
    "never a number": (lambda _: kit.process_machine(process(), never=[3]), "rules, .*, not 3"),  # type: ignore[list-item]
    "never one text": (
        lambda _: kit.process_machine(process(), never="stage == won"),
        "rules, .*, not the text 'stage == won' alone",
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_wrong_type_is_refused_with_what_to_give(slip: str, tmp_path: Path) -> None:
    call, says = SLIPS[slip]
    with pytest.raises(sf.ValueTypeError, match=says):
        call(tmp_path)


def test_an_engine_has_the_paths_and_the_mutants_of_its_process() -> None:
    engine = sf.Engine(process())
    assert kit.transition_paths(engine) == kit.transition_paths(process())
    assert kit.shortest_paths(engine) == kit.shortest_paths(process())
    assert len(list(kit.mutants(engine))) == len(list(kit.mutants(process())))


def test_scenarios_of_another_process_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(sf.CommandError, match="about desk, and the process is planes"):
        kit.run_scenarios(_files(tmp_path), planes())

"""Scenarios hold where the process does as they say, and are refused at their line otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

import salesfsm as sf
from salesfsm.testing import read_scenarios, run_scenarios
from testing.kit import SCENARIOS, write

HEAD = "process: desk.yaml\nat: 2026-03-02\nscenarios:\n"
NOW = "process: desk.yaml\nat: now\n"


def failures(folder: Path, text: str) -> list[str]:
    return [each.failure for each in run_scenarios(read_scenarios(write(folder, text)))]


def test_scenarios_that_hold_have_no_failure(tmp_path: Path) -> None:
    assert failures(tmp_path, SCENARIOS) == ["", ""]


def test_a_scenario_that_does_not_hold_is_explained_at_its_line(tmp_path: Path) -> None:
    text = HEAD + "  - {name: Nobody is asked, when: offer, then: allowed}\n"
    (outcome,) = run_scenarios(read_scenarios(write(tmp_path, text)))
    assert not outcome
    assert "task.call" in outcome.failure
    assert (outcome.place.line, outcome.place.column) == (4, 5)


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("{stage: offering, evidence: [plan_agreed]}, when: win, then: {allowed: won}", True),
        ("{stage: offering, facts: {friend: true}}, when: win, then: {allowed: won}", False),
        ("{stage: offering}, when: win, then: {refused: proven.plan_agreed}", True),
        ("{stage: offering}, when: win, then: {refused: [proven, friend]}", True),
        ("{stage: offering}, when: win, then: {refused: budget}", False),
        ("{stage: lost, reason: price, facts: {need: x}}, when: retry, then: allowed", True),
        ("{stage: lost, reason: silent, facts: {need: x}}, when: retry, then: allowed", False),
        ("{}, when: {trigger: lose, reason: silent}, then: {allowed: lost}", True),
        ("{}, when: {trigger: lose, reason: sulking}, then: refused", False),
        (
            "{tasks: [call], facts: {budget: 1, need: x, authority: decision_maker}}, "
            "when: offer, then: {warns: size}",
            True,
        ),
    ],
)
def test_what_is_given_decides(line: str, holds: bool, tmp_path: Path) -> None:
    (failure,) = failures(tmp_path, f"{HEAD}  - {{name: n, given: {line}}}\n")
    assert (failure == "") == holds


@pytest.mark.parametrize(("days", "holds"), [(29, True), (30, False)])
def test_evidence_expires_as_its_milestone_says(days: int, holds: bool, tmp_path: Path) -> None:
    evidence = f"[{{milestone: plan_agreed, days_ago: {days}}}]"
    given = f"{{stage: offering, days_in_stage: 40, evidence: {evidence}}}"
    line = f"  - {{name: n, given: {given}, when: win, then: {{allowed: won}}}}\n"
    assert (failures(tmp_path, HEAD + line) == [""]) == holds


def test_time_in_a_stage_activities_and_where_work_stopped_are_given(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "salesfsm: 1\nprocess: p\nstages: [a, b, {name: end, outcome: lost}]\ntransitions:\n"
        "  - {trigger: go, source: a, target: b, when: days_in_stage >= 5}\n"
        "  - {trigger: give_up, source: a, target: end, when: attempts(call) >= 2}\n"
        "  - {trigger: back, source: end, target: b, when: stopped_in == b}\n"
    )
    text = (
        "process: p.yaml\nscenarios:\n"
        "  - {name: 1, given: {days_in_stage: 5}, when: go, then: allowed}\n"
        "  - {name: 2, given: {days_in_stage: 4}, when: go, then: refused}\n"
        "  - {name: 3, given: {activities: [call, call]}, when: give_up, then: allowed}\n"
        "  - {name: 4, given: {activities: [call]}, when: give_up, then: refused}\n"
        "  - {name: 5, given: {stage: end, stopped_in: b}, when: back, then: allowed}\n"
        "  - {name: 6, given: {stage: end, stopped_in: a}, when: back, then: refused}\n"
    ).replace("name: ", "name: n")
    assert failures(tmp_path, text) == [""] * 6


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("process: desk.yaml\nscenarios: []\n", 2, "at least one"),
        ("process: dsk.yaml\nscenarios: [{name: n, when: offer, then: allowed}]\n", 1, "no file"),
        (HEAD + "  - {name: n, when: ofer, then: allowed}\n", 4, "did you mean 'offer'"),
        (HEAD + "  - {name: n, when: offer, then: alowed}\n", 4, "did you mean 'allowed'"),
        (HEAD + "  - {name: n, when: offer, then: {}}\n", 4, "allowed, or that it is refused"),
        (HEAD + "  - {name: n, when: offer, then: {allowed: wo}}\n", 4, "unknown stage 'wo'"),
        (HEAD + "  - {name: n, when: offer}\n", 4, "'then' is missing"),
        (HEAD + "  - {name: n, when: lose, then: allowed, x: 1}\n", 4, "unknown key 'x'"),
        (
            HEAD + "  - name: n\n    given:\n      facts: {budgt: 1}\n    when: lose\n"
            "    then: refused\n",
            6,
            "did you mean 'budget'",
        ),
        (
            HEAD + "  - name: n\n    given:\n      facts: {budget: -1}\n    when: lose\n"
            "    then: refused\n",
            6,
            "below its minimum",
        ),
        (
            HEAD + "  - name: n\n    given:\n      tasks:\n        - cal\n    when: lose\n"
            "    then: refused\n",
            7,
            "did you mean 'call'",
        ),
        (NOW + "scenarios: [{name: n, when: lose, then: allowed}]\n", 2, "no time"),
        ("- 1\n", 1, "a mapping"),
        (HEAD + 2 * "  - {name: n, when: lose, then: refused}\n", 5, "the name 'n' is taken"),
    ],
)  # fmt: skip
def test_a_slip_is_an_error_at_its_line(text: str, line: int, says: str, tmp_path: Path) -> None:
    with pytest.raises(sf.DefinitionError) as caught:
        read_scenarios(write(tmp_path, text))
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.place.line == line
    assert says in str(problem)


def test_a_scenario_against_another_process_may_fail(tmp_path: Path) -> None:
    read = read_scenarios(write(tmp_path))
    other = read.process.model_copy(update={"transitions": ()})
    assert [bool(each) for each in run_scenarios(read, other)] == [False, False]

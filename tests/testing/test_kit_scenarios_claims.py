"""Scenarios of several stages, and of what is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

import salesfsm as sf
from salesfsm.testing import read_scenarios, run_scenarios
from testing.kit import write

HEAD = "process: desk.yaml\nat: 2026-03-02\nscenarios:\n"


def failures(folder: Path, line: str) -> list[str]:
    text = f"{HEAD}  - {{name: n, {line}}}\n"
    return [each.failure for each in run_scenarios(read_scenarios(write(folder, text)))]


def problem(path: Path) -> sf.Problem:
    with pytest.raises(sf.DefinitionError) as caught:
        read_scenarios(path)
    (found,) = caught.value.problems
    return found


@pytest.mark.parametrize(
    ("stage", "holds"),
    [
        ("open", True),
        ("[talking, offering]", True),
        ('"*"', False),  # nothing that is won is lost
        ("[talking, lost]", False),  # a stage that is named is tried, even the target
    ],
)
def test_a_scenario_holds_where_it_holds_in_each_of_its_stages(
    stage: str, holds: bool, tmp_path: Path
) -> None:
    line = f"given: {{stage: {stage}}}, when: {{trigger: lose, reason: price}}"
    assert (failures(tmp_path, f"{line}, then: {{allowed: lost}}") == [""]) == holds


def test_a_failure_tells_in_which_of_several_stages_it_is(tmp_path: Path) -> None:
    line = "given: {stage: [offering, talking], evidence: [plan_agreed]}, when: win, then: allowed"
    (failure,) = failures(tmp_path, line)
    assert failure.startswith("in talking: 'win' should be allowed")


def test_a_group_leaves_out_the_stage_entered(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "free.yaml").write_text(
        "salesfsm: 1\nprocess: free\nstages: [a, b, {name: end, outcome: won}]\n"
        'transitions:\n  - {trigger: to_b, source: "*", target: b}\n'
    )
    path = tmp_path / "free.scenarios.yaml"
    path.write_text(
        "process: free.yaml\nscenarios:\n"
        '  - {name: n, given: {stage: "*"}, when: to_b, then: {allowed: b}}\n'
        "  - {name: m, given: {stage: closed}, when: to_b, then: {allowed: b}}\n"
    )
    assert all(run_scenarios(read_scenarios(path)))


@pytest.mark.parametrize(
    ("needs", "failure"),
    [
        ("[plan_agreed]", ""),
        ("plan_agreed", ""),
        ("[plan_agreed, friend]", "'win' should need friend, and is allowed without it"),
        ("[need]", "'win' should need need, and is allowed without it"),
    ],
)
def test_what_is_needed_is_missed(needs: str, failure: str, tmp_path: Path) -> None:
    given = "{stage: offering, facts: {friend: true, need: speed}, evidence: [plan_agreed]}"
    line = f"given: {given}, when: win, then: {{allowed: won, needs: {needs}}}"
    assert failures(tmp_path, line) == [failure]


def test_tasks_and_facts_are_needed_too(tmp_path: Path) -> None:
    known = "{budget: 5000, authority: decision_maker, need: speed}"
    line = f"given: {{facts: {known}, tasks: [call]}}, when: offer, then: "
    assert failures(tmp_path, line + "{needs: [call, budget]}") == [""]
    (failure,) = failures(tmp_path, line + "{needs: [call, need]}")  # three of four are enough
    assert failure == "'offer' should need need, and is allowed without it"


@pytest.mark.parametrize(
    ("rule", "spare"),
    [("known(need) and proven(need)", ""), ("known(need)", "evidence"), ("proven(need)", "facts")],
)
def test_of_a_fact_and_a_milestone_of_one_name_each_is_needed(
    rule: str, spare: str, tmp_path: Path
) -> None:
    (tmp_path / "p.yaml").write_text(
        "salesfsm: 1\nprocess: p\nfacts: {need: text}\nbuyer: {milestones: [need]}\n"
        "stages: [a, {name: won, outcome: won}]\n"
        f"transitions: [{{trigger: win, source: a, target: won, when: {rule}}}]\n"
    )
    path = tmp_path / "p.scenarios.yaml"
    path.write_text(
        "process: p.yaml\nscenarios:\n"
        "  - {name: n, given: {facts: {need: speed}, evidence: [need]}, when: win, "
        "then: {needs: need}}\n"
    )
    (outcome,) = run_scenarios(read_scenarios(path))
    expected = f"'win' should need {spare}.need, and is allowed without it" if spare else ""
    assert outcome.failure == expected


def test_another_branch_that_opens_is_another_target(tmp_path: Path) -> None:
    given = "{stage: offering, facts: {friend: true}, evidence: [plan_agreed]}"
    assert failures(tmp_path, f"given: {given}, when: win, then: {{needs: plan_agreed}}") != [""]
    line = f"given: {given}, when: win, then: {{allowed: won, needs: plan_agreed}}"
    assert failures(tmp_path, line) == [""]


def test_how_the_buyer_stands_is_given(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text(
        "salesfsm: 1\nprocess: p\nstages: [a, {name: end, outcome: lost}]\ntransitions:\n"
        "  - {trigger: stop, source: a, target: end, when: buyer == abandoned}\n"
        "  - {trigger: rest, source: a, target: end, when: buyer == on_hold}\n"
    )
    scenarios = tmp_path / "p.scenarios.yaml"
    scenarios.write_text(
        "process: p.yaml\nscenarios:\n"
        "  - {name: one, given: {buyer: abandoned}, when: stop, then: allowed}\n"
        "  - {name: two, given: {buyer: on_hold}, when: rest, then: allowed}\n"
        "  - {name: three, given: {buyer: on_hold}, when: stop, then: refused}\n"
        "  - {name: four, when: rest, then: refused}\n"
    )
    assert all(run_scenarios(read_scenarios(scenarios)))


def test_needing_what_is_not_given_is_an_error_at_its_line(tmp_path: Path) -> None:
    line = "  - {name: n, when: offer, then: {allowed: offering, needs: [call]}}\n"
    found = problem(write(tmp_path, HEAD + line))
    assert found.place is not None
    assert found.place.line == 4
    assert "'call' is not given" in found.message


def test_what_is_refused_needs_nothing(tmp_path: Path) -> None:
    line = "  - {name: n, given: {tasks: [call]}, when: offer, then: {refused: x, needs: call}}\n"
    found = problem(write(tmp_path, HEAD + line))
    assert found.message == "needs and refused contradict each other"
    assert found.hint.endswith("keep refused, or the others")

"""Scenarios hold where the process does as they say, and are refused at their line otherwise."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import salesfsm as sf
from salesfsm.testing import read_scenarios, run_scenarios
from salesfsm.testing.scenarios.definitions import Given, Proof
from salesfsm.testing.scenarios.running import opportunity_of
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


@pytest.mark.parametrize(("days", "holds"), [(29, True), (31, False)])
def test_evidence_may_have_expired_before_it_came_to_its_stage(
    days: int, holds: bool, tmp_path: Path
) -> None:
    evidence = f"[{{milestone: plan_agreed, days_ago: {days}}}]"
    line = f"  - {{name: n, given: {{stage: offering, evidence: {evidence}}}, when: win, then: "
    assert (failures(tmp_path, HEAD + line + "{allowed: won}}\n") == [""]) == holds
    refused = failures(tmp_path, HEAD + line + "{refused: proven.plan_agreed}}\n")
    assert (refused == [""]) != holds


def test_evidence_that_is_not_accepted_lets_nothing_be_allowed(tmp_path: Path) -> None:
    given = "{stage: offering, evidence: [{milestone: plan_agreed, kind: call, made_by: seller}]}"
    line = f"  - {{name: n, given: {given}, when: win, then: "
    refused = "{refused: [evidence.kind, evidence.maker]}}\n"
    assert failures(tmp_path, HEAD + line + refused) == [""]
    (failure,) = failures(tmp_path, HEAD + line + "{refused: proven.plan_agreed}}\n")
    assert "evidence.kind" in failure
    (failure,) = failures(tmp_path, HEAD + line + "allowed}\n")
    assert "plan_agreed" in failure


def test_old_evidence_changes_nothing_about_the_time_in_the_stage(tmp_path: Path) -> None:
    read = read_scenarios(write(tmp_path))
    proof = Proof(milestone="plan_agreed", days_ago=99)
    for stage in ("offering", "lost"):
        given = Given(stage=(stage,), days_in_stage=3, evidence=(proof,))
        deal = opportunity_of(sf.Engine(read.process), given, stage, read.at)
        assert deal.entered_at == deal.active_at == read.at - timedelta(days=3)
        assert deal.opened_at == read.at - timedelta(days=99)
        assert deal.lost_reason is None


def test_activities_come_after_the_buyers_last_word(tmp_path: Path) -> None:
    read = read_scenarios(write(tmp_path))
    proof = Proof(milestone="plan_agreed", days_ago=2)
    given = Given(days_in_stage=9, evidence=(proof,), activities=("call",))
    deal = opportunity_of(sf.Engine(read.process), given, "talking", read.at)
    assert deal.attempts == {"call": 1}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("given: {stage: won}, when: win", "trigger.unavailable"),
        ("when: lose", "reason.required"),
        (
            "given: {stage: offering, evidence: [{milestone: plan_agreed, kind: call}]}, when: win",
            "evidence.kind",
        ),
        (
            "given: {stage: offering, evidence: [{milestone: plan_agreed, made_by: seller}]}, "
            "when: win",
            "evidence.maker",
        ),
    ],
)
def test_what_refuses_a_slip_of_the_scenario_must_be_named(
    line: str, code: str, tmp_path: Path
) -> None:
    (failure,) = failures(tmp_path, f"{HEAD}  - {{name: n, {line}, then: refused}}\n")
    assert (
        f"is refused by no criterion; if that is meant, write then: {{refused: {code}}}" in failure
    )
    assert failures(tmp_path, f"{HEAD}  - {{name: n, {line}, then: {{refused: {code}}}}}\n") == [""]


@pytest.mark.parametrize(("budget", "holds"), [(1000, True), (999, False)])
def test_that_nothing_is_warned_of_can_be_claimed(budget: int, holds: bool, tmp_path: Path) -> None:
    given = f"tasks: [call], facts: {{budget: {budget}, need: x, authority: decision_maker}}"
    line = f"  - {{name: n, given: {{{given}}}, when: offer, then: {{warns: []}}}}\n"
    (failure,) = failures(tmp_path, HEAD + line)
    assert (failure == "") == holds
    assert holds or "should warn of nothing, and warns of size" in failure


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


STOPPED = """\
salesfsm: 1
process: p
stages:
  - a
  - b
  - {name: winback, path: winback}
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price]}
transitions:
  - {trigger: aside, source: open, target: winback}
  - {trigger: back, source: winback, target: a}
  - {trigger: jump, source: a, target: b, when: stopped_in == b}
  - {trigger: stay, source: [a, b], target: won, when: stopped_in == a}
  - {trigger: lose, source: open, target: lost}
  - {trigger: win_back, source: lost, target: b, when: "stopped_in == b and lost_reason == price"}
"""


@pytest.mark.parametrize(
    ("given", "trigger", "answer"),
    [
        ("stage: a, stopped_in: b", "jump", "allowed"),  # no way from b to a stops it
        ("stage: a, stopped_in: a", "jump", "refused"),
        ("stage: a, stopped_in: a", "stay", "allowed"),
        ("stage: b, stopped_in: a", "stay", "allowed"),
        ("stage: a", "stay", "refused"),
        ("stage: lost, stopped_in: b, reason: price", "win_back", "allowed"),
        ("stage: lost, stopped_in: b, reason: price, days_in_stage: 4", "win_back", "allowed"),
        ("stage: lost, stopped_in: b", "win_back", "refused"),
    ],
)
def test_work_stopped_where_it_is_said_whatever_ways_there_are(
    given: str, trigger: str, answer: str, tmp_path: Path
) -> None:
    (tmp_path / "p.yaml").write_text(STOPPED)
    line = f"  - {{name: n, given: {{{given}}}, when: {trigger}, then: {answer}}}\n"
    assert failures(tmp_path, f"process: p.yaml\nscenarios:\n{line}") == [""]


def test_a_scenario_may_be_of_another_day_than_its_file(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "salesfsm: 1\nprocess: p\nfacts: {need: text}\nstages: [a, {name: won, outcome: won}]\n"
        "transitions:\n  - trigger: win\n    source: a\n    target: won\n"
        "    when: {rule: known(need), since: 2026-03-03}\n"
    )
    text = (
        "process: p.yaml\nat: 2026-03-02\nscenarios:\n"
        "  - {name: Nothing is asked yet, when: win, then: allowed}\n"
        "  - {name: Soon it is, at: 2026-03-03, when: win, then: {refused: need}}\n"
    )
    assert failures(tmp_path, text) == ["", ""]


def test_a_contract_may_be_years_old(tmp_path: Path) -> None:
    given = "stage: offering, days_in_stage: 1095, evidence: [{milestone: plan_agreed, "
    line = "  - {{name: n, given: {{{}days_ago: {}}}]}}, when: win, then: {}}}\n"
    assert failures(tmp_path, HEAD + line.format(given, 1095, "refused")) == [""]
    assert failures(tmp_path, HEAD + line.format(given, 36_500, "refused")) == [""]


def test_the_team_is_free_where_the_process_names_none(tmp_path: Path) -> None:
    line = "  - {name: n, given: {stage: offering, team: anything}, when: win, then: refused}\n"
    assert failures(tmp_path, HEAD + line) == [""]


def test_a_team_that_the_process_does_not_have_is_an_error_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(
        "salesfsm: 1\nprocess: t\nteams: [{name: field}, {name: care}]\n"
        "stages: [a, {name: won, outcome: won}]\n"
        "transitions: [{trigger: win, source: a, target: won}]\n"
    )
    text = (
        "process: t.yaml\nscenarios:\n"
        "  - {name: n, given: {team: fild}, when: win, then: allowed}\n"
    )
    with pytest.raises(sf.DefinitionError, match="did you mean 'field'") as caught:
        read_scenarios(write(tmp_path, text))
    (problem,) = caught.value.problems
    assert problem.place is not None
    assert problem.place.line == 3
    assert failures(tmp_path, text.replace("fild", "field")) == [""]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("process: desk.yaml\nscenarios: []\n", 1, "write scenarios, or take in"),
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
        (
            HEAD + "  - {name: n, given: {days_in_stage: 36501}, when: lose, then: refused}\n",
            4,
            "write 0, 1, 2 …; 36500 at most",
        ),
        (
            HEAD + "  - {name: n, when: lose, then: {answer: allowed, refused: x}}\n",
            4,
            "allowed and refused contradict each other",
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

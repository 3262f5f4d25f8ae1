"""Scenarios of several stages, of what is needed, and of processes made from others."""

from __future__ import annotations

from pathlib import Path

import pytest

import salesfsm as sf
from salesfsm import library
from salesfsm.testing import read_scenarios, run_scenarios
from testing.kit import SCENARIOS, write

HEAD = "process: desk.yaml\nat: 2026-03-02\nscenarios:\n"

LARGER = """\
salesfsm: 1
process: larger
extends: desk.yaml
stages:
  - {name: offering, exit: known(need)}
"""

BOTH = """\
salesfsm: 1
process: both
currency: EUR
include: {one: desk.yaml, other: library:winback}
"""

BASE = (
    SCENARIOS
    + """\
  - name: A plan wins
    given: {stage: offering, facts: {need: null}, evidence: [plan_agreed]}
    when: win
    then: {allowed: won, needs: [plan_agreed]}
"""
)


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


class TestTakenIn:
    """A process made from others keeps what they promise, but for what it says anew."""

    def write(self, folder: Path, text: str) -> Path:
        write(folder, BASE)
        (folder / "larger.yaml").write_text(LARGER)
        (folder / "both.yaml").write_text(BOTH)
        path = folder / "larger.scenarios.yaml"
        path.write_text(text)
        return path

    def test_what_is_extended_holds_too_and_gives_what_is_given(self, tmp_path: Path) -> None:
        path = self.write(
            tmp_path,
            "process: larger.yaml\nextends: desk.scenarios.yaml\nscenarios:\n"
            "  - name: A plan wins\n"  # the base says it without a need
            "    given: {stage: offering, evidence: [plan_agreed]}\n"
            "    when: win\n    then: {allowed: won, needs: [plan_agreed, need]}\n",
        )
        read = read_scenarios(path)
        names = [each.name for each in read.scenarios]
        assert names == ["A plan wins", "BANT opens the offer", "A user decides nothing"]
        assert read.at == read_scenarios(tmp_path / "desk.scenarios.yaml").at
        assert all(run_scenarios(read))
        assert read.place(0).file == str(path)
        assert read.place(1).file == str(tmp_path / "desk.scenarios.yaml")

    def test_what_holds_no_more_is_left_out(self, tmp_path: Path) -> None:
        text = (
            "process: larger.yaml\nextends: desk.scenarios.yaml\nleave_out: A plan wins\n"
            "scenarios:\n  - {name: n, given: {stage: closed}, when: lose, "
            "then: {refused: trigger.unavailable}}\n"
        )
        path = self.write(tmp_path, text)
        assert len(read_scenarios(path).scenarios) == 3
        assert all(run_scenarios(read_scenarios(path)))
        path.write_text(text.replace("leave_out: A plan wins\n", ""))
        assert not all(run_scenarios(read_scenarios(path)))

    def test_a_file_may_claim_nothing_but_what_it_takes_in(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, "process: larger.yaml\nextends: desk.scenarios.yaml\n")
        assert len(read_scenarios(path).scenarios) == 3
        path.write_text("process: larger.yaml\n")
        assert "claims nothing" in problem(path).message

    def test_what_is_included_has_its_prefix(self, tmp_path: Path) -> None:
        path = self.write(
            tmp_path,
            "process: both.yaml\ninclude: {one: desk.scenarios.yaml, other: library:winback}\n"
            "scenarios:\n"
            "  - {name: n, given: {stage: one.offering}, when: win, then: refused}\n",
        )
        read = read_scenarios(path)
        assert read.scenarios[1].name == "one: BANT opens the offer"
        assert read.scenarios[1].given.stage == ("one.talking",)
        assert read.scenarios[1].given.tasks == ("one.call",)
        groups = next(e for e in read.scenarios if e.name == "other: Any winback may be given up")
        assert groups.given.stage is not None
        assert all(stage.startswith("other.") for stage in groups.given.stage)
        assert all(run_scenarios(read))

    def test_what_the_process_does_not_have_is_told_where_it_is_taken_in(
        self, tmp_path: Path
    ) -> None:
        path = self.write(
            tmp_path,
            "process: desk.yaml\nextends: library:winback\nleave_out: []\n"
            "scenarios: [{name: n, when: lose, then: refused}]\n",
        )
        with pytest.raises(sf.DefinitionError) as caught:
            read_scenarios(path)
        first = caught.value.problems[0]
        assert first.place is not None
        assert first.place.line == 2
        assert "A buyer who answers again is talked to" in first.message
        assert "unknown stage 'approach'" in first.message
        assert "leave_out" in first.hint

    @pytest.mark.parametrize(
        ("text", "line", "says"),
        [
            ("extends: dsk.scenarios.yaml\n", 2, "there is no file"),
            ("extends: desk.scenarios.yaml\nleave_out: [A plan win]\n", 3, "'A plan wins'"),
            ("include: {one: library:winbak}\n", None, "did you mean 'winback'"),
            ("extends: larger.scenarios.yaml\n", 2, "or each other"),
        ],
    )
    def test_a_slip_is_an_error_at_its_line(
        self, text: str, line: int | None, says: str, tmp_path: Path
    ) -> None:
        end = "scenarios: [{name: n, when: lose, then: refused}]\n"
        found = problem(self.write(tmp_path, f"process: larger.yaml\n{text}{end}"))
        assert says in str(found)
        assert (found.place and found.place.line) == line


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


@pytest.mark.parametrize("name", library.names())
def test_the_library_has_scenarios_of_each_process(name: str) -> None:
    assert library.scenarios(name).startswith("# What ")
    assert f"\nprocess: library:{name}\n" in library.scenarios(name)


def test_an_unknown_process_has_none() -> None:
    assert "did you mean 'winback'" in str(problem(Path("library:winbak")))

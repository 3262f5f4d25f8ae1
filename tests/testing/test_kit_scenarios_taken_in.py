"""Scenarios of processes made from others: what they take in, in one another's names."""

from __future__ import annotations

from pathlib import Path

import pytest

import salesfsm as sf
from salesfsm import library
from salesfsm.testing import read_scenarios, run_scenarios
from testing.kit import SCENARIOS, write

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


def problem(path: Path) -> sf.Problem:
    with pytest.raises(sf.DefinitionError) as caught:
        read_scenarios(path)
    (found,) = caught.value.problems
    return found


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
            ("extends: library:winbak\n", None, "did you mean 'winback'"),
            ("include: {one: desk.scenarios.yaml}\n", 2, "take the file in with extends"),
        ],
    )
    def test_a_slip_is_an_error_at_its_line(
        self, text: str, line: int | None, says: str, tmp_path: Path
    ) -> None:
        end = "scenarios: [{name: n, when: lose, then: refused}]\n"
        found = problem(self.write(tmp_path, f"process: larger.yaml\n{text}{end}"))
        assert says in str(found)
        assert (found.place and found.place.line) == line

    def test_leaving_out_all_that_is_taken_in_claims_nothing(self, tmp_path: Path) -> None:
        names = ["BANT opens the offer", "A user decides nothing", "A plan wins"]
        text = f"process: larger.yaml\nextends: desk.scenarios.yaml\nleave_out: {names}\n"
        found = problem(self.write(tmp_path, text))
        assert found.message == "this file claims nothing: it leaves out all"
        assert found.place is not None
        assert found.place.line == 3

    def test_a_prefix_that_the_process_does_not_have_is_one_error(self, tmp_path: Path) -> None:
        text = "process: both.yaml\ninclude: {two: desk.scenarios.yaml}\n"
        found = problem(self.write(tmp_path, text))
        assert found.message == "both 1 includes nothing as 'two'"
        assert found.hint == "Write the prefix that it has there: one, other."
        assert found.place is not None
        assert (found.place.line, found.place.column) == (2, 11)

    def test_prefixes_within_prefixes_are_known_too(self, tmp_path: Path) -> None:
        text = "process: library:four_planes\ninclude: {winback: library:winback}\n"
        found = problem(self.write(tmp_path, text))
        assert "sales, sales.winback," in found.hint

    def test_a_file_that_takes_in_itself_is_told_with_the_circle(self, tmp_path: Path) -> None:
        path = self.write(tmp_path, "process: larger.yaml\nextends: larger.scenarios.yaml\n")
        circle = "this takes in itself: larger.scenarios.yaml -> larger.scenarios.yaml"
        assert problem(path).message == circle
        path.write_text("process: larger.yaml\nextends: round/again.scenarios.yaml\n")
        (tmp_path / "round").mkdir()
        (tmp_path / "round" / "again.scenarios.yaml").write_text(
            "process: ../larger.yaml\nextends: ../larger.scenarios.yaml\n"
        )
        found = problem(path)
        assert found.message == (
            "this takes in itself: larger.scenarios.yaml -> again.scenarios.yaml -> "
            "larger.scenarios.yaml"
        )
        assert found.place is not None
        assert found.place.file.endswith("again.scenarios.yaml")
        assert found.place.line == 2

    def test_a_file_may_be_taken_in_twice(self, tmp_path: Path) -> None:
        path = self.write(
            tmp_path,
            "process: twice.yaml\ninclude: {a: desk.scenarios.yaml, b: desk.scenarios.yaml}\n",
        )
        (tmp_path / "twice.yaml").write_text(
            "salesfsm: 1\nprocess: twice\ncurrency: EUR\ninclude: {a: desk.yaml, b: desk.yaml}\n"
        )
        assert len(read_scenarios(path).scenarios) == 6

    def test_what_is_given_is_put_together_by_the_names_of_facts(self, tmp_path: Path) -> None:
        path = self.write(
            tmp_path,
            "process: larger.yaml\nextends: desk.scenarios.yaml\n"
            "given: {facts: {friend: true, need: price}}\nscenarios:\n"
            "  - {name: n, given: {facts: {need: speed}}, when: offer, then: refused}\n",
        )
        assert read_scenarios(path).scenarios[0].given.facts == {
            "budget": 5000,
            "authority": "decision_maker",
            "need": "speed",
            "friend": True,
        }


@pytest.mark.parametrize("name", library.names())
def test_the_library_has_scenarios_of_each_process(name: str) -> None:
    assert library.scenarios(name).startswith("# What ")
    assert f"\nprocess: library:{name}\n" in library.scenarios(name)


def test_an_unknown_process_has_none() -> None:
    assert "did you mean 'winback'" in str(problem(Path("library:winbak")))

"""Mutants: each differs by one change, and survives where no scenario tells the difference."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import salesfsm as sf
from salesfsm.cli.group import cli
from salesfsm.rules.parser import parse
from salesfsm.rules.printer import print_rule
from salesfsm.testing import mutants, mutate, read_scenarios
from salesfsm.testing.changing import variants
from testing.kit import process, write


def test_every_criterion_task_and_transition_is_changed_once() -> None:
    assert [each.change for each in mutants(process())] == [
        "plan_agreed: evidence of any kind",
        "plan_agreed: evidence of anybody's",
        "plan_agreed: evidence never expires",
        "talking: exit without bant(timeline=budget, of=3)",
        "talking: exit bant(timeline=budget, of=3) changed to bant(timeline=budget, of=2)",
        "talking: exit without budget >= 1000",
        "talking: exit budget >= 1000 changed to budget > 1000",
        "talking: task call made optional",
        "offer from talking to offering: dropped",
        "offer from talking to offering: led to won instead",
        "win from offering to won: dropped",
        "win from offering to won: led to lost instead",
        "win from offering to won: when without proven(plan_agreed)",
        "win from offering to talking: dropped",
        "win from offering to talking: led to offering instead",
        "win from offering to talking: when without friend",
        "lose from open to lost: dropped",
        "lose from open to lost: not from talking",
        "lose from open to lost: not from offering",
        "lose from open to lost: led to talking instead",
        "retry from lost to talking: dropped",
        "retry from lost to talking: led to offering instead",
        "retry from lost to talking: when without lost_reason == price and known(need)",
        "retry from lost to talking: when lost_reason == price and known(need) changed to "
        "known(need)",
        "retry from lost to talking: when lost_reason == price and known(need) changed to "
        "lost_reason == price",
    ]


@pytest.mark.parametrize(
    ("rule", "others"),
    [
        ("known(need)", []),
        ("budget > 10", ["budget >= 10"]),
        ("1 <= budget < 10", ["1 < budget < 10", "1 <= budget <= 10"]),
        ("budget == 10", []),
        (
            "not (friend or budget < 10)",
            ["not budget < 10", "not friend", "not (friend or budget <= 10)"],
        ),
        ("friend or budget < 10", ["budget < 10", "friend", "friend or budget <= 10"]),
        (
            "friend or (known(need) and budget > 10)",
            [
                "known(need) and budget > 10",
                "friend",
                "friend or budget > 10",
                "friend or known(need)",
                "friend or known(need) and budget >= 10",
            ],
        ),
        (
            "at_least(2, friend, known(need), known(budget))",
            ["at_least(1, friend, known(need), known(budget))"],
        ),
        ("at_least(1, friend, known(need))", []),
        ("bant(timeline=budget)", ["bant(timeline=budget, of=3)"]),
        ("bant(timeline=budget, of=1)", []),
    ],
)
def test_a_rule_is_changed_in_one_part_at_a_time(rule: str, others: list[str]) -> None:
    assert [print_rule(each) for each in variants(parse(rule))] == others


def test_what_a_reason_asks_is_weakened_too() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nfacts: {need: text}\nstages:\n  - {name: a}\n"
        "  - {name: lost, outcome: lost, reasons: [{name: other, when: known(need)}]}\n"
        "transitions:\n  - {trigger: lose, source: a, target: lost}\n"
    )
    changes = [each.change for each in mutants(sf.loads(text))]
    assert "lost: reason other without known(need)" in changes


def test_a_criterion_of_a_later_day_is_asked_from_the_first() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nfacts: {need: text}\nstages: [a, {name: won, outcome: won}]\n"
        "transitions:\n  - trigger: win\n    source: a\n    target: won\n"
        "    when: {rule: known(need), since: 2026-06-01}\n"
    )
    assert [each.change for each in mutants(sf.loads(text))][-1] == (
        "win from a to won: when known(need) asked from the first day on, not from 2026-06-01"
    )


def test_a_way_that_is_never_taken_makes_no_mutant() -> None:
    text = (
        "salesfsm: 1\nprocess: p\nfacts: {need: text}\n"
        "stages: [a, b, {name: won, outcome: won}]\ntransitions:\n"
        "  - {trigger: go, source: a, target: b}\n"
        "  - {trigger: go, source: a, target: won, when: known(need)}\n"
        "  - {trigger: win, source: b, target: won}\n"
    )
    changes = [each.change for each in mutants(sf.loads(text))]
    assert "go from a to b: dropped" in changes
    assert not [change for change in changes if change.startswith("go from a to won")]


def test_a_mutant_is_another_process_each_time() -> None:
    texts = [sf.dump(each.process) for each in mutants(process())]
    assert len(set(texts)) == len(texts)
    assert sf.dump(process()) not in texts


def test_what_fits_together_no_more_is_no_mutant() -> None:
    told = process().model_copy(
        update={"stages": (*process().stages, sf.Stage(name="end", outcome="won"))}
    )
    assert any(each.change.endswith("led to end instead") for each in mutants(told))


def test_scenarios_notice_what_they_are_about(tmp_path: Path) -> None:
    report = mutate(process(), [read_scenarios(write(tmp_path))])
    assert [each.change for each in report.noticed] == [
        "talking: exit without bant(timeline=budget, of=3)",
        "talking: exit bant(timeline=budget, of=3) changed to bant(timeline=budget, of=2)",
        "offer from talking to offering: dropped",
        "offer from talking to offering: led to won instead",
    ]
    assert report.total == len(list(mutants(process())))


def test_scenarios_of_another_process_are_refused(tmp_path: Path) -> None:
    read = read_scenarios(write(tmp_path))
    with pytest.raises(sf.CommandError, match="are about desk 1, not"):
        mutate(sf.load("library:six_stage"), [read])


def test_scenarios_that_do_not_hold_at_all_are_refused(tmp_path: Path) -> None:
    read = read_scenarios(write(tmp_path))
    wrong = read.scenarios[0].model_copy(update={"then": {"answer": "refused"}})
    with pytest.raises(sf.CommandError, match="does not hold for the process itself"):
        mutate(process(), [dataclasses.replace(read, scenarios=(wrong,))])


def test_no_scenarios_are_no_proof() -> None:
    with pytest.raises(sf.CommandError, match="no scenarios"):
        mutate(process(), [])


@pytest.mark.parametrize(
    ("proof", "code", "noticed"),
    [
        ("days_ago: 31", "proven", "plan_agreed: evidence never expires"),
        ("kind: call", "evidence.kind", "plan_agreed: evidence of any kind"),
        ("made_by: seller", "evidence.maker", "plan_agreed: evidence of anybody's"),
    ],
)
def test_scenarios_notice_that_evidence_is_taken_which_was_not(
    proof: str, code: str, noticed: str, tmp_path: Path
) -> None:
    given = f"{{stage: offering, evidence: [{{milestone: plan_agreed, {proof}}}]}}"
    text = (
        "process: desk.yaml\nscenarios:\n"
        f"  - {{name: n, given: {given}, when: win, then: {{refused: {code}}}}}\n"
    )
    report = mutate(process(), [read_scenarios(write(tmp_path, text))])
    evidence = [each.change for each in report.noticed if "evidence" in each.change]
    assert evidence == [noticed]


class TestCommandLine:
    """The two commands say the same, at the lines of the files."""

    def run(self, *arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(cli, list(map(str, arguments)), env={"SALESFSM_LANG": "en"})
        return result.exit_code, result.output

    def test_scenarios_that_hold_are_counted(self, tmp_path: Path) -> None:
        assert self.run("scenarios", write(tmp_path)) == (0, "2 scenarios hold\n")

    def test_a_scenario_that_does_not_hold_is_told_at_its_line(self, tmp_path: Path) -> None:
        path = write(tmp_path)
        path.write_text(path.read_text().replace("{allowed: offering}", "{allowed: won}"))
        code, said = self.run("scenarios", path)
        assert code == 1
        assert f"{path}:6:5: BANT opens the offer\n" in said
        assert "1 of 2 scenarios does not hold" in said

    def test_scenarios_as_json(self, tmp_path: Path) -> None:
        code, said = self.run("scenarios", write(tmp_path), "--json")
        assert code == 0
        assert [each["holds"] for each in json.loads(said)["scenarios"]] == [True, True]
        assert "coverage" not in json.loads(said)

    def test_coverage_as_json(self, tmp_path: Path) -> None:
        _, said = self.run("scenarios", write(tmp_path), "--json", "--coverage")
        (covered,) = json.loads(said)["coverage"]
        assert (covered["process"], covered["seen"]) == ("desk 1", 6)
        assert covered["verdicts"] == 22
        assert "retry: lost -> talking" in covered["unseen"]["never taken"]

    @pytest.mark.parametrize(
        ("language", "says"),
        [("pl", "powinno prowadzić do „won”"), ("bg", "трябва да води към „won“")],
    )
    def test_failures_are_told_in_the_language(
        self, language: str, says: str, tmp_path: Path
    ) -> None:
        path = write(tmp_path)
        path.write_text(path.read_text().replace("{allowed: offering}", "{allowed: won}"))
        _, said = self.run("scenarios", path, "--lang", language)
        assert says in said

    def test_mutants_are_told_in_the_language(self, tmp_path: Path) -> None:
        scenarios = write(tmp_path)
        told = ("mutate", tmp_path / "desk.yaml", "--scenarios", scenarios, "--lang", "pl")
        _, said = self.run(*told)
        assert "talking: zadanie call nieobowiązkowe" in said
        assert "lose z open do lost: nie z talking" in said

    def test_the_coverage_of_scenarios_is_told(self, tmp_path: Path) -> None:
        _, said = self.run("scenarios", write(tmp_path), "--coverage")
        assert "desk 1: " in said
        assert "never taken: retry: lost -> talking" in said

    def test_mutants_that_survive_are_told_at_their_lines(self, tmp_path: Path) -> None:
        scenarios = write(tmp_path)
        code, said = self.run("mutate", tmp_path / "desk.yaml", "--scenarios", scenarios)
        assert code == 1
        assert f"{tmp_path / 'desk.yaml'}:15:13: talking: task call made optional" in said
        assert said.endswith("no scenario notices 21 of 25 changes\n")

    def test_mutants_as_json(self, tmp_path: Path) -> None:
        scenarios = write(tmp_path)
        _, said = self.run("mutate", tmp_path / "desk.yaml", "--scenarios", scenarios, "--json")
        report = json.loads(said)
        assert report["mutants"] == 25
        assert {each["line"] for each in report["survived"]} >= {15, 24}

    def test_a_file_that_cannot_be_used_is_no_finding(self, tmp_path: Path) -> None:
        code, said = self.run("scenarios", tmp_path / "none.scenarios.yaml")
        assert code == 2
        assert "there is no file" in said


def test_a_mutant_is_shown_by_its_change() -> None:
    mutant = next(mutants(process()))
    assert repr(mutant) == "<Mutant plan_agreed: evidence of any kind>"

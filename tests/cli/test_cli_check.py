"""``salesfsm check``: files that are no processes, what is ignored, and the hook of pre-commit."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from calling import Ran

Run = Callable[..., Ran]
ROOT = Path(__file__).resolve().parents[2]

BARE = """\
salesfsm: 1
process: bare
ignore: {SF104: We define the stages next month.}
stages:
  - talking
  - {name: won, outcome: won}
  - {name: lost, outcome: lost, reasons: [price]}
transitions:
  - {trigger: win, source: talking, target: won, when: attempts() > 0}
  - {trigger: lose, source: talking, target: lost}
"""
VARIANT = """\
salesfsm: 1
process: variant
extends: bare.yaml
stages:
  - {name: talking, definition: The buyer has named a problem.}
"""
SCENARIOS = """\
process: b2b.yaml
scenarios:
  - {name: nobody wins at once, given: {stage: qualification}, when: win, then: refused}
"""
POLISH = """\
salesfsm: 1
process: polish
calendar: {country: PL}
stages: [talking]
"""


@pytest.fixture(autouse=True)
def more(folder: Path) -> None:
    """Files of several kinds beside those of the demo."""
    for name, text in {
        "bare.yaml": BARE,
        "variant.yaml": VARIANT,
        "b2b.scenarios.yaml": SCENARIOS,
        "polish.yaml": POLISH,
    }.items():
        (folder / name).write_text(text, encoding="utf-8")


def test_a_variant_is_not_told_what_its_base_ignores_for_itself(run: Run) -> None:
    assert run("check", "bare.yaml").out == "bare.yaml: all is well\n"
    assert run("check", "variant.yaml").out == "variant.yaml: all is well\n"


def test_a_variant_is_told_what_it_ignores_itself_for_nothing(run: Run, folder: Path) -> None:
    (folder / "variant.yaml").write_text(VARIANT + "ignore: {SF105: No reasons.}\n")
    ran = run("check", "variant.yaml")
    assert ran.code == 1
    assert "variant.yaml:6:17: SF130 warning: SF105 is ignored" in ran.out


def test_whoever_asks_for_one_check_is_told_that_the_file_ignores_it(run: Run) -> None:
    ran = run("check", "bare.yaml", "--only", "SF104")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "bare.yaml: all is well",
        "the file itself ignores SF104: We define the stages next month.",
    ]
    (told,) = json.loads(run("check", "bare.yaml", "--only", "SF104", "--json").out)
    assert told["ignored"] == {"SF104": "We define the stages next month."}


def test_a_check_cannot_be_asked_for_and_left_out(run: Run) -> None:
    ran = run("check", "bare.yaml", "--only", "SF109", "--ignore", "SF109")
    assert ran.code == 2
    assert "SF109: asked for with --only, and left out" in ran.err


def test_an_unknown_code_is_told_though_no_file_can_be_used(
    run: Run, poor_and_broken: None
) -> None:
    ran = run("check", "broken.yaml", "--only", "SF999")
    assert (ran.code, ran.out) == (2, "")
    assert "unknown check 'SF999'" in ran.err


def test_a_file_of_scenarios_is_called_so(run: Run) -> None:
    ran = run("check", "b2b.scenarios.yaml")
    assert ran.code == 2
    assert "b2b.scenarios.yaml:2:1: this is a file of scenarios, not a process" in ran.out
    assert "salesfsm scenarios b2b.scenarios.yaml" in ran.out


def test_a_process_is_no_file_of_scenarios(run: Run) -> None:
    ran = run("scenarios", "bare.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert "bare.yaml:4:1: this is a process, no file of scenarios" in ran.err
    assert "salesfsm check" in ran.err


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_missing_package_is_a_problem_of_one_file(
    run: Run, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    ran = run("check", "polish.yaml", "bare.yaml", "--format", form)
    assert ran.code == 2
    assert "a calendar with a country needs packages that are not installed" in ran.out
    assert "salesfsm[calendar]" in ran.out
    if form == "text":
        assert "polish.yaml:3:21: " in ran.out
        assert "bare.yaml: all is well" in ran.out
    if form in ("json", "sarif"):
        assert json.loads(ran.out)


@pytest.mark.parametrize(
    ("ignore", "place", "hint"),
    [
        ("ignore: {SF104: }", 10, "say why the check is wrong here, after its code"),
        ('ignore: {SF104: ""}', 17, "say why the check is wrong here, after its code"),
        ("ignore: [SF104]", 9, "write CODE: why it is wrong here"),
    ],
)
def test_ignoring_without_a_reason_says_how_to_give_one(
    run: Run, folder: Path, ignore: str, place: int, hint: str
) -> None:
    text = re.sub("^ignore.*$", ignore, BARE, flags=re.MULTILINE)
    (folder / "bare.yaml").write_text(text, encoding="utf-8")
    ran = run("check", "bare.yaml")
    assert ran.code == 2
    assert f"bare.yaml:3:{place}: " in ran.out
    assert f"hint: {hint}" in ran.out


def test_the_hook_takes_the_processes_of_a_folder_and_leaves_out_their_scenarios(
    run: Run, folder: Path
) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["types"] == ["yaml"]
    left_out = re.compile(hook["exclude"])
    (folder / "polish.yaml").unlink()
    names = sorted(each.name for each in folder.glob("*.y*ml"))
    assert {"b2b.yaml", "b2b.scenarios.yaml"} <= set(names)
    taken = [name for name in names if not left_out.search(f"processes/{name}")]
    assert "b2b.scenarios.yaml" not in taken
    program, *arguments = hook["entry"].split()
    assert program == "salesfsm"
    processes = [name for name in taken if "process:" in (folder / name).read_text("utf-8")]
    assert {"b2b.yaml", "bare.yaml", "variant.yaml"} <= set(processes)
    assert run(*arguments, *processes).code == 0

"""The reports of the command line in Polish and Bulgarian, and what chooses the language.

What people read is compared with ``golden/commands.pl.txt`` and ``golden/commands.bg.txt``. After
it was changed on purpose, ``UPDATE_GOLDEN=1 pytest tests/cli/test_cli_languages.py`` writes the
pages anew: read the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from calling import POOR, Ran, golden_page

from salesfsm.cli.group import COMMANDS
from salesfsm.cli.output import print_table

Run = Callable[..., Ran]
AT = "--at 2026-03-02T09:00+01:00"
SHOWN = (
    "check b2b.yaml poor.yaml broken.yaml",
    f"explain b2b.yaml qualify --facts facts.json {AT}",
    f"explain b2b.yaml lose --reason price {AT}",
    f"moves b2b.yaml {AT}",
    f"moves b2b.yaml --facts facts.json --to won --proven reason_to_act {AT}",
    "mirror b2b.yaml",
    "mirror poor.yaml",
    f"alignment b2b.yaml {AT}",
    f"alignment b2b.yaml --stage closing --proven reason_to_act {AT}",
    f"alignment b2b.yaml --stage won {AT}",
    f"alignment poor.yaml {AT}",
    "render b2b.yaml -o b2b.svg",
    "replay b2b.yaml deals.csv --show 2 -o replay.dot",
)
ENGLISH = re.compile(r"\b(the|is|of|no|not|and|by|with)\b")
"""Words by which a text is known to be English."""


@pytest.mark.usefixtures("poor_and_broken")
@pytest.mark.parametrize("language", ["pl", "bg"])
def test_what_people_read_stands_on_the_golden_page_of_its_language(language: str) -> None:
    commands = [f"{command} --lang {language}" for command in SHOWN]
    page, golden = golden_page(commands, f"commands.{language}.txt")
    assert page == golden


@pytest.mark.parametrize("language", ["pl", "bg"])
@pytest.mark.parametrize(
    "command",
    [
        "check b2b.yaml",
        f"explain b2b.yaml qualify {AT}",
        f"moves b2b.yaml --stage closing {AT}",
        f"moves b2b.yaml --to won {AT}",
        "mirror b2b.yaml",
        f"alignment b2b.yaml --stage closing {AT}",
        "render b2b.yaml -o map.dot",
    ],
)
def test_no_english_is_left_in_a_report_of_another_language(
    run: Run, command: str, language: str
) -> None:
    told = run(*command.split(), "--lang", language).out
    assert told
    assert not ENGLISH.findall(told)


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"SALESFSM_LANG": "pl"}, "wszystko w porządku"),
        ({"SALESFSM_LANG": "bg", "LC_ALL": "pl_PL.UTF-8"}, "всичко е наред"),
        ({"LC_ALL": "pl_PL.UTF-8", "LANG": "bg_BG.UTF-8"}, "wszystko w porządku"),
        ({"LANG": "bg_BG.UTF-8"}, "всичко е наред"),
        ({"LANG": "C.UTF-8"}, "all is well"),
        ({"LANG": "de_DE.UTF-8"}, "all is well"),
        ({}, "all is well"),
    ],
)
def test_the_environment_chooses_the_language(
    run: Run, monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str], said: str
) -> None:
    for name in ("SALESFSM_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert run("check", "b2b.yaml").out == f"b2b.yaml: {said}\n"
    assert run("check", "b2b.yaml", "--lang", "en").out == "b2b.yaml: all is well\n"


@pytest.mark.parametrize(
    ("language", "said"), [("pl-PL", "wszystko"), ("bg", "всичко"), ("de", "all"), ("pt-BR", "all")]
)
def test_a_language_without_a_catalogue_is_told_in_english(
    run: Run, language: str, said: str
) -> None:
    assert said in run("check", "b2b.yaml", "--lang", language).out


@pytest.mark.parametrize(
    "command",
    [
        "check b2b.yaml poor.yaml broken.yaml",
        f"explain b2b.yaml qualify {AT}",
        f"explain b2b.yaml lose --reason price {AT}",
        f"moves b2b.yaml {AT}",
        f"moves b2b.yaml --to won {AT}",
        "mirror b2b.yaml",
        f"alignment b2b.yaml --stage closing {AT}",
        "render b2b.yaml -o map.dot",
        "replay b2b.yaml deals.csv -o replay.dot",
    ],
)
@pytest.mark.usefixtures("poor_and_broken")
def test_json_is_the_same_in_every_language(run: Run, command: str) -> None:
    told = {run(*command.split(), "--json", "--lang", each).out for each in ("en", "pl", "bg")}
    assert len(told) == 1


def test_errors_and_help_stay_in_english(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    page = run("explain", "--help").out
    monkeypatch.setenv("SALESFSM_LANG", "pl")
    assert run("explain", "--help").out == page
    assert "did you mean 'qualify'" in run("explain", "b2b.yaml", "qualfy", "--lang", "bg").err


IN_ENGLISH = {"schema", "stubs", "diff", "migrate", "store", "worker"}
"""The tools of those who build and run it: they tell names of files, as errors and logs do."""


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - IN_ENGLISH))
def test_every_command_that_prints_text_takes_a_language(run: Run, name: str) -> None:
    assert "--lang" in run(name, "--help").out


def test_the_demo_and_its_commands_speak_the_language_that_is_asked_for(
    run: Run, folder: Path
) -> None:
    told = run("demo", "--lang", "bg").out
    assert "1. Проверете процеса" in told
    assert "$ salesfsm check out/b2b.yaml --lang bg" in told
    assert "out/b2b.yaml: всичко е наред" in told
    assert "60 сделки" in told


def test_the_picture_of_a_replay_is_captioned_in_its_language(run: Run, folder: Path) -> None:
    run("replay", "b2b.yaml", "deals.csv", "-o", "replay.svg", "--lang", "pl")
    drawn = (folder / "replay.svg").read_text("utf-8").replace("\u00a0", " ")
    assert "60 szans" in drawn
    assert "niedozwolone przez proces i nienarysowane: 18" in drawn


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 uwaga"), (2, "2 uwagi"), (5, "5 uwag"), (22, "22 uwagi")]
)
def test_polish_has_three_plurals(run: Run, folder: Path, count: int, said: str) -> None:
    stages = "".join(f"  - s{number}\n" for number in range(count))
    names = ", ".join(f"s{number}" for number in range(count))
    text = f"salesfsm: 1\nprocess: many\nopens_in: [{names}]\nstages:\n{stages}"
    text += "  - {name: won, outcome: won}\ntransitions:\n"
    text += "  - {trigger: win, source: open, target: won}\n"
    (folder / "many.yaml").write_text(text, encoding="utf-8")
    told = run("check", "many.yaml", "--only", "SF104", "--lang", "pl").out
    assert told.endswith(f"many.yaml: nadaje się do użycia, {said}\n")


@pytest.mark.parametrize(("language", "said"), [("en", "12,345"), ("bg", "12\u00a0345")])
def test_numbers_of_tables_are_written_as_in_the_language(
    capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    print_table("", ["n"], [[12_345]], numbers=(0,), language=language)
    assert capsys.readouterr().out.split("\n")[-2] == said


def test_a_process_without_labels_is_told_by_its_names(run: Run, folder: Path) -> None:
    (folder / "poor.yaml").write_text(POOR, encoding="utf-8")
    assert run("moves", "poor.yaml", "--lang", "pl").out.startswith("Z etapu: first\n")

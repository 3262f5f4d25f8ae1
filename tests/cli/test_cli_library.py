"""The commands ``library`` and ``init``: what is on the shelf, and a file of one's own from it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from calling import Ran

import salesfsm as sf
from salesfsm.cli.library import GROUPS
from salesfsm.library import names, text
from salesfsm.messages import LANGUAGES, message
from salesfsm.process.fields import in_language

Run = Callable[..., Ran]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_process_is_listed_once_with_its_sentence_under_a_heading(
    run: Run, language: str
) -> None:
    out = run("library", "--lang", language).out
    for name in names():
        assert len(re.findall(rf"^  {name} +\S", out, re.MULTILINE)) == 1
    for code, found in GROUPS.items():
        if set(found) & set(names()):
            assert message(code, language) in out
    six_stage = sf.loads(text("six_stage"))
    assert in_language(six_stage.description, language) in out


def test_no_name_is_under_two_headings_and_none_without() -> None:
    every = [name for found in GROUPS.values() for name in found]
    assert len(set(every)) == len(every)
    assert set(names()) <= set(every)


def test_the_list_as_json_has_group_name_and_sentence(run: Run) -> None:
    told = json.loads(run("library", "--json", "--lang", "pl").out)
    assert {each["name"] for each in told} == set(names())
    assert all(each["description"] for each in told)
    (odoo,) = (each for each in told if each["name"] == "crm_odoo")
    assert odoo["group"] == "crm"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_process_is_shown_as_a_checklist_in_the_language(run: Run, language: str) -> None:
    ran = run("library", "show", "six_stage", "--lang", language)
    process = sf.loads(text("six_stage"))
    assert ran.code == 0
    for stage in process.stages:
        assert f"{in_language(stage.label, language)} ({stage.name})" in ran.out
        for task in stage.tasks:
            assert f"[ ] {in_language(task.label, language)}" in ran.out
    for each in (*process.facts, *process.milestone_by_name):
        assert re.search(rf"^    {each} ", ran.out, re.MULTILINE)
    assert message("library.stage.won", language) in ran.out
    assert f"({message('library.task.optional', language)})" in ran.out


def test_every_process_of_the_shelf_can_be_shown(run: Run) -> None:
    for name in names():
        assert f"({name})" in run("library", "show", name).out.splitlines()[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_handovers_teams_and_assignments_are_shown_where_there_are_any(
    run: Run, language: str
) -> None:
    out = run("library", "show", "four_planes", "--lang", language).out
    process = sf.load("library:four_planes")
    for each in process.handovers:
        assert f"    {in_language(each.label, language)} ({each.name})\n" in out
        assert f"({each.source[0]})" in out
        assert f"({each.target})" in out
        for fact in each.needs.facts:
            assert in_language(process.facts[fact].label, language) in out
    for team in process.teams:
        assert f"{in_language(team.label, language)}: {', '.join(team.members)}\n" in out
    for rule in process.assignments:
        assert re.search(rf"^    {rule.name} .* → ", out, re.MULTILINE)
    heads = ("library.handovers", "library.teams", "library.assignments")
    alone = run("library", "show", "six_stage", "--lang", language).out.splitlines()
    for code in heads:
        assert message(code, language) in out.splitlines()
        assert message(code, language) not in alone


def test_a_path_that_stands_in_the_name_of_the_stage_is_not_told_twice(run: Run) -> None:
    out = run("library", "show", "four_planes").out
    assert "New lead (prospecting.lead)\n" in out
    assert "path: prospecting" not in out
    assert "Silent (silent) · path: silence\n" in run("library", "show", "silence").out


def test_the_types_of_facts_are_told_in_words(run: Run) -> None:
    out = run("library", "show", "six_stage", "--lang", "pl").out
    assert re.search(r"^    budget +kwota +Budżet$", out, re.MULTILINE)


def test_a_name_may_have_the_prefix_that_files_write(run: Run) -> None:
    shown = run("library", "show", "sales")
    assert run("library", "show", "library:sales") == shown
    assert run("init", "library:sales", "-o", "ours.yaml").code == 0
    assert sf.load("ours.yaml").name == "ours"


def test_a_process_is_shown_as_its_file_and_as_json(run: Run) -> None:
    assert run("library", "show", "six_stage", "--yaml").out == text("six_stage")
    told = json.loads(run("library", "show", "six_stage", "--json").out)
    assert told["process"] == "six_stage"
    assert told["stages"][0]["name"] == "prospecting"


def test_options_before_show_count_as_those_behind_it(run: Run) -> None:
    behind = run("library", "show", "six_stage", "--lang", "bg").out
    assert run("library", "--lang", "bg", "show", "six_stage").out == behind


@pytest.mark.parametrize("command", ["library show six_stge", "init six_stge -o my.yaml"])
def test_an_unknown_name_suggests_the_nearest(run: Run, command: str) -> None:
    ran = run(*command.split())
    assert ran.code == 2
    assert "did you mean 'six_stage'?" in ran.err
    assert not Path("my.yaml").exists()


def test_every_process_starts_a_file_that_loads_under_its_own_name(run: Run) -> None:
    for name in names():
        ran = run("init", name, "-o", "our_sale.yaml", "--force")
        assert ran.code == 0, ran.err
        process = sf.load("our_sale.yaml")
        assert process.name == "our_sale"
        assert process.stages == sf.loads(text(name), file=f"library:{name}").stages
        comments = [line for line in text(name).splitlines() if line.startswith("#")]
        assert Path("our_sale.yaml").read_text("utf-8").startswith(comments[0])


@pytest.mark.parametrize("file", ["2026.yaml", "our sale.yml", "null.yaml", "żółć.yaml"])
def test_a_file_whose_name_is_no_name_keeps_the_one_of_the_process(run: Run, file: str) -> None:
    assert run("init", "six_stage", "-o", file).code == 0
    assert sf.load(file).name == "six_stage"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_to_do_next_is_told(run: Run, language: str) -> None:
    ran = run("init", "six_stage", "-o", "our sale.yaml", "--lang", language)
    assert message("init.next", language) in ran.out
    assert "  salesfsm check 'our sale.yaml'\n" in ran.out
    assert "  salesfsm render 'our sale.yaml' -o 'our sale.svg'\n" in ran.out
    told = json.loads(run("init", "six_stage", "-o", "b.yaml", "--json").out)
    assert (told["process"], told["from"]) == ("b", "six_stage")
    assert told["next"] == ["salesfsm check b.yaml", "salesfsm render b.yaml -o b.svg"]


def test_a_file_that_is_there_is_left_alone_unless_forced(run: Run) -> None:
    Path("mine.yaml").write_text("mine", encoding="utf-8")
    refused = run("init", "six_stage", "-o", "mine.yaml")
    assert refused.code == 2
    assert "--force" in refused.err
    assert Path("mine.yaml").read_text("utf-8") == "mine"
    assert run("init", "six_stage", "-o", "mine.yaml", "--force").code == 0
    assert sf.load("mine.yaml").name == "mine"


@pytest.mark.parametrize("target", ["nowhere/my.yaml", "folder.yaml", "my.txt", "my"])
def test_where_no_file_can_be_written_nothing_is(run: Run, folder: Path, target: str) -> None:
    (folder / "folder.yaml").mkdir()
    before = set(folder.iterdir())
    ran = run("init", "six_stage", "-o", target, "--force")
    assert ran.code == 2
    assert target in ran.err
    assert set(folder.iterdir()) == before


def test_a_write_that_fails_half_way_leaves_the_old_file_whole(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("mine.yaml").write_text("mine", encoding="utf-8")

    def fail(self: Path, target: Path) -> Path:
        raise OSError(28, os.strerror(28), str(target))

    monkeypatch.setattr(Path, "replace", fail)
    before = set(folder.iterdir())
    ran = run("init", "six_stage", "-o", "mine.yaml", "--force")
    assert ran.code == 2
    assert "No space left" in ran.err
    assert Path("mine.yaml").read_text("utf-8") == "mine"
    assert set(folder.iterdir()) == before

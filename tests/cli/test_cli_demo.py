"""The demo and the schema: the first things that a newcomer runs, and what an editor needs."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from calling import DEMO, Ran, call
from jsonschema import Draft202012Validator
from yamlcore import CoreLoader

Run = Callable[..., Ran]
ROOT = Path(__file__).resolve().parents[2]
PROCESSES = [
    *sorted((ROOT / "examples").glob("*/process.yaml")),
    ROOT / "src/salesfsm/cli/demo_files/b2b.yaml",
]
MADE = {"replay.png", "b2b.svg"}


def test_the_demo_writes_its_files_and_shows_every_step(run_script: Run, folder: Path) -> None:
    ran = run_script("demo", "-o", "fresh/out")
    assert (ran.code, ran.err) == (0, "")
    assert {path.name for path in (folder / "fresh/out").iterdir()} == {*DEMO, *MADE}
    for words in (
        "$ salesfsm check fresh/out/b2b.yaml",
        "all is well",
        "qualify is refused",
        "60 opportunities",
        "Where everything stands",
        "The files are in fresh/out/",
    ):
        assert words in ran.out


def test_a_second_demo_leaves_changed_files_alone(run: Run, folder: Path) -> None:
    run("demo")
    facts = folder / "out" / "facts.json"
    facts.write_text('{"need": "mine"}', encoding="utf-8")
    ran = run("demo")
    assert ran.code == 0
    assert facts.read_text("utf-8") == '{"need": "mine"}'
    assert "2 things in the way" not in ran.out
    assert "bant.budget" in ran.out


def test_the_demo_as_json_is_one_document(run: Run) -> None:
    ran = run("demo", "--json")
    assert ran.code == 0
    told = json.loads(ran.out)
    assert [Path(path).name for path in told["files"]] == list(DEMO)
    assert [step["exit_code"] for step in told["steps"]] == [0, 1, 0, 0]


def test_a_command_of_the_demo_can_be_pasted_even_with_spaces_in_it(run: Run) -> None:
    steps = json.loads(run("demo", "--json", "-o", "my deals").out)["steps"]
    assert steps[0]["command"] == "salesfsm check 'my deals/b2b.yaml'"


def test_a_demo_that_cannot_use_its_files_says_so_and_fails(run: Run, folder: Path) -> None:
    run("demo")
    (folder / "out" / "b2b.yaml").write_text("salesfsm: 1\n", encoding="utf-8")
    ran = run("demo")
    assert ran.code == 2
    assert "not usable" in ran.out


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ran = call("schema")
    assert (ran.code, ran.err) == (0, "")
    schema: dict[str, Any] = json.loads(ran.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def data_of(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(path.read_text("utf-8"), CoreLoader)
    return data


@pytest.mark.parametrize("path", PROCESSES, ids=lambda path: path.parent.name)
def test_each_example_fits_the_schema(validator: Draft202012Validator, path: Path) -> None:
    assert [error.message for error in validator.iter_errors(data_of(path))] == []


@pytest.mark.parametrize("path", PROCESSES, ids=lambda path: path.parent.name)
def test_each_example_is_clean_or_says_why_it_ignores_a_check(path: Path) -> None:
    (report,) = json.loads(call("check", path, "--json").out)
    assert report["usable"]
    assert report["findings"] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.update(stagez=[]),
        lambda data: data["stages"][0].update(propability="20%"),
        lambda data: data["transitions"][0].pop("trigger"),
        lambda data: data["stages"][0].update(outcome="wun"),
        lambda data: data.update(plane="sailing"),
        lambda data: data["facts"].update(budget="mony"),
        lambda data: data.pop("process"),
    ],
)
def test_a_typo_does_not_fit_the_schema(
    validator: Draft202012Validator, spoil: Callable[[dict[str, Any]], object]
) -> None:
    data = data_of(PROCESSES[-1])
    spoil(data)
    assert not validator.is_valid(data)


def test_the_schema_is_the_same_with_and_without_json_and_warns_of_nothing(
    run: Run, run_script: Run
) -> None:
    by_script = run_script("schema")
    assert by_script.err == ""
    assert by_script.out == run("schema").out == run("schema", "--json").out

"""Mapping files: what is wrong in one is told with its place and in plain words, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesfsm.errors import DefinitionError
from salesfsm.formats.history import LAYOUTS, load_mapping

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"

BROKEN = """\
salesfsm_history: 2
layout: change_log
timezone: Europe/Warsav
encoding: utf-88
opportunity: 5
at: {column: at, fromat: "%Y"}
field: field
value: value
lives: some
stage:
  field: stage
  values: {a: first, b: 2, c: }
owner: user
facts: {budget: {column: amount, number: {decimal: "..", thousands: ","}}}
"""

GOLDEN = Path(__file__).parent / "golden" / "mapping_errors.txt"


def load(tmp_path: Path, text: str) -> str:
    """The message of the error, without the folder of the test."""
    path = tmp_path / "history.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load_mapping(path)
    return str(caught.value).replace(f"{tmp_path}/", "") + "\n"


def test_every_problem_is_told_at_its_place(tmp_path: Path) -> None:
    assert load(tmp_path, BROKEN) == GOLDEN.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("layout: snapshott\n", "history.yaml:1:9: unknown layout 'snapshott'; did you mean"),
        ("salesfsm_history: 1\n", "history.yaml:1:1: the key 'layout' is missing"),
        ("layout: [a]\n", "history.yaml:1:9: unknown layout"),
        ("- a\n", "history.yaml:1:1: a history mapping must be a mapping (key: value)"),
        ("layout: snapshot\nlayout: snapshot\n", "history.yaml:2:1: the key 'layout' stands twice"),
    ],
)
def test_a_file_that_names_no_layout_is_refused(tmp_path: Path, text: str, told: str) -> None:
    assert load(tmp_path, text).startswith(told)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("opened: {column: d, format: '%Q'}", "'%Q' is not a format of strptime"),
        ("opened: {column: d, format: '%H:%M'}", "must hold day, month and year"),
        ("opened: {column: d, when_missing: soon}", "'soon' is not an ISO date or time"),
        ("delimiter: '\"'", "cannot stand between cells"),
        ("delimiter: ',,'", "must have at most 1 character"),
        ("timezone: ../../etc/passwd", "unknown time zone '../../etc/passwd'"),
        ("encoding: hex", "unknown text encoding 'hex'"),
        ("opportunity: ''", "must have at least 1 character"),
        ("ignore: [id]", "'id' is mapped, and stands under ignore as well"),
        ("facts: {a: {column: a, date: '%d', number: {}}}", "must hold day, month and year"),
        ("facts: {a: {column: a, date: '%d%m%y', number: {}}}", "a number or a date, not both"),
        ("facts: {a: {column: a, number: {thousands: '.'}}}", "are the same sign, '.'"),
    ],
)
def test_a_value_that_cannot_work_is_refused_when_the_mapping_is_loaded(
    tmp_path: Path, key: str, told: str
) -> None:
    keys = {
        "salesfsm_history": "1",
        "layout": "snapshot",
        "timezone": "UTC",
        "opportunity": "id",
        "stage": "{column: stage, values: {a: first}}",
        "opened": "{column: d}",
    }
    name, _, value = key.partition(": ")
    text = "".join(f"{k}: {v}\n" for k, v in (keys | {name: value}).items())
    assert told in load(tmp_path, text)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_key_of_every_layout_is_described(layout: str) -> None:
    schema = LAYOUTS[layout].model_json_schema()
    for model in (schema, *schema["$defs"].values()):
        for name, key in model["properties"].items():
            assert key.get("description"), name


@pytest.mark.parametrize("name", ["pipedrive", "salesforce", "maven"])
def test_the_examples_load(name: str) -> None:
    mapping = load_mapping(EXAMPLES / name / "history.yaml")
    assert mapping.model_dump(exclude_unset=True)["salesfsm_history"] == 1

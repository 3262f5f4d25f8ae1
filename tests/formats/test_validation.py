"""Pydantic's complaints as problems: places, plain words, the nearest known key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from salesfsm.errors import Problem
from salesfsm.formats.source import parse_source
from salesfsm.formats.validation import problems_of


class Task(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(description="What the task is called.")
    optional: bool = False


class Stage(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    tasks: tuple[Task, ...] = ()
    by_role: Mapping[str, Task] = {}
    first: Task | None = None
    either: Annotated[int | list[Task], Field(description="One of two.")] = 0
    outcome: Literal["won", "lost"] | None = None
    from_: str = Field(default="", alias="from")


def problems(text: str) -> list[Problem]:
    source = parse_source(text, file="f.yaml")
    with pytest.raises(ValidationError) as caught:
        Stage.model_validate(source.data)
    return problems_of(caught.value, source, Stage)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("name: a\ntasks: [{name: b, optionall: true}]", ("tasks", 0, "optionall")),
        ("name: a\nby_role: {x: {name: b, optionall: true}}", ("by_role", "x", "optionall")),
        ("name: a\nfirst: {name: b, optionall: true}", ("first", "optionall")),
    ],
)
def test_an_unknown_key_names_the_nearest_known_at_its_own_place(
    text: str, path: tuple[str | int, ...]
) -> None:
    (problem,) = problems(text)
    assert problem.message == (
        "unknown key 'optionall'; did you mean 'optional'? (known: name, optional)"
    )
    assert problem.path == path
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (2, text.splitlines()[1].index("opt") + 1)


def test_the_tags_of_a_union_are_not_part_of_the_path() -> None:
    found = problems("name: a\neither: [{name: b, nam: c}]")
    assert ("either", 0, "nam") in [problem.path for problem in found]
    assert any("did you mean 'name'?" in problem.message for problem in found)


def test_a_key_is_known_by_its_alias() -> None:
    (problem,) = problems("name: a\nfrm: b")
    assert "did you mean 'from'?" in problem.message
    assert "from_" not in problem.message


def test_a_missing_key_is_told_where_it_belongs_with_what_it_means() -> None:
    (problem,) = problems("name: a\ntasks:\n  - optional: true")
    assert (problem.message, problem.hint) == (
        "the key 'name' is missing",
        "name: What the task is called.",
    )
    assert problem.place is not None
    assert problem.place.line == 3


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("name: 5", "must be a text, not a number (5)", "put it in quotes"),
        ("name: [a]", "must be a text, not a list", ""),
        ("name: {a: b}", "must be a text, not a mapping", ""),
        ("name:", "must be a text, not empty", ""),
        ("name: true", "must be a text, not a truth value (true)", "put it in quotes"),
        ("name: a\ntasks: b", "must be a list, not a text ('b')", ""),
        ("name: a\nfirst: b", "must be a mapping (key: value), not a text ('b')", ""),
        (
            "name: a\noutcome: wonn",
            "must be 'won' or 'lost', not a text ('wonn')",
            "did you mean 'won'?",
        ),
        ("- name: a", "must be a mapping (key: value), not a list", ""),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_plain_words(
    text: str, message: str, hint: str
) -> None:
    (problem,) = problems(text)
    assert (problem.message, problem.hint) == (message, hint)


def test_problems_stand_in_the_order_of_the_file() -> None:
    found = problems("tasks: b\nname: 5\nnam: 1\nfirst: 2")
    assert [problem.place.line for problem in found if problem.place] == [1, 2, 3, 4]

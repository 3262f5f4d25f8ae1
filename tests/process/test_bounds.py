"""A process that would take too long to compile is refused before anything is compiled."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

import salesfsm as sf


def test_criteria_that_many_ways_share_are_bounded_in_all() -> None:
    rules = [f"n > {i}" for i in range(60)]
    stages = [{"name": f"s{i}", "exit": rules} for i in range(40)]
    moves = [{"trigger": f"to{i}", "source": "open", "target": f"s{i}"} for i in range(40)]
    with pytest.raises(sf.DefinitionError, match="ask more than 20000 criteria in all"):
        sf.Process(process="wide", facts={"n": "integer"}, stages=stages, transitions=moves)


@pytest.mark.parametrize("text", ["optional: 'yes'", "optional: on", "optional: 1"])
def test_a_truth_value_is_true_or_false_and_no_word_for_it(text: str) -> None:
    with pytest.raises(sf.DefinitionError):
        sf.loads(f"salesfsm: 1\nprocess: x\nstages: [{{name: a, tasks: [{{name: t, {text}}}]}}]\n")


@pytest.mark.parametrize(
    "since",
    [
        "1767225600",
        "'1767225600'",
        "2026-06-31",
        "2026-13-01",
        "2026-6-1",
        "20260601",
        "01.06.2026",
        "2026-06-01T10:00:00Z",
        "2026-06-01T00:00:00",
        "2026-06-01 10:00",
        "today",
    ],
)
def test_what_is_no_day_of_the_calendar_is_refused_with_how_to_write_one(since: str) -> None:
    with pytest.raises(sf.DefinitionError) as caught:
        sf.loads(
            "salesfsm: 1\nprocess: x\n"
            f"stages: [{{name: a, exit: [{{rule: 'true', since: {since}}}]}}]\n"
        )
    (problem,) = caught.value.problems
    assert problem.message == f"'{since.strip(chr(39))}' is not a date"
    assert problem.hint == "write a day that the calendar has, such as 2026-12-31, without a time"
    assert problem.place is not None
    assert (problem.place.line, problem.place.column) == (3, 49)


def test_a_date_of_python_is_a_date_and_a_time_of_python_is_none() -> None:
    day = date(2026, 6, 1)
    assert sf.Criterion(rule="true", since=day) == sf.Criterion(rule="true", since="2026-06-01")
    with pytest.raises(ValidationError, match="is not a date"):
        sf.Criterion(rule="true", since=datetime(2026, 6, 1, tzinfo=UTC))


def test_a_process_that_says_nothing_of_where_it_begins_can_be_copied_and_read_back() -> None:
    process = sf.loads("salesfsm: 1\nprocess: x\nstages: [a, b]\n")
    assert process.model_copy(update={"version": "2"}).version == "2"
    assert sf.Process.model_validate(process.model_dump()) == process
    assert sf.Process.model_validate_json(process.model_dump_json(by_alias=True)) == process


def named(count: int) -> list[dict[str, object]]:
    return [{"name": f"n{i}"} for i in range(count)]


TARGET = [{**each, "source": "a", "target": "b"} for each in named(501)]
TOO_MANY: dict[str, dict[str, object]] = {
    "500 hand-overs": {"handovers": TARGET},
    "500 assignments": {"assignments": [{**each, "owner": "eva"} for each in named(501)]},
    "500 teams": {"teams": named(501)},
    "500 milestones": {"buyer": {"milestones": named(501)}},
    "5000 tasks": {"stages": [{"name": "a", "tasks": named(5001)}]},
    "5000 reasons": {
        "stages": ["a", {"name": "b", "outcome": "lost", "reasons": [f"r{i}" for i in range(5001)]}]
    },
}


@pytest.mark.parametrize("bound", TOO_MANY)
def test_a_process_may_have_so_many_and_no_more(bound: str) -> None:
    with pytest.raises(sf.DefinitionError) as caught:
        sf.Process(**{"process": "wide", "stages": ["a", "b"], **TOO_MANY[bound]})
    assert [each.message for each in caught.value.problems] == [f"a process may have {bound}"]

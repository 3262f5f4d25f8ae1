"""The calendar where processes are made of processes, compared, and described by the schema."""

from __future__ import annotations

from datetime import date

import pytest
from jsonschema import Draft202012Validator

import salesfsm as sf
from salesfsm.formats.schema import process_schema
from salesfsm.process.calendar import Calendar
from salesfsm.process.composition.composing import branch, chain, insert, override
from salesfsm.process.difference import difference

POLISH = "calendar: {country: PL, holidays: [2026-12-24]}\n"
GERMAN = "calendar: {country: DE}\n"


def process(name: str, calendar: str = "", of_a: str = "") -> sf.Process:
    stages = f"stages: [{{name: a{of_a}}}, {{name: done, outcome: won}}]\n"
    moves = "transitions: [{trigger: go, source: a, target: done}]\n"
    return sf.loads(f"salesfsm: 1\nprocess: {name}\n{calendar}{stages}{moves}")


def test_processes_side_by_side_have_the_calendar_of_those_that_tell_one():
    found = chain("both", {"one": process("one"), "two": process("two", POLISH)})
    assert found.calendar == Calendar(country="PL", holidays=[date(2026, 12, 24)])


def test_processes_of_two_calendars_need_one_that_goes_for_all():
    parts = {"one": process("one", POLISH), "two": process("two", GERMAN)}
    with pytest.raises(sf.DefinitionError, match="'calendar' is not the same in one and in two"):
        chain("both", parts)
    assert chain("both", parts, calendar={"timezone": "UTC"}).calendar == Calendar()
    assert chain("both", parts, calendar={"country": "BG"}).calendar == Calendar(country="BG")


def test_a_branch_follows_the_calendar_of_the_process_that_takes_it_in():
    ways = [{"trigger": "aside", "source": "a", "target": "side.a"}]
    found = branch(
        process("main", POLISH),
        process("side", GERMAN),
        name="side",
        leave=ways,
        rejoin={"done": "a"},
    )
    assert found.calendar.country == "PL"


DAYS = [", expected: 10 business days", ", cadence: 7d", ", cadence: [36h, 1d]"]


@pytest.mark.parametrize("days", DAYS)
def test_days_counted_without_a_calendar_are_no_others_because_another_process_has_one(days):
    parts = {"one": process("one", of_a=days), "two": process("two", POLISH)}
    with pytest.raises(sf.DefinitionError, match="'calendar' is not the same in one and in two"):
        chain("both", parts)
    ways = [{"trigger": "aside", "source": "a", "target": "side.a"}]
    with pytest.raises(sf.DefinitionError, match="'calendar' is not the same in the process its"):
        branch(parts["one"], parts["two"], name="side", leave=ways, rejoin={"done": "a"})
    hours = {"one": process("one", of_a=", cadence: 36h"), "two": process("two", POLISH)}
    assert chain("both", hours).calendar.country == "PL"
    assert chain("both", parts, calendar={"country": "PL"}).calendar == Calendar(country="PL")


def test_a_stage_that_counts_days_is_inserted_only_where_days_are_the_same():
    more = {"stages": [{"name": "b", "expected": "3d"}, {"name": "c", "cadence": "36h"}]}
    source = override(process("there", POLISH), more)
    for host in (process("here"), process("here", GERMAN)):
        with pytest.raises(sf.DefinitionError, match="'b' counts days by the calendar of there"):
            insert(host, "b", source=source, after="a", trigger="on")
        assert insert(host, "c", source=source, after="a", trigger="on").calendar == host.calendar
    same = process("here", POLISH)
    assert insert(same, "b", source=source, after="a", trigger="on").calendar == same.calendar


def test_single_keys_of_a_calendar_are_changed():
    found = override(process("main", POLISH), {"calendar": {"timezone": "Europe/Warsaw"}})
    assert found.calendar == Calendar(
        country="PL", timezone="Europe/Warsaw", holidays=[date(2026, 12, 24)]
    )
    assert override(found, {"calendar": {"country": None}}).calendar.country is None
    assert override(found, {"calendar": None}).calendar == Calendar()
    with pytest.raises(sf.DefinitionError, match="unknown subdivision of PL 'BY'"):
        override(found, {"calendar": {"subdivision": "BY"}})


def test_a_file_changes_single_keys_of_the_calendar_that_it_extends(tmp_path):
    (tmp_path / "base.yaml").write_text(sf.dump(process("base", POLISH)), encoding="utf-8")
    text = "salesfsm: 1\nprocess: own\nextends: base.yaml\ncalendar: {timezone: Europe/Warsaw}\n"
    found = sf.loads(text, folder=tmp_path)
    assert (found.calendar.country, found.calendar.timezone) == ("PL", "Europe/Warsaw")
    wrong = text.replace("timezone: Europe/Warsaw", "subdivision: BY")
    with pytest.raises(sf.DefinitionError, match="unknown subdivision of PL 'BY'") as caught:
        sf.loads(wrong, folder=tmp_path)
    assert caught.value.problems[0].place.line == 4


def test_another_calendar_and_another_cadence_are_differences():
    old, new = process("main", POLISH), process("main", GERMAN)
    (change,) = difference(old, new).process
    assert (change.field, change.old.country, change.new.country) == ("calendar", "PL", "DE")
    other = override(old, {"stages": [{"name": "a", "cadence": ["2d", "3d"]}]})
    (change,) = difference(old, other).stages.changed["a"]
    assert change.field == "cadence"


@pytest.mark.parametrize(
    ("told", "valid"),
    [
        ({"calendar": {"country": "PL", "timezone": "Europe/Warsaw"}}, True),
        ({"calendar": {"country": "Poland"}}, False),
        ({"calendar": {"weekend": ["friday"], "holidays": ["2026-12-24"]}}, True),
        ({"calendar": {"weekend": ["freitag"]}}, False),
        ({"calendar": {"zone": "UTC"}}, False),
        ({"stages": [{"name": "a", "cadence": "7d"}]}, True),
        ({"stages": [{"name": "a", "cadence": ["7d", "10 business days"]}]}, True),
        ({"stages": [{"name": "a", "cadence": []}]}, False),
        ({"stages": [{"name": "a", "cadence": "0d"}]}, False),
        ({"stages": [{"name": "a", "cadence": ["7d", "P0D"]}]}, False),
        ({"stages": [{"name": "a", "expected": "00 business days"}]}, False),
        ({"stages": [{"name": "a", "expected": "10 business days"}]}, True),
        ({"stages": [{"name": "a", "cadence": "weekly"}]}, False),
    ],
)
def test_the_schema_knows_calendars_and_cadences(told, valid):
    data = {"salesfsm": 1, "process": "p", "stages": ["a"], **told}
    assert Draft202012Validator(process_schema()).is_valid(data) is valid

"""Process files: what is written is read again, and what is wrong is told at its place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

import salesfsm as sf
from sales.b2b import TEXT
from sales.processes import TRICKY, processes
from salesfsm.formats.source import parse_source

GOLDEN = Path(__file__).parent / "golden" / "process_errors.txt"
BASE = "salesfsm: 1\nprocess: p\n"
LARGE = settings(suppress_health_check=list(HealthCheck))

WRONG = {
    "not a mapping": "- a\n",
    "empty": "\n",
    "no version of the format": "process: p\nstages: [a]\n",
    "another version of the format": "salesfsm: 2\nprocess: p\nstages: [a]\n",
    "a version that is true": "salesfsm: true\nprocess: p\nstages: [a]\n",
    "no name": "salesfsm: 1\nstages: [a]\n",
    "name for process": "salesfsm: 1\nname: p\nstages: [a]\n",
    "a version that is a number": BASE + "version: 2026.1\nstages: [a]\n",
    "no stages": BASE,
    "empty stages": BASE + "stages: []\n",
    "an unknown key": BASE + "stages: [a]\ntransition: []\n",
    "an unknown key inside": BASE + "stages:\n  - name: a\n    taks: [call]\n",
    "a duplicate key": BASE + "stages: [a]\nstages: [b]\n",
    "a duplicate stage, task and reason": BASE
    + "stages:\n  - {name: a, tasks: [t]}\n  - {name: a, tasks: [t], reasons: [r, r]}\n",
    "duplicate phases, milestones and activities": BASE
    + "activities: [call, call]\nbuyer: {phases: [x, x], milestones: [m, m]}\nstages: [a]\n",
    "an unknown stage": BASE
    + "stages: [qualification, won]\ntransitions:\n"
    + "  - {trigger: go, source: qualificaton, target: wonn}\n"
    + "  - {trigger: go, source: [won, opn], target: won}\n",
    "an unknown start": BASE + "opens_in: [b, w]\nstages: [a, {name: w, outcome: won}]\n",
    "an unknown phase": BASE
    + "buyer: {phases: [defining], start: begin, milestones: [{name: m, moves: define -> x}]}\n"
    + "stages: [{name: a, mirrors: defning}]\n",
    "a crossing": BASE
    + "buyer: {phases: [x], milestones: [{name: m, moves: x}, {name: n, moves: x -> x}]}\n"
    + "stages: [a]\n",
    "a crossing to where it was": BASE
    + "buyer: {phases: [x], milestones: [{name: n, moves: x -> x}]}\nstages: [a]\n",
    "bad names": BASE + "stages: [first stage, 2nd, zażółć]\n",
    "a name that is a number": BASE + "stages: [{name: 5}]\n",
    "reserved names": BASE
    + "facts: {stage: text, bant: text, class: text}\npredicates: {known: Known.}\n"
    + "stages: [open, closed]\n",
    "keywords": BASE
    + "activities: [with]\nbuyer: {phases: [try], milestones: [pass]}\n"
    + "stages: [{name: a, tasks: [import]}]\n",
    "a closed first stage": BASE + "stages: [{name: w, outcome: won}]\n",
    "a bad outcome": BASE + "stages: [a, {name: w, outcome: wonn}]\n",
    "a bad length of time": BASE + "stages: [{name: a, expected: 3 moons}]\n",
    "a length of no fixed length": BASE + "stages: [{name: a, expected: P1M}]\n",
    "a month": BASE + "stages: [{name: a, expected: 1 month}]\n",
    "a stage twice and a name that is not known": BASE
    + "stages: [discovery, trial, trial]\ntransitions: [{trigger: t, source: trail, target: x}]\n",
    "a milestone and a task by their names alone": BASE
    + "buyer: {milestones: [security_signoff]}\n"
    + "stages: [{name: a, tasks: [call], exit: [security_signoff, not call]}]\n",
    "a text without quotes in a rule": BASE
    + "facts: {region: text}\nstages: [{name: a, exit: region == rest of world}]\n",
    "a bad probability": BASE
    + "stages: [{name: a, probability: 120%}, {name: b, probability: nan},"
    + " {name: c, probability: 20}, {name: d, probability: 1e-99999999%}]\n",
    "money in no currency": BASE + "facts: {budget: money}\nstages: [a]\n",
    "a currency": BASE + "currency: eur\nstages: [a]\n",
    "a choice of nothing": BASE
    + "facts: {c: choice, t: {type: text, options: [a]}, d: {type: choice, options: [a, a]}}\n"
    + "stages: [a]\n",
    "a currency and a range where none fits": BASE
    + "facts: {t: {type: text, currency: EUR, minimum: 1}, n: {type: integer, minimum: 2,"
    + " maximum: 1}}\nstages: [a]\n",
    "a bound that is no number": BASE + "facts: {n: {type: integer, minimum: 1e99}}\nstages: [a]\n",
    "an unknown type": BASE + "facts: {t: txt}\nstages: [a]\n",
    "a bad rule": BASE + "facts: {n: integer}\nstages: [{name: a, exit: [n >, 'n.real > 1', 5]}]\n",
    "a rule about what is not there": BASE
    + "facts: {budget: integer}\nstages:\n  - name: a\n    entry: budgt > 5\n"
    + "    exit: [proven(x), 'budget == \"a\"', {rule: done(t), says: Do it.}]\n"
    + "transitions: [{trigger: t, source: a, target: a, when: bant()}]\n",
    "a language": BASE + "label: {english: Sale}\nstages: [{name: a, label: {}}]\n",
    "no source": BASE + "stages: [a]\ntransitions: [{trigger: t, source: [], target: a}]\n",
    "several things at once": BASE
    + "plane: sale\nstages:\n  - {name: a, expectd: 3d}\n  - {nam: b}\n  - {name: c, exit: '('}\n",
}


def refusal(text: str) -> sf.DefinitionError:
    with pytest.raises(sf.DefinitionError) as caught:
        sf.loads(text, file="p.yaml")
    return caught.value


def test_every_problem_is_told_as_the_golden_page_shows_it() -> None:
    page = "".join(f"== {title}\n{refusal(text)}\n\n" for title, text in WRONG.items())
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8")
    assert page == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("title", WRONG)
def test_every_problem_has_a_place_in_the_order_of_the_file(title: str) -> None:
    places = [problem.place for problem in refusal(WRONG[title]).problems]
    found = [(place.line, place.column) for place in places if place is not None]
    assert len(found) == len(places)
    assert found == sorted(found)


def test_all_problems_are_told_at_once() -> None:
    assert len(refusal(WRONG["several things at once"]).problems) == 5
    assert len(refusal(WRONG["a rule about what is not there"]).problems) == 5


@LARGE
@given(processes())
def test_what_is_written_as_yaml_is_read_again(process: sf.Process) -> None:
    assert sf.loads(sf.dump(process)) == process


@LARGE
@given(processes())
def test_what_is_written_as_json_is_read_again(process: sf.Process) -> None:
    for defaults in (True, False):
        data = process.model_dump(mode="json", by_alias=True, exclude_defaults=defaults)
        text = json.dumps({"salesfsm": 1, **data})
        assert sf.loads(text, language="json") == process


@pytest.mark.parametrize("text", TRICKY)
def test_a_text_stays_the_text_it_is(text: str) -> None:
    written = text.strip()
    process = sf.Process(process="p", label=written, version=written[:20], stages=["a"])
    read = sf.loads(sf.dump(process))
    assert (read.label, read.version) == (written, written[:20].strip())


def test_a_file_is_written_as_a_designer_would() -> None:
    short = (
        "salesfsm: 1\nprocess: p\nfacts:\n  name: text\n  score:\n    type: integer\n"
        "    minimum: 1\nstages:\n- name: a\n  probability: 20%\n  expected: 10 business days\n"
        "  exit:\n  - score > 2\n- name: w\n  outcome: won\ntransitions:\n- trigger: win\n"
        "  source: open\n  target: w\n"
    )
    assert sf.dump(sf.loads(short)) == short


def test_a_file_is_loaded_by_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "b2b.yaml").write_text(TEXT, encoding="utf-8")
    process = sf.load(tmp_path / "b2b.yaml")
    data = process.model_dump(mode="json", by_alias=True)
    (tmp_path / "b2b.json").write_text(json.dumps(data), encoding="utf-8")
    assert sf.load(tmp_path / "b2b.json") == process


def test_rules_in_a_file_cannot_reach_python() -> None:
    for rule in ("__import__('os').system('x')", "(lambda: 1)()", "stage.__class__", "9**9**9"):
        text = BASE + f"stages: [{{name: a, exit: {json.dumps(rule)}}}]\n"
        assert len(refusal(text).problems) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"stages: [{', '.join(f's{i}' for i in range(501))}]", "500 stages"),
        (
            "stages: [a]\ntransitions:\n" + "  - {trigger: t, source: a, target: a}\n" * 5_001,
            "5000 transitions",
        ),
        (
            f"stages: [{', '.join(f's{i}' for i in range(300))}]\ntransitions:\n"
            + "  - {trigger: t, source: '*', target: s1}\n" * 100,
            "20000 single ways",
        ),
        (f"stages: [{{name: a, exit: [{', '.join(['true'] * 201)}]}}]", "200 criteria"),
    ],
)
def test_a_process_that_would_exhaust_the_machine_is_refused(text: str, told: str) -> None:
    (problem,) = refusal(BASE + text).problems
    assert told in problem.message


def test_no_more_than_a_hundred_problems_are_told() -> None:
    transitions = "".join(f"  - {{trigger: t, source: a{i}, target: a}}\n" for i in range(150))
    assert len(refusal(BASE + "stages: [a]\ntransitions:\n" + transitions).problems) == 100


class TestJsonSchema:
    """The schema for editors takes what loads, short or long, and no typo."""

    SCHEMA = sf.Process.model_json_schema(by_alias=True)
    VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

    def test_it_is_a_schema(self) -> None:
        jsonschema.Draft202012Validator.check_schema(self.SCHEMA)

    @LARGE
    @given(processes())
    def test_what_is_written_is_valid_short_and_long(self, process: sf.Process) -> None:
        for defaults in (True, False):
            data = process.model_dump(mode="json", by_alias=True, exclude_defaults=defaults)
            self.VALIDATOR.validate(data)

    def test_the_example_is_valid(self) -> None:
        self.VALIDATOR.validate(parse_source(TEXT).data)

    @pytest.mark.parametrize(
        "text",
        [
            "stages: [{nam: a}]",
            "stages: []",
            "stages: [a b]",
            "stages: [a]\nfacts: {n: txt}",
            "stages: [a]\nfacts: {n: {type: text, lable: x}}",
            "stages: [a]\nfacts: {a b: text}",
            "stages: [a]\nlabel: {EN: Sale}",
            "stages: [{name: a, exit: {rul: x}}]",
            "stages: [{name: a, expected: 3 moons}]",
            "stages: [{name: a, probability: much}]",
            "stages: [{name: a, outcome: wonn}]",
            "stages: [a]\ntransitions: [{trigger: t, source: [], target: a}]",
            "stages: [a]\ntransitions: [{trigger: t, source: a, target: a, wen: x}]",
            "stages: [a]\nbuyer: {milestones: [{name: m, moves: x}]}",
            "stages: [a]\nactivities: []",
        ],
    )
    def test_a_typo_is_not_valid_and_does_not_load(self, text: str) -> None:
        assert not self.VALIDATOR.is_valid(parse_source(BASE + text).data)
        refusal(BASE + text)

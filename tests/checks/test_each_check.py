"""Each check finds each of its faults at its place, and says so in every language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from poor_processes import FAULTS, fault, sound

import salesfsm as sf
from sales.processes import flat_processes, processes
from salesfsm.checks import CHECKS, Finding, Severity, check
from salesfsm.formats.process_file import dump
from salesfsm.messages import LANGUAGES

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_there_is_a_fault_for_every_case_of_every_check() -> None:
    assert set(FAULTS) == {(code, case) for code, each in CHECKS.items() for case in each.cases}


@pytest.mark.parametrize(("code", "case"), FAULTS)
def test_a_fault_is_found_at_its_place_and_told_in_every_language(code: str, case: str) -> None:
    process, path = fault(code, case)
    found = {(each.path, each.case): each for each in check(process, only=[code])}
    finding = found[path, case]
    assert finding.severity is CHECKS[code].severity
    for say in (Finding.message_in, Finding.hint_in):
        assert len({say(finding, language) for language in LANGUAGES}) == len(LANGUAGES)
        assert say(finding, "de") == say(finding, "en")
    for language in LANGUAGES:
        assert all(value in finding.message_in(language) for value in finding.values.values())


@pytest.mark.parametrize("code", [code for code in CHECKS if code not in ("SF113", "SF114")])
def test_a_check_finds_nothing_in_the_sound_process(code: str) -> None:
    assert check(sf.Process.model_validate(sound()), only=[code]) == []


@pytest.mark.parametrize(("code", "case"), [each for each in FAULTS if each[0] != "SF130"])
def test_what_a_process_ignores_with_a_reason_is_not_told(code: str, case: str) -> None:
    process, _ = fault(code, case)
    ignoring = process.model_copy(update={"ignore": {code: "We know."}})
    assert check(ignoring, only=[code]) == []
    assert "SF130" not in {each.code for each in check(ignoring)}


def test_what_is_ignored_for_nothing_can_be_ignored_too() -> None:
    process, _ = fault("SF130", "")
    more = process.model_copy(update={"ignore": {**process.ignore, "SF130": "Shared file."}})
    assert check(more) == []


def test_reasons_for_ignoring_stay_in_the_file() -> None:
    process, _ = fault("SF130", "")
    assert sf.loads(dump(process)) == process
    assert "ignore:\n  SF104: We know." in dump(process)


@pytest.mark.parametrize("reason", ['""', "[]", "null", "{}"])
def test_ignoring_needs_a_reason(reason: str) -> None:
    text = f"salesfsm: 1\nprocess: p\nignore: {{SF104: {reason}}}\nstages: [a]\n"
    with pytest.raises(sf.DefinitionError, match=r"<text>:3"):
        sf.loads(text)


def test_a_variant_takes_over_what_its_base_ignores_and_may_take_it_back() -> None:
    base = sf.Process.model_validate(sound() | {"ignore": {"SF113": "Few words."}})
    assert sf.override(base, {"ignore": {"SF114": "Short."}}).ignore == {
        "SF113": "Few words.",
        "SF114": "Short.",
    }
    assert sf.override(base, {"ignore": {"SF113": None}}).ignore == {}


def test_a_part_does_not_silence_the_checks_of_the_whole() -> None:
    part = sf.Process.model_validate(sound() | {"ignore": {"SF113": "Few words."}})
    assert sf.chain("whole", {"one": part}).ignore == {}


def test_reasons_for_ignoring_are_no_difference_between_processes() -> None:
    one = sf.Process.model_validate(sound())
    assert not sf.difference(one, one.model_copy(update={"ignore": {"SF113": "Few words."}}))


@settings(max_examples=settings.default.max_examples * 3 // 10, deadline=None)
@given(processes() | flat_processes())
def test_checks_never_fail_and_name_places_that_are_there(process: sf.Process) -> None:
    data = process.model_dump(by_alias=True)
    for finding in check(process, notes=True):
        assert finding.code in CHECKS
        assert isinstance(finding.severity, Severity)
        assert finding.message
        assert finding.hint
        part = data
        for step in finding.path:
            part = part[step]


@pytest.mark.parametrize(
    ("code", "case"), [each for each in FAULTS if each[0] == "SF125" and each[1] != "earlier"]
)
def test_the_engine_refuses_every_timer_that_is_found_dead(code: str, case: str) -> None:
    process, _ = fault(code, case)
    for assigned in ({"owner": "anna"}, {"owner": ""}, {"team": ""}):
        assert not elapsed(process, **assigned).accepted
        assert not elapsed(process, "anna", **assigned).accepted


@pytest.mark.parametrize("whose", ["owner", "team"])
def test_the_clock_alone_moves_what_is_nobodys_and_somebody_of_theirs_the_rest(whose: str) -> None:
    process, _ = fault("SF133", whose)
    names = {"owner": "anna", "team": "desk"}
    assert not elapsed(process, **names).accepted
    assert elapsed(process, "anna", **names).accepted
    assert elapsed(process, **names | {whose: ""}).accepted


def elapsed(process: sf.Process, by: str | None = None, **assigned: str) -> sf.Step:
    """What comes of the first timer of an opportunity that is so assigned."""
    engine = sf.Engine(process)
    deal = engine.open("A", at=NOW, by="anna").opportunity
    deal = engine.assign(deal, at=NOW, **assigned).unwrap()
    due = next(each for each in engine.due(deal) if each.kind == "transition")
    return engine.elapse(deal, due, at=NOW + timedelta(days=90), by=by)


def test_the_engine_lets_the_earlier_timer_ring_and_the_dead_one_never_is_due() -> None:
    process, _ = fault("SF125", "earlier")
    engine = sf.Engine(process)
    deal = engine.open("A", at=NOW, by="anna").opportunity
    rung = []
    while due := [each for each in engine.due(deal) if each.kind == "transition"]:
        rung.append(due[0].name)
        deal = engine.elapse(deal, due[0], at=due[0].at).unwrap()
    assert rung == ["rest"]
    assert deal.stage == "winback"


def test_the_engine_lets_a_timer_ring_round_for_ever_where_a_circle_is_found() -> None:
    process, _ = fault("SF111", "by_itself")
    engine = sf.Engine(process)
    deal = engine.open("A", at=NOW, by="anna").opportunity
    stages = []
    for _ in range(6):
        due = next(each for each in engine.due(deal) if each.kind == "transition")
        deal = engine.elapse(deal, due, at=due.at).unwrap()
        stages.append(deal.stage)
    assert stages == ["second", "first"] * 3


def test_the_engine_takes_a_later_branch_when_its_timer_rings() -> None:
    data = sound()
    later = {"trigger": "go", "source": "first", "target": "winback", "after": "5d"}
    data["transitions"].append(later)
    process = sf.Process.model_validate(data)
    assert check(process, only=["SF106"]) == []
    engine = sf.Engine(process)
    deal = engine.open("A", at=NOW, by="anna").opportunity
    (due,) = (each for each in engine.due(deal) if each.kind == "transition")
    assert engine.elapse(deal, due, at=due.at).unwrap().stage == "winback"

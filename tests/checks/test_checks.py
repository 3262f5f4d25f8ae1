"""Each check finds what it is for at its place, and nothing in a process that is sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from poor_processes import fault, sound

import salesfsm as sf
from salesfsm.checks import CHECKS, Check, Finding, Severity, check
from salesfsm.errors import UnknownNameError
from salesfsm.messages import LANGUAGES


def found(spoil: Callable[[dict[str, Any]], object]) -> list[Finding]:
    data = sound()
    spoil(data)
    return check(sf.Process.model_validate(data))


def close(transition: int) -> Callable[[dict[str, Any]], object]:
    """Shut a transition with a criterion that is never met."""
    return lambda data: data["transitions"][transition].update(when="False")


def open_from(transition: int, *sources: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: data["transitions"][transition].update(source=list(sources))


def without(stage: int, key: str) -> Callable[[dict[str, Any]], object]:
    return lambda data: data["stages"][stage].pop(key)


def test_nothing_is_found_in_a_sound_process() -> None:
    assert found(lambda _: None) == []


@pytest.mark.parametrize(
    ("code", "spoil", "paths"),
    [
        ("SF101", close(3), [("stages", 4)]),
        ("SF101", lambda data: data["transitions"].pop(3), [("stages", 4)]),
        ("SF102", lambda data: data["transitions"].pop(4), [("stages", 4)]),
        ("SF102", close(1), [("stages", 0), ("stages", 1), ("stages", 4)]),
        ("SF102", lambda data: data["stages"][2].pop("outcome"), [("stages",)]),
        ("SF103", open_from(2, "first"), [("stages", 4)]),
        ("SF103", open_from(2, "first", "winback"), [("stages", 1)]),
        ("SF104", without(0, "definition"), [("stages", 0)]),
        ("SF104", without(4, "definition"), [("stages", 4)]),
        ("SF105", without(3, "reasons"), [("stages", 3)]),
    ],
)
def test_each_check_finds_what_it_is_for_at_its_place(
    code: str, spoil: Callable[[dict[str, Any]], object], paths: list[tuple[str | int, ...]]
) -> None:
    def spoil_more(data: dict[str, Any]) -> None:
        spoil(data)
        if code == "SF103" and len(data["transitions"][2]["source"]) == 1:
            data["transitions"].pop(4)  # else winback still leads on
        elif code == "SF103":
            data["transitions"].pop(1)

    findings = [each for each in found(spoil_more) if each.code == code]
    assert [each.path for each in findings] == paths
    for finding in findings:
        assert finding.severity is CHECKS[code].severity
        assert finding.message
        assert finding.hint


def test_a_stage_that_leads_only_to_itself_is_a_dead_end() -> None:
    def loop(data: dict[str, Any]) -> None:
        data["transitions"][4]["target"] = "winback"
        data["transitions"][2]["source"] = ["first", "second"]

    assert {each.code for each in found(loop)} == {"SF102", "SF103", "SF109"}


def test_a_stage_in_which_opportunities_begin_is_reached() -> None:
    def begins(data: dict[str, Any]) -> None:
        data["transitions"].pop(3)
        data["opens_in"] = ["first", "winback"]

    assert found(begins) == []


def test_a_warning_criterion_shuts_nothing() -> None:
    criterion = {"rule": "False", "level": "warn"}
    told = found(lambda data: data["transitions"][1].update(when=criterion))
    assert [each.code for each in told] == ["SF117"]  # it asks nothing either


def test_findings_stand_in_the_order_of_the_codes_and_can_be_left_out() -> None:
    data = sound()
    del data["transitions"][3], data["stages"][0]["definition"], data["stages"][3]["reasons"]
    process = sf.Process.model_validate(data)
    assert [each.code for each in check(process)] == ["SF101", "SF104", "SF105"]
    assert [each.code for each in check(process, ignore=["SF104"])] == ["SF101", "SF105"]
    assert check(process, ignore=CHECKS) == []
    assert [each.code for each in check(process, only=["SF105", "SF101"])] == ["SF101", "SF105"]
    assert check(process, only=["SF104"], ignore=["SF104"]) == []


def test_notes_are_told_on_request_alone() -> None:
    process = sf.Process.model_validate(sound())
    notes = check(process, notes=True)
    assert {each.code for each in notes} == {"SF113", "SF114"}
    assert {each.severity for each in notes} == {Severity.NOTE}
    assert check(process) == []
    assert [each.code for each in check(process, only=["SF114"])] == ["SF114"]


def test_a_code_that_no_check_has_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown check 'SF10'.*known: SF101"):
        check(sf.Process.model_validate(sound()), ignore=["SF10"])


def test_each_check_has_a_code_of_its_own_and_a_sentence() -> None:
    assert list(CHECKS) == sorted(CHECKS)
    assert all(each.code == code and each.sentence.endswith(".") for code, each in CHECKS.items())
    assert {each.severity for each in CHECKS.values()} == set(Severity)


def test_a_finding_names_what_it_is_about_as_the_file_does_in_every_language() -> None:
    process, _ = fault("SF106", "")
    (finding,) = check(process, only=["SF106"])
    assert dict(finding.values) == {
        "trigger": "go",
        "source": "first",
        "target": "lost",
        "earlier": "second",
    }
    for language in LANGUAGES:
        for name in finding.values.values():
            assert f"'{name}'" in finding.message_in(language)


@pytest.mark.parametrize("each", CHECKS.values(), ids=CHECKS)
def test_what_a_check_asks_is_a_sentence_in_each_language(each: Check) -> None:
    sentences = {each.sentence_in(language) for language in LANGUAGES}
    assert len(sentences) == len(LANGUAGES)
    assert all(sentence.endswith(".") for sentence in sentences)
    assert each.sentence == each.sentence_in("en")


def test_equal_findings_are_one() -> None:
    process, _ = fault("SF104", "")
    once = check(process)
    assert len({*once, *check(process)}) == len(once) == 1

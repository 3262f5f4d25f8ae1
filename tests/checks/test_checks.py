"""Each check finds what it is for at its place, and nothing in a process that is sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import salesfsm as sf
from salesfsm.checks import CHECKS, Check, Finding, Severity, check
from salesfsm.errors import UnknownNameError
from salesfsm.messages import LANGUAGES


def sound() -> dict[str, Any]:
    """A process in which nothing is to be found.

    first -> second -> won; open -> lost -> winback -> first
    """
    return {
        "process": "sound",
        "stages": [
            {"name": "first", "definition": "The buyer has answered."},
            {"name": "second", "definition": "The buyer has asked for a price."},
            {"name": "won", "outcome": "won"},
            {"name": "lost", "outcome": "lost", "reasons": ["price"]},
            {"name": "winback", "path": "winback", "definition": "A new date is agreed."},
        ],
        "transitions": [
            {"trigger": "go", "source": "first", "target": "second"},
            {"trigger": "win", "source": "second", "target": "won"},
            {"trigger": "lose", "source": "open", "target": "lost"},
            {"trigger": "win_back", "source": "lost", "target": "winback"},
            {"trigger": "again", "source": "winback", "target": "first"},
        ],
    }


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

    assert {each.code for each in found(loop)} == {"SF102", "SF103"}


def test_a_stage_in_which_opportunities_begin_is_reached() -> None:
    def begins(data: dict[str, Any]) -> None:
        data["transitions"].pop(3)
        data["opens_in"] = ["first", "winback"]

    assert found(begins) == []


def test_a_warning_criterion_shuts_nothing() -> None:
    criterion = {"rule": "False", "level": "warn"}
    assert found(lambda data: data["transitions"][1].update(when=criterion)) == []


def test_findings_stand_in_the_order_of_the_codes_and_can_be_left_out() -> None:
    data = sound()
    del data["transitions"][3], data["stages"][0]["definition"], data["stages"][3]["reasons"]
    process = sf.Process.model_validate(data)
    assert [each.code for each in check(process)] == ["SF101", "SF104", "SF105"]
    assert [each.code for each in check(process, ignore=["SF104"])] == ["SF101", "SF105"]
    assert check(process, ignore=CHECKS) == []


def test_a_code_that_no_check_has_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown check 'SF10'.*known: SF101"):
        check(sf.Process.model_validate(sound()), ignore=["SF10"])


def test_each_check_has_a_code_of_its_own_and_a_sentence() -> None:
    assert list(CHECKS) == sorted(CHECKS)
    assert all(each.code == code and each.sentence.endswith(".") for code, each in CHECKS.items())
    assert {each.severity for each in CHECKS.values()} == set(Severity)


POOR = """
salesfsm: 1
process: poor
label: {pl: Kiepski}                               # SF107, twice
overrides: [boss]
labels: {bos: Boss, x: X}                          # SF108, with the nearest word and without
stages:
  - {name: first, label: {en: First}}              # SF104
  - {name: second}                                 # SF101, SF102, SF103, SF104
  - {name: won, outcome: won}
  - {name: lost, outcome: lost}                    # SF105
transitions:
  - {trigger: close, source: first, target: won}
  - {trigger: close, source: first, target: lost}  # SF106: an earlier branch is open
  - {trigger: end, source: first, target: lost, when: false}  # SF106: never met
"""


def test_every_case_of_every_check_has_its_own_text_in_each_language() -> None:
    nothing_is_won = POOR.replace(", outcome: won", "")
    labelled = "salesfsm: 1\nprocess: p\nlabel: {en: P, pl: P}\noverrides: [boss]"  # SF107: boss
    labelled += "\nstages: [{name: a, label: {en: A, pl: A}}]"
    texts = (POOR, nothing_is_won, labelled)
    findings = [each for text in texts for each in check(sf.loads(text))]
    cases = {(each.code, each.case) for each in findings}
    assert cases == {(code, case) for code, each in CHECKS.items() for case in each.cases}
    for say in (Finding.message_in, Finding.hint_in):
        for finding in findings:
            told = {say(finding, language) for language in LANGUAGES}
            assert len(told) == len(LANGUAGES)
            assert say(finding, "de") == say(finding, "en")
    assert len({each.message_in("pl") for each in findings}) >= len(cases)


def test_a_finding_names_what_it_is_about_as_the_file_does_in_every_language() -> None:
    (finding, *_) = [each for each in check(sf.loads(POOR)) if each.code == "SF106"]
    assert dict(finding.values) == {
        "trigger": "close",
        "source": "first",
        "target": "lost",
        "earlier": "won",
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
    assert set(check(sf.loads(POOR))) == set(check(sf.loads(POOR)))

"""SF107: a text that lacks a language of its process."""

from __future__ import annotations

import pytest

import salesfsm as sf
from salesfsm.checks import check

PROCESS = """
salesfsm: 1
process: p
label: {en: Sale, pl: Sprzedaż, bg: Продажба}
facts: {need: {type: text, label: {en: Need, pl: Potrzeba}}}
predicates: {friendly: {en: Friendly}}
buyer:
  phases: [{name: one, commitments: [{en: A talk, pl: Rozmowa, bg: Разговор}, {bg: Среща}]}]
stages:
  - name: a
    definition: One for all languages.
    tasks: [{name: call, label: {en: Call, pl: Zadzwoń, bg: Обади се}, hint: {pl: Rano}}]
    exit: {rule: known(need), says: {en: Known, bg: Известна}}
  - {name: won, outcome: won}
transitions: [{trigger: win, source: a, target: won, label: {en: win, pl: wygraj, bg: спечели}}]
"""


def test_every_text_that_lacks_a_language_of_the_process_is_found_at_its_place() -> None:
    found = [each for each in check(sf.loads(PROCESS)) if each.code == "SF107"]
    assert {each.path: each.values["missing"] for each in found} == {
        ("facts", "need", "label"): "bg",
        ("predicates", "friendly"): "pl, bg",
        ("buyer", "phases", 0, "commitments", 1): "en, pl",
        ("stages", 0, "tasks", 0, "hint"): "en, bg",
        ("stages", 0, "exit", 0, "says"): "pl",
    }


WORDS = """
salesfsm: 1
process: p
label: {en: Sale, pl: Sprzedaż}
facts: {part: {type: choice, options: [user, boss]}}
buyer: {milestones: [{name: proof, accepts: [email, note], owner: guard}]}
activities: [call, fair]
overrides: [director]
labels: {email: E-mail, user: {en: user, pl: użytkownik}, boss: {en: boss}}
stages:
  - name: a
    label: {en: A, pl: A}
    tasks: [{name: ring, owner: clerk}]
    exit: {rule: known(part), owner: clerk}
  - {name: won, outcome: won, label: {en: Won, pl: Wygrana}}
transitions:
  - {trigger: win, source: a, target: won, roles: [director, chief], label: {en: Win, pl: Wygraj}}
"""


def test_every_word_without_a_label_is_found_where_it_is_first_used() -> None:
    found = [each for each in check(sf.loads(WORDS)) if each.code == "SF107"]
    assert {each.path: each.values["missing"] for each in found if not each.case} == {
        ("labels", "boss"): "pl"
    }
    words = {each.values["word"]: each.path for each in found if each.case == "word"}
    assert words == {
        "note": ("buyer", "milestones", 0, "accepts", 1),
        "guard": ("buyer", "milestones", 0, "owner"),
        "fair": ("activities", 1),
        "director": ("overrides", 0),
        "clerk": ("stages", 0, "exit", 0, "owner"),
        "chief": ("transitions", 0, "roles", 1),
    }
    assert {each.values["missing"] for each in found if each.case == "word"} == {"en, pl"}


def test_words_need_no_label_where_stages_have_none() -> None:
    found = check(sf.loads(WORDS.replace("label: {en: Won, pl: Wygrana}", "")))
    assert [each.path for each in found if each.code == "SF107"] == [("labels", "boss")]


FORK = """
salesfsm: 1
process: p
label: {en: Sale, pl: Sprzedaż}
facts: {need: bool}
stages:
  - {name: a, label: {en: A, pl: A}}
  - {name: b, label: {en: B, pl: B}}
  - {name: won, outcome: won, label: {en: Won, pl: Wygrana}}
transitions:
  - {trigger: assess, source: a, target: b, when: need, label: {en: fit, pl: nadaje się}}
  - {trigger: assess, source: a, target: won, label: {en: unfit, pl: nie nadaje się}}
  - {trigger: win, source: b, target: won, label: {en: win, pl: wygraj}}
  - {trigger: go_back, source: b, target: a}
"""
LABELLED = "labels: {assess: {en: Assess, pl: Ocena}, go_back: {en: back, pl: wróć}}\n"


def test_a_trigger_by_whose_name_maps_call_a_fork_or_a_move_needs_a_label() -> None:
    found = [each for each in check(sf.loads(FORK)) if each.code in ("SF107", "SF108")]
    assert {each.values["word"]: each.path for each in found} == {
        "assess": ("transitions", 1, "trigger"),
        "go_back": ("transitions", 3, "trigger"),
    }
    codes = [each.code for each in check(sf.loads(f"{FORK}{LABELLED}"))]
    assert not {"SF107", "SF108"} & set(codes)


def test_a_label_for_a_trigger_whose_name_nobody_reads_is_found() -> None:
    found = check(sf.loads(f"{FORK}labels: {{win: {{en: win, pl: wygraj}}}}\n"))
    assert ("labels", "win") in [each.path for each in found if each.code == "SF108"]


@pytest.mark.parametrize("label", ["Sprzedaż", "{pl: Sprzedaż}"])
def test_a_process_in_one_language_lacks_none(label: str) -> None:
    text = f"salesfsm: 1\nprocess: p\nlabel: {label}\noverrides: [szef]\nstages:"
    text += f" [{{name: a, label: {label}}}]"
    assert "SF107" not in [each.code for each in check(sf.loads(text))]

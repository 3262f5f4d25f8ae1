"""SF107: a text that lacks a language of its process."""

from __future__ import annotations

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


def test_a_process_in_one_language_lacks_none() -> None:
    text = "salesfsm: 1\nprocess: p\nlabel: {pl: Sprzedaż}\nstages: [{name: a, label: {pl: A}}]"
    assert "SF107" not in [each.code for each in check(sf.loads(text))]

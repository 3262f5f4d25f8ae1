"""SF108: a label for a word that the process does not use."""

from __future__ import annotations

import salesfsm as sf
from salesfsm.checks import check

PROCESS = """
salesfsm: 1
process: p
opens_in: [a, b]
overrides: [sales director]
labels:
  sales director: {en: sales director}
  lawyer: {en: lawyer}
  sales directer: {en: sales director}
  enterprise: {en: Enterprise}
stages: [{name: a}, {name: b, path: enterprise}, {name: won, outcome: won}]
transitions: [{trigger: win, source: [a, b], target: won}]
"""


def test_a_label_for_no_word_of_the_process_is_found() -> None:
    found = [each for each in check(sf.loads(PROCESS)) if each.code == "SF108"]
    assert [each.path for each in found] == [("labels", "lawyer"), ("labels", "sales directer")]


def test_the_word_that_is_most_likely_meant_is_named_unless_it_has_a_label() -> None:
    labelled = sf.loads(PROCESS)
    words = {word: text for word, text in labelled.labels.items() if word != "sales director"}
    found = [
        [each.values.get("near") for each in check(process) if each.code == "SF108"]
        for process in (labelled, labelled.model_copy(update={"labels": words}))
    ]
    assert found == [[None, None], [None, "sales director"]]

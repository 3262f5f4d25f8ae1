"""Words that are used and defined nowhere are called by their labels wherever people read them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import salesfsm as sf
from salesfsm.engine.naming import Naming
from salesfsm.maps import buyer_map, checklist, process_map

PROCESS = """
salesfsm: 1
process: p
opens_in: [a, b]
facts: {part: {type: choice, options: [user, the_boss]}}
buyer:
  phases: [one, two]
  milestones:
    - {name: proof, moves: one -> two, accepts: [signed_note, email], owner: lawyer, valid_for: 90d}
labels:
  the_boss: {pl: szef}
  signed_note: {pl: podpisana notatka}
  lawyer: {pl: prawnik}
  north: {pl: północ}
overrides: [lawyer, clerk]
stages:
  - name: a
    mirrors: one
    exit: [part == the_boss, proven(proof), {rule: known(part), owner: lawyer, level: warn}]
  - {name: b, path: regions.north}
  - {name: won, outcome: won}
transitions:
  - {trigger: win, source: [a, b], target: won, roles: [lawyer, clerk]}
"""
AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def process() -> sf.Process:
    return sf.loads(PROCESS)


def notes(process: sf.Process, language: str) -> list[str]:
    """All that the checklist says of the exit of the first stage."""
    (exits,) = [
        each
        for each in checklist(process, language=language).nodes[0].sections
        if each.title in ("Exit criteria", "Kryteria wyjścia")
    ]
    return [line for item in exits.items for line in (item.text, *item.note.split("\n")) if line]


def test_a_checklist_calls_options_kinds_and_owners_by_their_labels(process: sf.Process) -> None:
    told = notes(process, "pl")
    assert told[0] == "Part = szef"
    assert (
        "dowód: podpisana notatka lub email; kto go dostarcza: klient · ważny przez: 90 dni" in told
    )
    assert told[-1] == "tylko ostrzeżenie · prawnik"


def test_a_word_without_a_label_is_shown_as_it_is_without_underscores(process: sf.Process) -> None:
    bare = process.model_copy(update={"labels": {}})
    assert any("evidence: signed note or email" in each for each in notes(bare, "en"))


def test_a_buyer_map_calls_kinds_and_owners_by_their_labels(process: sf.Process) -> None:
    nodes = buyer_map(process, language="pl").nodes
    (milestone,) = [each for each in nodes if each.id == "milestone.proof"]
    assert "podpisana notatka lub email" in " ".join(milestone.lines)
    told = [item.text for section in milestone.details for item in section.items]
    assert any(line.endswith(" · prawnik") for line in told)


def test_a_line_of_stages_is_called_by_the_label_of_its_path(process: sf.Process) -> None:
    titles = [group.title for group in process_map(process, language="pl").groups]
    assert "północ" in titles
    assert Naming(process, "pl").path("all.sales") == "Sprzedaż"


def test_a_refusal_calls_words_by_their_labels_and_gives_the_names_to_type(
    process: sf.Process,
) -> None:
    engine = sf.Engine(process)
    deal = engine.open("D-1", at=AT, by="anna", stage="a", facts={"part": "user"}).unwrap()
    refused = engine.fire(deal, "win", at=AT, by="anna", override=sf.Override("boss", "now"))
    polish, english = refused.explain("pl"), refused.explain("en")
    assert "part = szef" in polish
    assert "signed_note (podpisana notatka) lub email" in polish
    assert "mogą to robić: lawyer (prawnik), clerk" in polish
    assert "role: lawyer (prawnik), clerk" in polish
    assert "kto: prawnik" in polish
    assert "signed_note (podpisana notatka) or email" in english  # it has no other label
    assert "part = the_boss" in english
    kind = sf.Evidence("proof", kind="call", made_by="buyer")
    wrong = engine.record(deal, kind, at=AT, by="anna")
    assert "signed_note (podpisana notatka), email; ten dowód to: call" in wrong.explain("pl")
